//! AArch64: what one instruction does to the stack pointer, to the values that lead to jump and call targets, and to
//! the registers that a guest must leave alone.
//!
//! What is not spelled out here makes the registers that it writes unknown. An instruction that moves the stack
//! pointer in any other way is refused, and so is one of a group that this analysis has never seen.

mod bounds;
mod control;
mod forbidden;
pub mod instruction;
mod memory;
mod probe;
mod stack;
mod values;

use super::effort::Effort;
use super::machine::{Complaint, Flow, Machine, Realign, Step, Summary};
use super::state::{Frame, Register, Spot, Value};
use super::table::Tables;
use crate::finding::Rule;
use crate::image::Image;

use disarm64_defn::InsnOperandKind;
use instruction::{FRAME_POINTER, Instruction, LINK, LOW_HALVES, SP_OR_ZERO};

/// x19 to x29 and the low halves of v8 to v15, which a function of the C ABI leaves as they were.
const CALLEE_SAVED: u64 = ((1 << 11) - 1) << 19 | 0xff << LOW_HALVES;

/// A comparison of a register with a number, as long as neither the flags nor the register change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Compared {
    register: Register,
    bits: u32,
    with: u64,
}

/// What is known at one point of a function.
#[derive(Clone, Debug)]
pub struct State {
    frame: Frame,
    compared: Option<Compared>,
}

impl super::machine::State for State {
    fn frame(&self) -> &Frame {
        &self.frame
    }

    fn join(&mut self, other: &Self) -> bool {
        let mut changed = self.frame.join(&other.frame);
        if self.compared.is_some() && self.compared != other.compared {
            self.compared = None;
            changed = true;
        }
        changed
    }
}

impl State {
    /// What a register holds, where number 31 is the register that is always zero.
    fn get(&self, register: Register) -> Value {
        match register {
            SP_OR_ZERO => Value::AtMost { bits: 64, max: 0 },
            _ => self.frame.get(register),
        }
    }

    /// What a register holds, where number 31 is the stack pointer.
    fn get_or_sp(&self, register: Register) -> Value {
        match register {
            SP_OR_ZERO => Value::Stack(self.frame.sp),
            _ => self.frame.get(register),
        }
    }

    fn set(&mut self, register: Register, value: Value) {
        if register != SP_OR_ZERO {
            self.frame.set(register, value);
            self.compared = self.compared.filter(|compared| compared.register != register);
        }
    }

    /// x29 is the caller's, or points to where the caller's x29 and the return address lie side by side.
    fn has_frame_pointer(&self) -> bool {
        match self.frame.get(FRAME_POINTER) {
            Value::Initial(FRAME_POINTER) => true,
            Value::Stack(record) => {
                self.frame.slots.get(record) == Value::Initial(FRAME_POINTER)
                    && self.frame.slots.get(record.plus(8)) == Value::Initial(LINK)
            }
            _ => false,
        }
    }
}

/// An instruction that is being looked at.
struct Seen<'a> {
    at: u64,
    instruction: Instruction,
    /// The state in front of it.
    state: &'a State,
    touches: Vec<Spot>,
    above: u64,
    realigns: Option<Realign>,
    complaints: Vec<Complaint>,
}

impl Seen<'_> {
    fn complain(&mut self, rule: Rule, message: String, help: &str) {
        self.complaints.push(Complaint {
            rule,
            message,
            help: help.to_owned(),
        });
    }

    fn text(&self) -> String {
        self.instruction.text(self.at)
    }

    fn is_refused(&self) -> bool {
        let hides = |rule| matches!(rule, Rule::VariableFrame | Rule::Undecidable);
        self.complaints.iter().any(|complaint| hides(complaint.rule))
    }
}

/// The processor.
pub struct Aarch64<'a> {
    image: &'a Image,
    tables: Tables<'a>,
}

impl<'a> Aarch64<'a> {
    /// The processor that runs an image.
    pub fn new(image: &'a Image, effort: &'a Effort) -> Self {
        Self {
            image,
            tables: Tables::new(image, effort),
        }
    }

    /// The instruction at an offset; none where the bytes are no instruction.
    fn decode(&self, at: u64) -> Option<Instruction> {
        let at = usize::try_from(at)
            .ok()
            .filter(|at| at.is_multiple_of(LENGTH as usize))?;
        let word = self.image.code().get(at..)?.first_chunk()?;
        Instruction::decode(u32::from_le_bytes(*word))
    }

    /// The state behind an instruction.
    fn effects(&self, seen: &mut Seen) -> State {
        let mut next = seen.state.clone();
        let instruction = seen.instruction;
        let writes = instruction.writes();
        let mut values = Vec::new();
        match memory::access(&instruction) {
            Ok(Some(access)) => {
                let place = access.place(seen.state);
                values = memory::loaded(seen, &self.tables, &access, place);
                if values.is_empty() && instruction.has(InsnOperandKind::Rt) {
                    values.push((instruction.rd(), values::entry(&instruction, &access, place)));
                }
                let moved = access.moved(seen.state);
                if let Some((SP_OR_ZERO, target)) = moved {
                    stack::move_pointer(seen, &mut next, target);
                }
                memory::note(seen, &mut next, &access, place);
                values.extend(moved);
            }
            Ok(None) => {
                let value = values::result(seen);
                values.push((instruction.rd(), value));
                if writes.stack_pointer {
                    stack::move_pointer(seen, &mut next, value);
                }
            }
            Err(()) => seen.complaints.push(forbidden::unknown(&seen.text())),
        }
        next.compared = values::comparison(seen);
        for register in tracked().filter(|register| writes.registers & (1 << register) != 0) {
            let mut known = values.iter().filter(|(to, _)| *to == register);
            // A register that is written twice by one instruction holds who knows what.
            let value = match (known.next(), known.next()) {
                (Some((_, value)), None) => *value,
                _ => Value::Unknown,
            };
            if let Value::Stack(spot) = value {
                seen.touches.push(spot);
            }
            next.set(register, value);
        }
        next
    }

    /// What has to hold wherever a function hands over to another one for good.
    fn at_exit(state: &State, complaints: &mut Vec<Complaint>) {
        if state.frame.get(FRAME_POINTER) != Value::Initial(FRAME_POINTER) {
            complaints.push(forbidden::frame_pointer(
                "it is not what it was at the function's entry",
            ));
        }
    }
}

/// The registers that a state keeps track of.
fn tracked() -> impl Iterator<Item = Register> {
    (0..SP_OR_ZERO).chain(LOW_HALVES..LOW_HALVES + 8)
}

/// Bytes of an instruction.
const LENGTH: u64 = 4;

impl Machine for Aarch64<'_> {
    type State = State;

    // The link register holds it; where a function puts it on the stack, that is part of its frame.
    const RETURN_ADDRESS: u64 = 0;
    // "A process may only access the closed interval [SP, stack base - 1]" (Procedure Call Standard for the Arm 64-bit
    // Architecture, 6.4.5). What lies below the stack pointer in spite of that is counted where it is touched.
    const RED_ZONE: u64 = 0;
    const ENTRY_RESIDUES: &'static [u64] = &[0, 16, 32, 48];

    fn entry(&self) -> State {
        State {
            frame: Frame::entry(CALLEE_SAVED | 1 << LINK),
            compared: None,
        }
    }

    fn step(&self, at: u64, state: &State) -> Step<State> {
        let Some(instruction) = self.decode(at) else {
            let mut step = Step::lost(at);
            step.complaints.push(forbidden::undecodable(self.image, at));
            return step;
        };
        if let Some(step) = probe::step(self, at, state) {
            return step;
        }
        let mut seen = Seen {
            at,
            instruction,
            state,
            touches: Vec::new(),
            above: 0,
            realigns: None,
            complaints: Vec::new(),
        };
        forbidden::check(&mut seen);
        if seen.is_refused() {
            return Step {
                complaints: seen.complaints,
                ..Step::lost(at + LENGTH)
            };
        }
        let next = self.effects(&mut seen);
        if state.has_frame_pointer() && !next.has_frame_pointer() && !seen.is_refused() {
            let reason = format!("`{}` puts something else there", seen.text());
            seen.complaints.push(forbidden::frame_pointer(&reason));
        }
        let flow = if seen.is_refused() {
            Flow::Lost
        } else {
            self.control(&mut seen, next)
        };
        Step {
            end: at + LENGTH,
            inner: Vec::new(),
            touches: seen.touches,
            escapes: false,
            above: seen.above,
            realigns: seen.realigns,
            flow,
            complaints: seen.complaints,
        }
    }

    fn after_call(&self, state: &State, callee: Summary) -> State {
        let mut next = state.clone();
        // A callee that loses x29 is refused itself.
        let preserved = CALLEE_SAVED & (callee.preserved | 1 << FRAME_POINTER);
        for register in tracked().filter(|register| preserved & (1 << register) == 0) {
            next.frame.set(register, Value::Unknown);
        }
        next.frame.slots.store_anywhere();
        next.frame
            .slots
            .drop_below(next.frame.sp.plus(callee.above as i64));
        next.compared = None;
        next
    }

    fn at_join(&self, state: &State, complaints: &mut Vec<Complaint>) {
        if !state.has_frame_pointer() {
            complaints.push(forbidden::frame_pointer(
                "it differs between the ways that lead here",
            ));
        }
    }

    fn at_tail_call(&self, state: &State, complaints: &mut Vec<Complaint>) {
        Self::at_exit(state, complaints);
        if state.frame.get(LINK) != Value::Initial(LINK) {
            complaints.push(forbidden::return_address("hands over to another function"));
        }
    }

    fn at_boundary(&self, who: &str, preserved: u64, complaints: &mut Vec<Complaint>) {
        // x29 and the reserved registers have rules of their own.
        let own = CALLEE_SAVED & !(1 << FRAME_POINTER) & !forbidden::reserved();
        let lost: Vec<String> = tracked()
            .filter(|register| own & !preserved & (1 << register) != 0)
            .map(|register| match register.checked_sub(LOW_HALVES) {
                Some(number) => format!("d{}", number + 8),
                None => format!("x{register}"),
            })
            .collect();
        if !lost.is_empty() {
            complaints.push(forbidden::not_restored(who, &lost));
        }
    }
}
