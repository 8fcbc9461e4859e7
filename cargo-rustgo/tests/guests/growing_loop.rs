//! Pushes in a loop.
//@ rule: variable-frame
//@ says: the stack depth here is 8 or 16 bytes, depending on the path that led here
//@ in: grow
//@ bound: grow 24
#![no_std]

use core::arch::naked_asm;

#[rustgo_rt::export]
#[unsafe(naked)]
pub extern "C" fn grow(count: u64) {
    naked_asm!(
        "push rdi",
        "2:",
        "push rdi",
        #[cfg(not(bad))]
        "pop rax",
        "dec rdi",
        "jne 2b",
        #[cfg(bad)]
        "pop rax",
        "pop rax",
        "ret",
    )
}
