//! Finds out where it is by calling what follows.
//@ rule: variable-frame
//@ says: `pop rax` pops more from the stack than the function has pushed
//@ in: here
#![no_std]

use core::arch::naked_asm;

#[rustgo_rt::export]
#[unsafe(naked)]
pub extern "C" fn here() -> u64 {
    naked_asm!(
        "push rcx",
        #[cfg(bad)]
        "call 2f",
        #[cfg(bad)]
        "ud2",
        #[cfg(bad)]
        "2: pop rax",
        "pop rcx",
        #[cfg(not(bad))]
        "lea rax, [rip]",
        "ret",
    )
}
