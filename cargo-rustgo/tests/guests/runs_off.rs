//! Ends without a return.
//@ rule: undecidable
//@ says: execution goes on at image offset
//@ in: fall
#![no_std]

use core::arch::naked_asm;

#[rustgo_rt::export]
#[unsafe(naked)]
pub extern "C" fn fall() -> u64 {
    naked_asm!(
        "mov eax, 1",
        #[cfg(not(bad))]
        "ret",
    )
}
