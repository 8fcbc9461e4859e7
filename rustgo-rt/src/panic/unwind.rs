//! The unwinding symbol that the prebuilt `core` refers to, because it was compiled with `panic = "unwind"`: the
//! personality routine of its unwind tables.
//!
//! It is never called: a guest is built with `panic = "abort"`, and nothing starts to unwind. It is weak, so that a
//! second Rust library in the program can define the real one, and hidden, so that other libraries don't see it. Rust
//! has no stable attribute for either, so it is written in assembly.

use core::arch::global_asm;

use crate::abort::trap;

#[cfg(not(any(target_vendor = "apple", windows)))]
global_asm!(
    ".pushsection .text.rust_eh_personality, \"ax\", %progbits",
    ".weak rust_eh_personality",
    ".hidden rust_eh_personality",
    ".type rust_eh_personality, %function",
    "rust_eh_personality:",
    trap!(),
    ".size rust_eh_personality, . - rust_eh_personality",
    ".popsection",
);

#[cfg(target_vendor = "apple")]
global_asm!(
    ".pushsection __TEXT,__text",
    ".private_extern _rust_eh_personality",
    ".globl _rust_eh_personality",
    ".weak_definition _rust_eh_personality",
    "_rust_eh_personality:",
    trap!(),
    ".popsection",
);
