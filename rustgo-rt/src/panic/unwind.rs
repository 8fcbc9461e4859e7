//! Unwinding symbols that the prebuilt `core` refers to, because it was compiled with `panic = "unwind"`.
//!
//! They are never called: a guest is built with `panic = "abort"`, and nothing starts to unwind. They are weak, so that
//! the true ones win where a program has them, as one in C++ or with a second Rust library does: hence assembly.

use crate::abort::trap;

/// A function that traps, in a section of its own so that the linker can drop it.
macro_rules! weak {
    ($name:literal) => {
        #[cfg(not(target_vendor = "apple"))]
        core::arch::global_asm!(
            concat!(".pushsection .text.", $name, ", \"ax\", %progbits"),
            concat!(".weak ", $name),
            concat!(".type ", $name, ", %function"),
            concat!($name, ":"),
            trap!(),
            concat!(".size ", $name, ", . - ", $name),
            ".popsection",
        );
        #[cfg(target_vendor = "apple")]
        core::arch::global_asm!(
            ".pushsection __TEXT,__text",
            concat!(".globl _", $name),
            concat!(".weak_definition _", $name),
            concat!("_", $name, ":"),
            trap!(),
            ".popsection",
        );
    };
}

// The personality routine that `core`'s unwind tables name.
weak!("rust_eh_personality");
// Where `core`'s landing pads go on.
weak!("_Unwind_Resume");
