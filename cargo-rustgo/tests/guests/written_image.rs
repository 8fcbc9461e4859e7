//! Writes to a constant through a pointer.
//@ rule: mutable-static
//@ says: writes into the image
//@ in: patch
#![no_std]

use core::arch::asm;

#[cfg(bad)]
static TABLE: [u64; 4] = [1, 2, 3, 4];

#[rustgo_rt::export]
pub extern "C" fn patch(n: u64) -> u64 {
    #[cfg(bad)]
    // SAFETY: none; the table can't be written.
    unsafe {
        asm!("mov [rip + {}], {}", sym TABLE, in(reg) n)
    };
    #[cfg(not(bad))]
    // SAFETY: only copies a register.
    unsafe {
        asm!("mov {}, {}", out(reg) _, in(reg) n)
    };
    n
}
