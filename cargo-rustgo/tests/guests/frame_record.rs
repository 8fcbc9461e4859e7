//! Points rbp at a frame record that does not lie below the return address.
//@ rule: frame-pointer
//@ says: `mov rbp, rsp` writes another value to it
//@ in: record
//@ bound: record 24
#![no_std]

use core::arch::naked_asm;

#[rustgo_rt::export]
#[unsafe(naked)]
pub extern "C" fn record() {
    naked_asm!(
        #[cfg(bad)]
        "push rbx",
        "push rbp",
        "mov rbp, rsp",
        #[cfg(not(bad))]
        "push rbx",
        #[cfg(not(bad))]
        "pop rbx",
        "pop rbp",
        #[cfg(bad)]
        "pop rbx",
        "ret",
    )
}
