//! Goes on on a stack of its own. The corrected twin still computes with stack addresses, so that its red zone counts.
//@ rule: variable-frame
//@ says: `mov rsp, rdi` moves the stack pointer by an amount that is only known
//@ in: switch
//@ bound: switch 144
#![no_std]

use core::arch::naked_asm;

#[rustgo_rt::export]
#[unsafe(naked)]
pub extern "C" fn switch(stack: u64) {
    naked_asm!(
        "push rbx",
        "mov rbx, rsp",
        #[cfg(bad)]
        "mov rsp, rdi",
        #[cfg(not(bad))]
        "mov rdi, [rsp]",
        "mov rsp, rbx",
        "pop rbx",
        "ret",
    )
}
