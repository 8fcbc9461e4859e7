//! Loads the flags from the stack.
//@ rule: direction-flag
//@ says: `popfq` may set the direction flag
//@ in: status
//@ bound: status 16
#![no_std]

use core::arch::naked_asm;

#[rustgo_rt::export]
#[unsafe(naked)]
pub extern "C" fn status() -> u64 {
    naked_asm!(
        "pushfq",
        #[cfg(bad)]
        "popfq",
        #[cfg(not(bad))]
        "pop rax",
        "ret",
    )
}
