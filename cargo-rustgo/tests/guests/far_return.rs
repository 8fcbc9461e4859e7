//! Returns to another code segment.
//@ rule: undecidable
//@ says: switches to another code segment
//@ in: far
#![no_std]

use core::arch::naked_asm;

#[rustgo_rt::export]
#[unsafe(naked)]
pub extern "C" fn far() {
    naked_asm!(
        #[cfg(bad)]
        "retfq",
        #[cfg(not(bad))]
        "ret",
    )
}
