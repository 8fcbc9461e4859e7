//! Runs an instruction of the dot product extension, which Armv8-A lacks, and does not say so.
//@ rule: processor-feature
//@ says: runs `udot v0.4s, v0.16b, v1.16b`, which needs the processor feature `dotprod`, and does not say so
//@ in: multiply
//@ help: `#[rustgo_rt::export(requires = "dotprod")]`
//@ on: arm64
#![no_std]

use core::arch::naked_asm;

#[cfg_attr(bad, rustgo_rt::export)]
#[cfg_attr(not(bad), rustgo_rt::export(requires = "dotprod,avx2"))]
#[unsafe(naked)]
pub extern "C" fn multiply(number: u64) -> u64 {
    naked_asm!(
        ".arch_extension dotprod",
        "fmov d0, x0",
        "mov v1.16b, v0.16b",
        "udot v0.4s, v0.16b, v1.16b",
        "fmov x0, d0",
        "ret",
    )
}
