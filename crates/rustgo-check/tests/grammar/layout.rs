//! The file by which the test hands programs to the runner and gets their outcomes back: a header, jobs, inputs,
//! outcomes, and the programs themselves. All numbers are 64 bits wide, all offsets count bytes from the file's start.

/// Where the runner maps the file, readable and executable.
pub const CODE: u64 = 0x20_0000_0000;
/// Memory that programs may write to through pointers.
pub const ROOM: u64 = 0x30_0000_0000;
/// How much of it, in bytes.
pub const ROOM_SIZE: u64 = 1 << 16;
/// The stack that programs run on.
pub const STACK: u64 = 0x40_0000_0000;
/// Its size in bytes.
pub const STACK_SIZE: u64 = 1 << 17;
/// How much of the stack lies above a program's frame, in bytes, where nothing may be written.
pub const ABOVE: u64 = 1024;

/// What the file starts with.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct Header {
    /// The file's size.
    pub size: u64,
    /// How many jobs there are.
    pub jobs: u64,
    /// How many jobs are done.
    pub done: u64,
}

/// A program to run.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct Job {
    /// The first instruction.
    pub entry: u64,
    /// The words that decide which way the program takes.
    pub words: u64,
    /// How many.
    pub count: u64,
    /// The inputs, each of `2 + count` words: how far below a multiple of 64 the stack pointer is at the call, in bytes;
    /// a seed for registers; the words.
    pub inputs: u64,
    /// An [`Outcome`] for each input.
    pub outcomes: u64,
    /// How many inputs there are.
    pub runs: u64,
    /// The proven bound.
    pub bound: u64,
}

/// What a run of a program left.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// [`RETURNED`], or the number of the signal that ended it.
    pub ended: u64,
    /// Bytes of stack that were written.
    pub used: u64,
    /// What did not come back, a bit for each of the processor's `NAMES`.
    pub lost: u64,
    /// Something above the return address was written.
    pub above: u64,
}

/// The program returned.
pub const RETURNED: u64 = 1 << 32;
