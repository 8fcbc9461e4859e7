//! Counts in rbp.
//@ rule: frame-pointer
//@ says: `mov rbp, rdi` writes another value to it
//@ in: count
#![no_std]

use core::arch::naked_asm;

#[rustgo_rt::export]
#[unsafe(naked)]
pub extern "C" fn count(n: u64) -> u64 {
    naked_asm!(
        "push rbp",
        #[cfg(bad)]
        "mov rbp, rdi",
        #[cfg(not(bad))]
        "mov rbp, rsp",
        "lea rax, [rdi + 1]",
        "pop rbp",
        "ret",
    )
}
