//! Keeps an argument below the stack pointer, where an interrupt may overwrite it.
//@ rule: red-zone
//@ says: `mov [rsp-8], rdi` uses memory below the stack pointer
//@ in: twice
//@ help: `-mno-red-zone`
//@ bound: twice 16
#![no_std]

use core::arch::naked_asm;

#[rustgo_rt::export]
#[unsafe(naked)]
pub extern "C" fn twice(number: u64) -> u64 {
    naked_asm!(
        #[cfg(bad)]
        "mov [rsp - 8], rdi",
        #[cfg(not(bad))]
        "push rdi",
        "add rdi, rdi",
        "mov rax, rdi",
        #[cfg(bad)]
        "mov rdi, [rsp - 8]",
        #[cfg(not(bad))]
        "pop rdi",
        "ret",
    )
}
