//! Jumps with a prefix that Intel's processors ignore and AMD's obey.
//@ rule: undecidable
//@ says: has a 66 prefix
//@ in: jump
#![no_std]

use core::arch::naked_asm;

#[rustgo_rt::export]
#[unsafe(naked)]
pub extern "C" fn jump() {
    naked_asm!(
        #[cfg(bad)]
        ".byte 0x66",
        "jmp 2f",
        "nop",
        "2: ret",
    )
}
