//! What the analysis asks of a processor: the meaning of one instruction at a time. Everything else is the same for
//! all of them.

use std::ops::Range;

use super::state::{Anchor, Frame, Spot};
use crate::finding::Rule;

/// Stack alignments are followed up to this many bytes; an unknown start costs the worst case beyond it.
pub const LINE: u64 = 64;

/// What is wrong with an instruction.
#[derive(Clone, Debug)]
pub struct Complaint {
    /// The rule that it breaks.
    pub rule: Rule,
    /// One sentence: what is wrong.
    pub message: String,
    /// The likely cause and the way out.
    pub help: String,
}

impl Complaint {
    /// An instruction goes where a table says that is not understood.
    pub fn table(instruction: &str, reason: &str) -> Self {
        Self {
            rule: Rule::IndirectCall,
            message: format!("`{instruction}` goes through {reason}"),
            help: "write the `match` that makes this table in another way, or as a chain of `if`; a table of function \
                   pointers is understood where its index is compared with its length, as `TABLE[i]` does"
                .to_owned(),
        }
    }

    /// An instruction goes who knows where.
    pub fn indirect(instruction: &str) -> Self {
        Self {
            rule: Rule::IndirectCall,
            message: format!("`{instruction}` goes to a place that is not known before the program runs"),
            help: "a function pointer, closure behind a reference or `dyn Trait` was called that does not come out of a \
                   constant table: use generics or an enum with a `match`, so that every call names its target"
                .to_owned(),
        }
    }
}

/// What a call of a function does to its caller, as far as it is known yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    /// It can come back.
    pub returns: bool,
    /// The registers that it leaves as they were, a bit for each.
    pub preserved: u64,
    /// How many bytes above its return address it writes to by name: into the arguments that lie in its caller's frame.
    pub above: u64,
}

impl Summary {
    /// Of a function of which no way back has been found.
    pub const NONE: Self = Self {
        returns: false,
        preserved: u64::MAX,
        above: 0,
    };
}

/// Where execution goes on behind an instruction.
#[derive(Clone, Debug)]
pub enum Flow<S> {
    /// To the next instruction.
    Next(S),
    /// To one of several instructions, with the same state.
    Jump(Vec<u64>, S),
    /// To another instruction or to the next, with what either way tells.
    Branch {
        /// Offset of the other instruction.
        target: u64,
        /// The state there.
        taken: S,
        /// The state at the next instruction.
        next: S,
    },
    /// Into one of several functions (none where that is not known), then to the next instruction.
    Call(Vec<u64>, S),
    /// Back to the caller.
    Return(S),
    /// Nowhere: the processor traps.
    Trap,
    /// Where to can't be said; a complaint says why.
    Lost,
}

/// What one instruction does.
#[derive(Clone, Debug)]
pub struct Step<S> {
    /// Offset of the next instruction.
    pub end: u64,
    /// Further instructions that are understood together with the first: the rest of a loop that probes the stack.
    pub inner: Vec<u64>,
    /// The stack addresses that the instruction uses or makes, as far as they are known.
    pub touches: Vec<Spot>,
    /// The instruction indexes the stack, or puts a stack address where it can be computed with.
    pub escapes: bool,
    /// How many bytes above the return address it writes to.
    pub above: u64,
    /// How the instruction aligns the stack pointer, where it does.
    pub realigns: Option<Realign>,
    /// Where execution goes on.
    pub flow: Flow<S>,
    /// What is wrong with it.
    pub complaints: Vec<Complaint>,
}

impl<S> Step<S> {
    /// An instruction behind which nothing is known; no instruction at all where it has no length.
    pub fn lost(end: u64) -> Self {
        Self {
            end,
            inner: Vec::new(),
            touches: Vec::new(),
            escapes: false,
            above: 0,
            realigns: None,
            flow: Flow::Lost,
            complaints: Vec::new(),
        }
    }
}

/// What the states of a processor have in common.
pub trait State: Clone {
    /// The stack pointer, registers and slots.
    fn frame(&self) -> &Frame;
    /// Takes in another path to the same point; both have the same stack pointer. Tells whether that changed anything.
    fn join(&mut self, other: &Self) -> bool;
}

/// A processor.
pub trait Machine {
    /// What it keeps track of at each point.
    type State: State;

    /// How many bytes a call pushes.
    const RETURN_ADDRESS: u64;
    /// How many bytes below the stack pointer a function that calls nothing may use.
    const RED_ZONE: u64;
    /// The stack pointer modulo [`LINE`] at the first instruction of an export, as the C ABI leaves it.
    const ENTRY_RESIDUES: &'static [u64];

    /// The state at a function's first instruction.
    fn entry(&self) -> Self::State;
    /// The meaning of the instruction at an offset of the image's code.
    fn step(&self, at: u64, state: &Self::State) -> Step<Self::State>;
    /// The state behind a call.
    fn after_call(&self, state: &Self::State, callee: Summary) -> Self::State;
    /// Complaints about the state at a point that several paths lead to.
    fn at_join(&self, state: &Self::State, complaints: &mut Vec<Complaint>);
    /// Complaints about leaving a function by a jump to another one; a return makes the same in [`Machine::step`].
    fn at_tail_call(&self, state: &Self::State, complaints: &mut Vec<Complaint>);
    /// Complaints about a function that is called by the C ABI and leaves only these registers as they were. `who` says
    /// which it is.
    fn at_boundary(&self, who: &str, preserved: u64, complaints: &mut Vec<Complaint>);
}

/// How deep the stack is at an instruction, in bytes below the function's entry; the return address is not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Depth {
    /// Without the padding of a realigned frame.
    pub bytes: u64,
    /// Offset of the instruction that aligned the stack pointer, whose padding comes on top.
    pub realigned: Option<u64>,
}

impl Depth {
    /// The depth when the stack pointer is at a place of the function's own frame.
    pub fn of(sp: Spot) -> Self {
        Self {
            bytes: u64::try_from(sp.offset.saturating_neg()).unwrap_or(0),
            realigned: match sp.anchor {
                Anchor::Entry => None,
                Anchor::Realigned { at, .. } => Some(at),
            },
        }
    }
}

/// An instruction that aligns the stack pointer downwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Realign {
    /// The depth in front of it, in bytes.
    pub before: u64,
    /// The alignment, in bytes: a power of two.
    pub alignment: u64,
}

impl Realign {
    /// The padding that it inserts, in bytes, when the stack pointer modulo [`LINE`] is `residue` at the function's
    /// entry: the exact number for alignments up to [`LINE`], the worst case for greater ones.
    pub fn padding(self, residue: u64) -> u64 {
        let known = residue.wrapping_sub(self.before) % self.alignment.min(LINE);
        known + self.alignment.saturating_sub(LINE)
    }
}

/// Image offsets of a loop that touches each page of a large frame; the depth grows inside.
pub type Probe = Range<u64>;
