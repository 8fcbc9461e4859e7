//! The cases for AArch64, one file for each clause of its rules.

mod addresses;
mod alignment;
mod bound;
mod branches;
mod calls;
mod comparisons;
mod destinations;
mod ends;
mod features;
mod flags;
mod flow;
mod frame_pointer;
mod groups;
mod image;
mod kernel;
mod numbers;
mod probes;
mod realignment;
mod red_zone;
mod registers;
mod return_address;
mod saved;
mod saves;
mod stack_pointer;
mod stores;
mod summary;
mod system;
mod tables;
mod targets;
mod vector_destinations;

use crate::case::Case;

const BELOW: &str = "uses memory below the stack pointer";
const MOVES: &str = "moves the stack pointer by an amount that is only known";
const ELSEWHERE: &str = "this returns with something other than the caller's return address in x30";
const LOST: &str = "the export does not restore x19";
const NOT_KNOWN: &str = "has a target that is only known at run time";
const KERNEL: &str = "is a system call, or an instruction for kernels only";
const NOT_UNDERSTOOD: &str = "is not understood by the analysis";

/// What is said of the instruction that a jump must not get to.
const OVERRUN: &str = "writes x28, which belongs to";

/// Instructions that lead to label 2. What is there is good, and what is in front of it and after it is forbidden, so the
/// jump has to be seen to go there exactly.
fn in_front_of(good: &str, code: &str) -> String {
    format!("{code}\nmov x28, x0\n2: {good}\nmov x28, x0\nret")
}

/// Every case for the processor.
pub fn cases() -> Vec<Case> {
    [
        addresses::cases(),
        alignment::cases(),
        bound::cases(),
        branches::cases(),
        calls::cases(),
        comparisons::cases(),
        destinations::cases(),
        ends::cases(),
        features::cases(),
        flags::cases(),
        flow::cases(),
        frame_pointer::cases(),
        groups::cases(),
        image::cases(),
        kernel::cases(),
        numbers::cases(),
        probes::cases(),
        realignment::cases(),
        red_zone::cases(),
        registers::cases(),
        return_address::cases(),
        saved::cases(),
        saves::cases(),
        stack_pointer::cases(),
        stores::cases(),
        summary::cases(),
        system::cases(),
        tables::cases(),
        targets::cases(),
        vector_destinations::cases(),
    ]
    .concat()
}
