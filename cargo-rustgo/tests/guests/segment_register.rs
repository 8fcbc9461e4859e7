//! Reads the canary of the C library's stack protector.
//@ rule: thread-local
//@ says: uses thread-local memory (fs:)
//@ in: canary
#![no_std]

use core::arch::asm;

#[rustgo_rt::export]
pub extern "C" fn canary() -> u64 {
    let canary: u64;
    #[cfg(bad)]
    // SAFETY: none; the thread may have no such memory.
    unsafe {
        asm!("mov {}, fs:[0x28]", out(reg) canary)
    };
    #[cfg(not(bad))]
    // SAFETY: reads a register.
    unsafe {
        asm!("mov {}, rsp", out(reg) canary)
    };
    canary
}
