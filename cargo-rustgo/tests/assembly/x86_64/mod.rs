//! The cases for x86-64, one file for each clause of its rules.

mod alignment;
mod bound;
mod bounds;
mod calls;
mod ends;
mod escapes;
mod features;
mod flow;
mod frame_pointer;
mod frames;
mod image;
mod joins;
mod kernel;
mod memory;
mod prefixes;
mod probe;
mod realigned;
mod red_zone;
mod registers;
mod return_address;
mod saved;
mod stack_pointer;
mod summary;
mod tables;
mod targets;
mod x87;

use crate::case::Case;

/// What counts where a stack address was put where it can be computed with.
const RED_ZONE: u64 = 128;
const BELOW: &str = "uses memory below the stack pointer";
const MOVES: &str = "moves the stack pointer by an amount that is only known";
const RETURN_ADDRESS: &str = "overwrites the return address";
const KERNEL: &str = "is a system call, or an instruction for kernels only";
const NOT_KNOWN: &str = "has a target that is only known at run time";

/// Every case for the processor.
pub fn cases() -> Vec<Case> {
    [
        alignment::cases(),
        bound::cases(),
        bounds::cases(),
        calls::cases(),
        ends::cases(),
        escapes::cases(),
        features::cases(),
        flow::cases(),
        frame_pointer::cases(),
        frames::cases(),
        image::cases(),
        joins::cases(),
        kernel::cases(),
        memory::cases(),
        prefixes::cases(),
        probe::cases(),
        realigned::cases(),
        red_zone::cases(),
        registers::cases(),
        return_address::cases(),
        saved::cases(),
        stack_pointer::cases(),
        summary::cases(),
        tables::cases(),
        targets::cases(),
        x87::cases(),
    ]
    .concat()
}
