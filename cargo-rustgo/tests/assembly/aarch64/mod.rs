//! The cases for AArch64, one file for each clause of its rules.

mod alignment;
mod image;
mod kernel;
mod red_zone;
mod registers;
mod return_address;
mod saved;
mod stack_pointer;
mod targets;

use crate::case::Case;

const BELOW: &str = "uses memory below the stack pointer";
const MOVES: &str = "moves the stack pointer to a place that is not known";
const ELSEWHERE: &str = "this returns with something else than the caller's return address in x30";
const LOST: &str = "the export does not restore x19";
const NOT_KNOWN: &str = "goes to a place that is not known before the program runs";
const KERNEL: &str = "asks the system for something";
const NOT_UNDERSTOOD: &str = "is not understood by the analysis";

/// Every case for the processor.
pub fn cases() -> Vec<Case> {
    [
        alignment::cases(),
        image::cases(),
        kernel::cases(),
        red_zone::cases(),
        registers::cases(),
        return_address::cases(),
        saved::cases(),
        stack_pointer::cases(),
        targets::cases(),
    ]
    .concat()
}
