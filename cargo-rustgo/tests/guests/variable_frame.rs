//! Takes as much stack as the caller asks for.
//@ rule: variable-frame
//@ says: `sub rsp, rdi` moves the stack pointer by an amount that is only known
//@ in: take
//@ bound: take 80
#![no_std]

use core::arch::naked_asm;

#[rustgo_rt::export]
#[unsafe(naked)]
pub extern "C" fn take(bytes: u64) {
    naked_asm!(
        "push rbp",
        "mov rbp, rsp",
        #[cfg(bad)]
        "sub rsp, rdi",
        #[cfg(not(bad))]
        "sub rsp, 64",
        "mov rsp, rbp",
        "pop rbp",
        "ret",
    )
}
