//! The file in which the test passes programs to the runner and gets their outcomes back: a header, jobs, inputs,
//! outcomes, and the programs. All numbers are 64 bits wide. All offsets are bytes from the file's start.

/// Where the runner maps the file, readable and executable.
pub const CODE: u64 = 0x20_0000_0000;
/// Memory that programs may write to through pointers.
pub const ROOM: u64 = 0x30_0000_0000;
/// Its size, in bytes.
pub const ROOM_SIZE: u64 = 1 << 16;
/// The stack that programs run on.
pub const STACK: u64 = 0x40_0000_0000;
/// Its size in bytes.
pub const STACK_SIZE: u64 = 1 << 17;
/// The bytes of the stack above a program's frame, where nothing may be written.
pub const ABOVE: u64 = 1024;

/// The header of the file.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct Header {
    /// The file's size.
    pub size: u64,
    /// The number of jobs.
    pub jobs: u64,
    /// The number of finished jobs.
    pub done: u64,
}

/// A program to run.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct Job {
    /// The first instruction.
    pub entry: u64,
    /// The words that decide which path the program takes.
    pub words: u64,
    /// The number of words.
    pub count: u64,
    /// The inputs, each of `2 + count` words: how many bytes the stack pointer is below a multiple of 64 at the call, a
    /// seed for registers, and the words.
    pub inputs: u64,
    /// An [`Outcome`] for each input.
    pub outcomes: u64,
    /// The number of inputs.
    pub runs: u64,
    /// The proven bound.
    pub bound: u64,
}

/// The outcome of a run.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// [`RETURNED`], or the number of the signal that ended it.
    pub ended: u64,
    /// Bytes of stack that were written.
    pub used: u64,
    /// The registers that were not restored, a bit for each of the processor's `NAMES`.
    pub lost: u64,
    /// Whether something above the return address was written.
    pub above: u64,
}

/// The program returned.
pub const RETURNED: u64 = 1 << 32;
