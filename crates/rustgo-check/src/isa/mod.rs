//! Processors, each in a folder of its own with the same files, and the rules that they share.
//!
//! A processor implements [`Isa`], which asks for each rule that differs between processors. The implementation of
//! [`Machine`] for all of them, in this file, keeps the rules that don't: it decides when each is asked for, so that a
//! processor can't forget one.
//!
//! | file | for |
//! | --- | --- |
//! | `control` | successors: jumps, calls, returns, traps (T2, T4, T5) |
//! | `forbidden` | instructions that no guest may use, and the texts of diagnostics (T6, T7, T12) |
//! | `memory` | memory operands (T9, T10, the writes of T7) |
//! | `probe` | the loop that touches each page of a large frame |
//! | `stack` | moves of the stack pointer (T3, T8) |
//! | `values` | results, comparisons and what branches say of them (T1, T11) |

pub mod aarch64;
mod context;
mod forbidden;
mod memory;
mod probe;
mod stack;
pub mod x86_64;

pub use context::StepContext;
pub use forbidden::Wording;
pub use probe::ProbeLoop;

use super::diagnostic::Diagnostic;
use super::image::Image;
use super::machine::{Flow, Machine, Step, Summary};
use super::origin::{IMAGE, Origins};
use super::state::{Cells, Modes, Register, StackAddress, State, Value};

/// A decoded instruction.
pub trait Decoded: Copy {
    /// The instruction in assembly, at an offset of the image.
    fn text(&self, at: u64) -> String;

    /// Offset of the next instruction.
    fn end(&self, at: u64) -> u64;
}

/// The C ABI's rules for a processor's registers and stack. Registers are bit sets.
pub struct Abi {
    /// The number of bytes that a call pushes.
    pub return_address: u64,
    /// The number of bytes below the stack pointer that a leaf function may use.
    pub red_zone: u64,
    /// The stack pointer modulo [`MAX_TRACKED_ALIGNMENT`](super::machine::MAX_TRACKED_ALIGNMENT) at the first instruction of an export.
    pub entry_residues: &'static [u64],
    /// The registers that a state tracks.
    pub tracked: u64,
    /// The registers that a function preserves for its caller.
    pub callee_saved: u64,
    /// The register that holds the return address at a function's entry, if it is not on the stack.
    pub link: Option<Register>,
    /// The frame pointer.
    pub frame_pointer: Register,
    /// Callee-saved registers that no instruction may write at all.
    pub reserved: u64,
}

/// The processor's own part of the contract. [`StepContext::state`] describes the machine before the instruction.
pub trait Isa {
    /// A decoded instruction.
    type Instruction: Decoded;
    /// The modes that the processor tracks.
    type Modes: Modes;

    /// The rules of the C ABI.
    const ABI: Abi;
    /// The processor's texts in diagnostics.
    const WORDING: Wording;

    /// The image.
    fn image(&self) -> &Image;

    /// The instruction at an offset. `None` if the bytes are not an instruction.
    ///
    /// SOUNDNESS: M1, R1
    fn decode(&self, at: u64) -> Option<Self::Instruction>;

    /// The stack probe loop that starts at an offset, if there is one.
    ///
    /// SOUNDNESS: T3
    fn probe(&self, at: u64, state: &State<Self::Modes>) -> Option<ProbeLoop>;

    /// Reports an instruction that no guest may use, and refuses one that is not understood.
    ///
    /// SOUNDNESS: T6, T7, T12
    fn forbidden(&self, context: &mut StepContext<Self::Instruction, Self::Modes>);

    /// The state after the instruction. Records in the context the stack addresses that the instruction uses or forms,
    /// and refuses changes of the stack pointer that can't be followed.
    ///
    /// SOUNDNESS: T1, T3, T7, T8, T9, T10, T11
    fn effects(&self, context: &mut StepContext<Self::Instruction, Self::Modes>) -> State<Self::Modes>;

    /// The successors of the instruction, given the state after it.
    ///
    /// SOUNDNESS: T2, T4, T5, T8, T11
    fn control(
        &self,
        context: &mut StepContext<Self::Instruction, Self::Modes>,
        next: State<Self::Modes>,
    ) -> Flow<State<Self::Modes>>;

    /// Whether a frame record lies at a stack address: the caller's frame pointer below the return address.
    ///
    /// SOUNDNESS: T6
    fn is_frame_record(cells: &Cells, record: StackAddress) -> bool;

    /// Reports modes that violate the C ABI at a call, return or tail call.
    ///
    /// SOUNDNESS: T6
    fn at_handover(modes: &Self::Modes, diagnostics: &mut Vec<Diagnostic>);

    /// Reports a tail call without the caller's return address where the callee expects it.
    ///
    /// SOUNDNESS: T4
    fn at_tail_call(cells: &Cells, diagnostics: &mut Vec<Diagnostic>);

    /// The name of a register.
    fn register_name(register: Register) -> String;
}

/// Whether the frame pointer is the caller's, or points to a frame record.
///
/// SOUNDNESS: T6
fn has_frame_pointer<P: Isa>(cells: &Cells) -> bool {
    match cells.get(P::ABI.frame_pointer) {
        Value::Initial(register) => register == P::ABI.frame_pointer,
        Value::Stack(record) => P::is_frame_record(cells, record),
        _ => false,
    }
}

/// Reports violations where a function ends: at a return or a tail call.
///
/// SOUNDNESS: C3, T6
fn at_exit<P: Isa>(state: &State<P::Modes>, diagnostics: &mut Vec<Diagnostic>) {
    P::at_handover(&state.modes, diagnostics);
    if state.cells.get(P::ABI.frame_pointer) != Value::Initial(P::ABI.frame_pointer) {
        diagnostics.push(P::WORDING.frame_pointer("it does not hold the caller's value"));
    }
}

/// The registers of a set.
fn registers(set: u64) -> impl Iterator<Item = Register> {
    (0..64).filter(move |register| set & (1 << register) != 0)
}

impl<P: Isa> Machine for P {
    type Modes = P::Modes;

    const RETURN_ADDRESS: u64 = P::ABI.return_address;
    const RED_ZONE: u64 = P::ABI.red_zone;
    const ENTRY_RESIDUES: &'static [u64] = P::ABI.entry_residues;

    fn entry(&self) -> State<P::Modes> {
        let link = P::ABI.link.map_or(0, |register| 1 << register);
        let mut state = State::entry(P::ABI.callee_saved | link);
        state.cells.origins = Origins::entry(P::ABI.tracked);
        state
    }

    /// SOUNDNESS: T1, T6, T12
    fn step(&self, at: u64, state: &State<P::Modes>) -> Step<State<P::Modes>> {
        let Some(instruction) = self.decode(at) else {
            return Step::lost(at, P::WORDING.undecodable(self.image(), at));
        };
        if let Some(probe) = self.probe(at, state) {
            return probe.step(state);
        }
        let mut context = StepContext::new(at, instruction, state);
        let end = instruction.end(at);
        self.forbidden(&mut context);
        if let Some(refusal) = context.refusal.take() {
            return Step {
                diagnostics: context.diagnostics,
                ..Step::lost(end, refusal)
            };
        }
        let next = self.effects(&mut context);
        let flow = match context.refusal.take() {
            Some(refusal) => Flow::Lost(refusal),
            None => {
                if has_frame_pointer::<P>(&state.cells) && !has_frame_pointer::<P>(&next.cells) {
                    let reason = format!("`{}` writes another value to it", context.text());
                    context.report(P::WORDING.frame_pointer(&reason));
                }
                self.control(&mut context, next)
            }
        };
        match &flow {
            Flow::Call(..) => P::at_handover(&state.modes, &mut context.diagnostics),
            Flow::Return(_) => at_exit::<P>(state, &mut context.diagnostics),
            _ => {}
        }
        Step {
            end,
            inner: Vec::new(),
            touches: context.touches,
            escapes: context.escapes,
            above: context.above,
            stores: context.stores,
            realigns: context.realigns,
            flow,
            diagnostics: context.diagnostics,
        }
    }

    /// SOUNDNESS: T13
    fn after_call(&self, state: &State<P::Modes>, callee: Summary) -> State<P::Modes> {
        let mut next = state.clone();
        // A callee that changes the frame pointer is refused itself.
        let preserved = P::ABI.callee_saved & (callee.preserved | 1 << P::ABI.frame_pointer);
        for register in registers(P::ABI.tracked & !preserved) {
            next.cells.set(register, Value::Unknown);
        }
        next.cells.slots.store_anywhere();
        next.cells
            .slots
            .drop_below(next.cells.sp.plus(callee.above as i64));
        next.cells
            .origins
            .drop_below(next.cells.sp.plus(callee.above as i64));
        next.cells.origins.call(preserved, &callee.results);
        next.compared = None;
        next.modes = P::Modes::OF_THE_ABI;
        next
    }

    fn at_call(
        &self,
        state: &State<P::Modes>,
        callee: &str,
        summary: &Summary,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let is_of_the_image = |register: &Register| state.cells.origins.get(*register).sources() & IMAGE != 0;
        if let Some(register) = registers(summary.stores.into()).find(is_of_the_image) {
            let register = P::register_name(register);
            diagnostics.push(forbidden::has_image_written(callee, &register));
        }
    }

    fn at_join(&self, state: &State<P::Modes>, diagnostics: &mut Vec<Diagnostic>) {
        if !has_frame_pointer::<P>(&state.cells) {
            diagnostics.push(P::WORDING.frame_pointer("it differs between the paths that lead here"));
        }
    }

    fn at_tail_call(&self, state: &State<P::Modes>, diagnostics: &mut Vec<Diagnostic>) {
        at_exit::<P>(state, diagnostics);
        P::at_tail_call(&state.cells, diagnostics);
    }

    fn at_boundary(&self, who: &str, preserved: u64, diagnostics: &mut Vec<Diagnostic>) {
        // The frame pointer and the reserved registers have their own rules.
        let own = P::ABI.callee_saved & !(1 << P::ABI.frame_pointer) & !P::ABI.reserved;
        let lost: Vec<String> = registers(own & !preserved).map(P::register_name).collect();
        if !lost.is_empty() {
            diagnostics.push(P::WORDING.not_restored(who, &lost));
        }
    }
}
