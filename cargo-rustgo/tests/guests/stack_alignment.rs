//! Calls its host as if it were its own assembly, with the return address alone on the stack.
//@ rule: stack-alignment
//@ says: this calls `host_log` with rsp 8 bytes above a multiple of 16
//@ in: go
//@ help: take 8 bytes more or less before the call
//@ bound: go 24
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
        #[cfg(not(bad))]
        "push rax",
        "call {log}",
        #[cfg(not(bad))]
        "pop rcx",
        "ret",
        log = sym host_log,
    )
}
