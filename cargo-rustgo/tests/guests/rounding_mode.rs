//! Changes how the host's arithmetic rounds.
//@ rule: reserved-register
//@ says: `ldmxcsr [rdi]` changes how the host's floating-point arithmetic rounds
//@ in: round
#![no_std]

use core::arch::naked_asm;

#[rustgo_rt::export]
#[unsafe(naked)]
pub unsafe extern "C" fn round(mode: *mut u32) {
    naked_asm!(
        #[cfg(bad)]
        "ldmxcsr [rdi]",
        #[cfg(not(bad))]
        "stmxcsr [rdi]",
        "ret",
    )
}
