//! Takes 64 bytes: the return address, rbp, and 48 of its own. The budget is 16 bytes short.
//@ rule: budget
//@ says: export `take` takes up to 64 bytes of stack, 16 more than its budget of 48
//@ in: take
//@ bound: take 64
#![no_std]

use core::arch::naked_asm;

#[cfg_attr(bad, rustgo_rt::export(stack = 48))]
#[cfg_attr(not(bad), rustgo_rt::export(stack = 64))]
#[unsafe(naked)]
pub extern "C" fn take() {
    naked_asm!(
        "push rbp",
        "mov rbp, rsp",
        "sub rsp, 48",
        "add rsp, 48",
        "pop rbp",
        "ret",
    )
}
