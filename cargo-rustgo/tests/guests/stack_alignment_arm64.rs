//! Calls its host with half of what the processor wants on the stack.
//@ on: arm64
//@ rule: stack-alignment
//@ says: `str x30, [sp, #-8]!` leaves sp 8 bytes above a multiple of 16
//@ in: go
//@ help: by multiples of 16 bytes
#![no_std]

use core::arch::naked_asm;

#[rustgo_rt::import]
unsafe extern "C" {
    fn host_log(number: u64) -> u64;
}

#[rustgo_rt::export]
#[unsafe(naked)]
pub unsafe extern "C" fn go(number: u64) -> u64 {
    naked_asm!(
        #[cfg(bad)]
        "str x30, [sp, #-8]!",
        #[cfg(not(bad))]
        "str x30, [sp, #-16]!",
        "bl {log}",
        #[cfg(bad)]
        "ldr x30, [sp], #8",
        #[cfg(not(bad))]
        "ldr x30, [sp], #16",
        "ret",
        log = sym host_log,
    )
}
