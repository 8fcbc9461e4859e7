//! Uses rbx and r12 without saving them.
//@ rule: reserved-register
//@ says: the export does not restore rbx, r12
//@ in: sum
#![no_std]

use core::arch::naked_asm;

#[rustgo_rt::export]
#[unsafe(naked)]
pub extern "C" fn sum(a: u64, b: u64) -> u64 {
    naked_asm!(
        #[cfg(not(bad))]
        "push rbx",
        #[cfg(not(bad))]
        "push r12",
        "mov rbx, rdi",
        "mov r12, rsi",
        "lea rax, [rbx + r12]",
        #[cfg(not(bad))]
        "pop r12",
        #[cfg(not(bad))]
        "pop rbx",
        "ret",
    )
}
