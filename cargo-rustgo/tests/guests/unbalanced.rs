//! Returns with a register still on the stack.
//@ rule: undecidable
//@ says: `ret` takes 8 bytes that were left on the stack for the return address
//@ in: unbalanced
//@ bound: unbalanced 16
#![no_std]

use core::arch::naked_asm;

#[rustgo_rt::export]
#[unsafe(naked)]
pub extern "C" fn unbalanced() {
    naked_asm!(
        "push rdi",
        #[cfg(not(bad))]
        "pop rdi",
        "ret",
    )
}
