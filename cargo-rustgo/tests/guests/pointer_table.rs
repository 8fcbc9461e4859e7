//! Keeps a table of addresses among the constants that hold none.
//@ rule: absolute-address
//@ says: `table` holds
//@ in: table
#![no_std]

use core::arch::{asm, global_asm};

global_asm!(
    ".section .rodata.table, \"a\", @progbits",
    ".type one, @object",
    "one: .long 1",
    ".size one, . - one",
    ".balign 8",
    ".type table, @object",
    "table:",
    #[cfg(bad)]
    ".quad one",
    #[cfg(not(bad))]
    ".quad one - table",
    ".size table, . - table",
    ".text",
);

#[rustgo_rt::export]
pub extern "C" fn look() -> u64 {
    let entry: u64;
    // SAFETY: reads the table's only entry.
    unsafe { asm!("mov {}, [rip + table]", out(reg) entry) };
    entry
}
