//! Copies backwards and leaves the direction flag set.
//@ rule: direction-flag
//@ says: the direction flag may be set when this calls, returns or jumps to another function
//@ in: copy
#![no_std]

use core::arch::naked_asm;

#[rustgo_rt::export]
#[unsafe(naked)]
pub unsafe extern "C" fn copy(dst: *mut u8, src: *const u8, bytes: u64) {
    naked_asm!(
        "mov rcx, rdx",
        "std",
        "rep movsb",
        #[cfg(not(bad))]
        "cld",
        "ret",
    )
}
