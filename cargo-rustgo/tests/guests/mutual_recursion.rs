//! Two functions call each other; in the corrected twin they only jump to each other, which takes no stack.
//@ rule: recursion
//@ says: `even` calls `odd`, which calls `even` again
//@ in: even
//@ bound: parity 24
#![no_std]

use core::arch::{global_asm, naked_asm};

#[cfg(bad)]
global_asm!(
    ".macro go target",
    "push rax",
    "call \\target",
    "pop rcx",
    "ret",
    ".endm",
);

#[cfg(not(bad))]
global_asm!(".macro go target", "jmp \\target", ".endm");

global_asm!(
    ".type even, @function",
    "even:",
    "mov eax, 1",
    "test rdi, rdi",
    "je 1f",
    "dec rdi",
    "go odd",
    "1: ret",
    ".size even, . - even",
    ".type odd, @function",
    "odd:",
    "xor eax, eax",
    "test rdi, rdi",
    "je 1f",
    "dec rdi",
    "go even",
    "1: ret",
    ".size odd, . - odd",
);

#[rustgo_rt::export]
#[unsafe(naked)]
pub extern "C" fn parity(n: u64) -> u64 {
    naked_asm!("push rbx", "call even", "pop rbx", "ret")
}
