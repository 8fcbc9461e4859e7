//! Jumps into the constant of a move.
//@ rule: undecidable
//@ says: in the middle of another instruction
//@ in: hop
#![no_std]

use core::arch::naked_asm;

#[rustgo_rt::export]
#[unsafe(naked)]
pub extern "C" fn hop(n: u64) -> u64 {
    naked_asm!(
        "test edi, edi",
        "2:",
        ".byte 0xb8", // mov eax, 0xc3c3c3c3
        #[cfg(not(bad))]
        "3:",
        ".long 0xc3c3c3c3",
        #[cfg(bad)]
        "je 2b + 1",
        #[cfg(not(bad))]
        "je 2b",
        "ret",
    )
}
