//! The part of the generator that depends on the processor: the instructions for a program's statements.

pub mod aarch64;
mod encode;
pub mod x86_64;

pub use encode::encodings;

use rustgo_check::image::Processor;

use super::code::Label;
use super::emit::{Emitter, Index};
use super::program::{Choice, Function, How, Register};

/// A processor.
pub trait Isa {
    const PROCESSOR: Processor;
    /// Bytes that a call pushes.
    const RETURN_ADDRESS: u64;
    /// Bytes below the stack pointer that count in a leaf function that computes with stack addresses.
    const RED_ZONE: u64;
    /// Names of what a run may lose, by the runner's numbers.
    const NAMES: &'static [&'static str];

    /// The callee-saved registers, without the frame pointer.
    fn callee_saved(&self) -> &'static [Register];

    fn align(&self, e: &mut Emitter);
    /// Takes the function's frame with some bytes for slots, and saves registers.
    fn prologue(&self, e: &mut Emitter, function: &Function, slots: u64);
    fn write_arguments(&self, e: &mut Emitter, function: &Function);
    /// Restores registers and releases the stack, from any depth.
    fn epilogue(&self, e: &mut Emitter, function: &Function);
    fn ret(&self, e: &mut Emitter);
    fn trap(&self, e: &mut Emitter);
    /// One instruction, or a few that belong together.
    fn filler(&self, e: &mut Emitter, function: &Function);
    /// Edits that fit anywhere in a body.
    fn edits(&self, e: &mut Emitter, function: &Function);
    /// Takes stack that is never released.
    fn unbalance(&self, e: &mut Emitter);
    /// Jumps when a decision's word is 0.
    fn unless(&self, e: &mut Emitter, choice: Choice, label: Label);
    fn jump(&self, e: &mut Emitter, label: Label);
    /// Puts a counter into a slot.
    fn count(&self, e: &mut Emitter, slot: u64, times: u64);
    /// Counts down, and jumps until the counter is zero.
    fn repeat(&self, e: &mut Emitter, slot: u64, label: Label);
    /// Puts a register's value into a slot, and another into the register.
    fn spill(&self, e: &mut Emitter, register: Register, slot: u64);
    fn restore(&self, e: &mut Emitter, register: Register, slot: u64);
    /// Takes some units of stack.
    fn take(&self, e: &mut Emitter, units: u64);
    fn give(&self, e: &mut Emitter, units: u64);
    /// Loads a decision's word as an index and compares it. Beyond the bound execution continues elsewhere.
    fn index(&self, e: &mut Emitter, choice: Choice, bound: usize, count: usize, beyond: Label) -> Index;
    /// Jumps through a table to labels of the function, none of which is before the base.
    fn jump_through(&self, e: &mut Emitter, index: Index, labels: &[Label], base: Label);
    /// Takes stack for a callee's arguments and for its alignment. Returns how much.
    fn before_call(&self, e: &mut Emitter, arguments: u64) -> u64;
    fn after_call(&self, e: &mut Emitter, taken: u64);
    fn call(&self, e: &mut Emitter, callee: Label, how: How);
    fn call_through(&self, e: &mut Emitter, index: Index, labels: &[Label]);
    fn tail(&self, e: &mut Emitter, callee: Label, how: How);
    fn tail_through(&self, e: &mut Emitter, index: Index, labels: &[Label]);
}
