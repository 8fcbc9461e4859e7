//! The contract between the analysis and a processor: the meaning of one instruction at a time. Everything else is the
//! same for all processors.
//!
//! [`Machine`] says, method by method, which statements of SOUNDNESS.md an implementation has to keep; [`isa`](crate::isa)
//! keeps those that are the same for all processors, and asks a processor's folder for the rest.

use std::collections::BTreeSet;
use std::ops::Range;

use super::diagnostic::{Diagnostic, Refusal};
use super::origin::{self, Origin};
use super::state::{Anchor, Modes, StackAddress, State};

/// Stack alignments are tracked up to this many bytes. Beyond that an unknown start costs the worst case.
///
/// SOUNDNESS: C2
pub const MAX_TRACKED_ALIGNMENT: u64 = 64;

/// The effect of a function on its callers, as far as it is known yet. The bottom of the order is [`Summary::NONE`].
/// Each field only grows: from not returning to returning, to fewer preserved registers, to more bytes above.
///
/// SOUNDNESS: S1
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Whether the function can return.
    pub returns: bool,
    /// The registers that it preserves, a bit for each.
    pub preserved: u64,
    /// How many bytes above its return address it writes by name: arguments in its caller's frame.
    pub above: u64,
    /// The registers that hold addresses at its entry through which it may store, a bit for each.
    pub stores: u32,
    /// Where the words come from that it leaves in registers, in terms of what those held at its entry.
    pub results: origin::Registers,
}

impl Summary {
    /// The summary of a function of which no return has been found: the bottom of the order.
    pub const NONE: Self = Self {
        returns: false,
        preserved: u64::MAX,
        above: 0,
        stores: 0,
        results: [Origin::NEVER; origin::SOURCES],
    };

    /// The same as a host import's, which keeps to the C ABI and does not write into the image.
    ///
    /// SOUNDNESS: H2, H3
    pub const IMPORT: Self = Self {
        results: [Origin::NONE; origin::SOURCES],
        ..Self::NONE
    };
}

/// The instructions or functions that a jump or call leads to: at least one, each once.
///
/// SOUNDNESS: T5
#[derive(Clone, Debug)]
pub struct Targets(Vec<u64>);

impl Targets {
    /// The one target that an instruction names.
    pub fn one(target: u64) -> Self {
        Self(vec![target])
    }

    /// All targets of a table. `None` if the table lists none.
    pub fn listed(targets: BTreeSet<u64>) -> Option<Self> {
        (!targets.is_empty()).then(|| Self(targets.into_iter().collect()))
    }

    /// The targets.
    pub fn iter(&self) -> impl Iterator<Item = u64> {
        self.0.iter().copied()
    }
}

/// The successors of an instruction, each with the state on its edge. An instruction with unknown successors has a
/// [`Refusal`] instead.
///
/// SOUNDNESS: T2
#[derive(Clone, Debug)]
pub enum Flow<S> {
    /// The next instruction.
    Next(S),
    /// One of several instructions, with the same state.
    Jump(Targets, S),
    /// Another instruction or the next one, with the state refined on each edge.
    Branch {
        /// Offset of the other instruction.
        target: u64,
        /// The state there.
        taken: S,
        /// The state at the next instruction.
        next: S,
    },
    /// One of several functions, then the next instruction. A call of an unknown function is refused, and followed past
    /// its return to find more errors.
    Call(Result<Targets, Refusal>, S),
    /// The caller.
    Return(S),
    /// None: the processor traps.
    Trap,
    /// The successors are unknown.
    Lost(Refusal),
}

/// The effect of one instruction.
#[derive(Clone, Debug)]
pub struct Step<S> {
    /// Offset of the next instruction, or of this one if its bytes are not an instruction.
    pub end: u64,
    /// Further instructions that are understood together with the first: the rest of a stack probe loop.
    pub inner: Vec<u64>,
    /// The known stack addresses that the instruction uses or forms.
    pub touches: Vec<StackAddress>,
    /// Whether the instruction indexes the stack, or stores a stack address where computations can use it.
    pub escapes: bool,
    /// How many bytes above the return address it writes to.
    pub above: u64,
    /// The registers that hold addresses at the function's entry through which it may store, a bit for each.
    pub stores: u32,
    /// The alignment of the stack pointer, if the instruction aligns it.
    pub realigns: Option<Realign>,
    /// The successors.
    pub flow: Flow<S>,
    /// The diagnostics of the instruction, except the refusal in the flow.
    pub diagnostics: Vec<Diagnostic>,
}

impl<S> Step<S> {
    /// An instruction with unknown effects. `end` is its own offset if its bytes are not an instruction.
    pub fn lost(end: u64, refusal: Refusal) -> Self {
        Self {
            end,
            inner: Vec::new(),
            touches: Vec::new(),
            escapes: false,
            above: 0,
            stores: 0,
            realigns: None,
            flow: Flow::Lost(refusal),
            diagnostics: Vec::new(),
        }
    }
}

/// A processor: the transfer functions of its instructions.
pub trait Machine {
    /// The modes that it tracks at each point, in addition to registers and the stack.
    type Modes: Modes;

    /// The number of bytes that a call pushes.
    ///
    /// SOUNDNESS: C1
    const RETURN_ADDRESS: u64;
    /// The number of bytes below the stack pointer that a leaf function may use.
    ///
    /// SOUNDNESS: B2
    const RED_ZONE: u64;
    /// The stack pointer modulo [`MAX_TRACKED_ALIGNMENT`] at the first instruction of an export, as a call by the C ABI leaves it.
    ///
    /// SOUNDNESS: H1
    const ENTRY_RESIDUES: &'static [u64];

    /// The state at a function's first instruction: callee-saved registers, and the link register where there is one, hold
    /// their initial values ([`Value::Initial`](crate::state::Value::Initial)), modes are those of the C ABI, and nothing
    /// else is known.
    ///
    /// SOUNDNESS: H1
    fn entry(&self) -> State<Self::Modes>;

    /// The transfer function of the instruction at an offset of the image's code. For every machine state that `state`
    /// describes, the step keeps T1 to T12.
    ///
    /// SOUNDNESS: T1
    fn step(&self, at: u64, state: &State<Self::Modes>) -> Step<State<Self::Modes>>;

    /// The state after a call: registers that the callee does not preserve are unknown, slots that it may have written
    /// and the comparison are forgotten, and modes are those of the C ABI.
    ///
    /// SOUNDNESS: T13
    fn after_call(&self, state: &State<Self::Modes>, callee: Summary) -> State<Self::Modes>;

    /// Reports a call of a function that stores through addresses of the image, which it has from its caller. `callee` names
    /// it.
    ///
    /// SOUNDNESS: S4, T7
    fn at_call(
        &self,
        state: &State<Self::Modes>,
        callee: &str,
        summary: &Summary,
        diagnostics: &mut Vec<Diagnostic>,
    );

    /// Reports what has to hold at a leader: the frame pointer is the caller's or points to a frame record.
    ///
    /// SOUNDNESS: T6, C5
    fn at_join(&self, state: &State<Self::Modes>, diagnostics: &mut Vec<Diagnostic>);

    /// Reports what has to hold when a function leaves by a jump to another one; [`Machine::step`] reports the same
    /// at a return.
    ///
    /// SOUNDNESS: F5
    fn at_tail_call(&self, state: &State<Self::Modes>, diagnostics: &mut Vec<Diagnostic>);

    /// Reports the callee-saved registers that a function called by the C ABI loses, given those that it preserves. `who`
    /// names the function.
    ///
    /// SOUNDNESS: C3
    fn at_boundary(&self, who: &str, preserved: u64, diagnostics: &mut Vec<Diagnostic>);
}

/// The depth of the stack at an instruction, in bytes below the function's entry, without the return address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Depth {
    /// Without the padding of a realigned frame.
    pub bytes: u64,
    /// Offset of the instruction that aligned the stack pointer, whose padding is added.
    pub realigned: Option<u64>,
}

impl Depth {
    /// The depth if the stack pointer is at a place of the function's own frame.
    pub fn of(sp: StackAddress) -> Self {
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
    /// The depth before it, in bytes.
    pub before: u64,
    /// The alignment, in bytes: a power of two.
    pub alignment: u64,
}

impl Realign {
    /// The padding that it inserts, in bytes, if the stack pointer modulo [`MAX_TRACKED_ALIGNMENT`] is `residue` at the
    /// function's entry: exact for alignments up to [`MAX_TRACKED_ALIGNMENT`], the worst case for greater ones.
    ///
    /// SOUNDNESS: B3
    pub fn padding(self, residue: u64) -> u64 {
        let known = residue.wrapping_sub(self.before) % self.alignment.min(MAX_TRACKED_ALIGNMENT);
        known + self.alignment.saturating_sub(MAX_TRACKED_ALIGNMENT)
    }
}

/// Image offsets of a loop that touches each page of a large frame. The depth grows inside.
pub type Probe = Range<u64>;
