//! Has data where code should be.
//@ rule: undecidable
//@ says: the bytes 06 07 c3
//@ in: data
#![no_std]

use core::arch::naked_asm;

#[rustgo_rt::export]
#[unsafe(naked)]
pub extern "C" fn data() {
    naked_asm!(
        #[cfg(not(bad))]
        "jmp 2f",
        ".byte 6, 7", // push es, pop es: gone from 64-bit code
        "2: ret",
        ".fill 8, 1, 0x90",
    )
}
