//! Writes another return address over its own.
//@ rule: indirect-call
//@ says: `mov [rsp], rdi` overwrites the return address
//@ in: go
#![no_std]

use core::arch::naked_asm;

#[rustgo_rt::export]
#[unsafe(naked)]
pub unsafe extern "C" fn go(to: *const u8) {
    naked_asm!(
        #[cfg(bad)]
        "mov [rsp], rdi",
        #[cfg(not(bad))]
        "mov rdi, [rsp]",
        "ret",
    )
}
