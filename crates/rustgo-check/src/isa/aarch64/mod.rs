//! AArch64: the effects of an instruction on the stack pointer, on values that lead to jump and call targets, and on
//! the registers that a guest must not change.
//!
//! The registers that an unlisted instruction writes become unknown. An instruction that changes the stack pointer in
//! another way is refused, and so is one of an unlisted group.
//!
//! `names` and `table` are generated from disarm64's definitions, which are the GNU assembler's. `decoder` finds the
//! definition of a word, and `text` writes an instruction in assembly. `tests` generates the table again, and compares all
//! three with disarm64.

mod bounds;
mod control;
mod decoder;
mod definition;
mod forbidden;
pub mod instruction;
mod memory;
#[rustfmt::skip]
pub mod names;
mod opcode;
mod origins;
mod probe;
mod stack;
#[cfg(test)]
mod stores;
#[rustfmt::skip]
mod table;
#[cfg(test)]
mod tests;
mod text;
mod values;
mod word;

use super::{Abi, Decoded, Isa, ProbeLoop, Wording};
use crate::diagnostic::Diagnostic;
use crate::fuel::Fuel;
use crate::image::Image;
use crate::machine::Flow;
use crate::origin::Origin;
use crate::state::{Cells, Register, StackAddress, Value};
use crate::table::Tables;

use instruction::{FRAME_POINTER, Instruction, LINK, LOW_HALVES, SP_OR_ZERO};
use names::Kind;

/// x19 to x29 and the low halves of v8 to v15, which are callee-saved in the C ABI.
const CALLEE_SAVED: u64 = ((1 << 11) - 1) << 19 | 0xff << LOW_HALVES;

/// Instructions that change modes are refused, so there are none to track.
#[derive(Clone, Debug)]
pub struct Modes;

impl crate::state::Modes for Modes {
    const OF_THE_ABI: Self = Self;

    fn join(&mut self, Self: &Self) -> bool {
        false
    }
}

type State = crate::state::State<Modes>;
type StepContext<'a> = super::StepContext<'a, Instruction, Modes>;

impl Decoded for Instruction {
    fn text(&self, at: u64) -> String {
        self.assembly(at)
    }

    fn end(&self, at: u64) -> u64 {
        at + LENGTH
    }
}

impl State {
    /// The value of a register, where number 31 is the zero register.
    fn get(&self, register: Register) -> Value {
        match register {
            SP_OR_ZERO => Value::AtMost { bits: 64, max: 0 },
            _ => self.cells.get(register),
        }
    }

    /// The value of a register, where number 31 is the stack pointer.
    fn get_or_sp(&self, register: Register) -> Value {
        match register {
            SP_OR_ZERO => Value::Stack(self.cells.sp),
            _ => self.cells.get(register),
        }
    }

    /// The origin of a register's word. None for the stack pointer and for zero.
    fn origin(&self, register: Register) -> Origin {
        match register {
            SP_OR_ZERO => Origin::NONE,
            _ => self.cells.origins.get(register),
        }
    }

    fn set(&mut self, register: Register, value: Value) {
        if register != SP_OR_ZERO {
            self.set_register(register, value);
        }
    }
}

/// The processor.
pub struct Aarch64<'a> {
    image: &'a Image,
    tables: Tables<'a>,
}

impl<'a> Aarch64<'a> {
    /// The processor that runs an image.
    pub fn new(image: &'a Image, fuel: &'a Fuel) -> Self {
        Self {
            image,
            tables: Tables::new(image, fuel),
        }
    }
}

/// The length of an instruction in bytes.
const LENGTH: u64 = 4;

/// The registers that a state tracks: x0 to x30 and the low halves of v8 to v15.
const TRACKED: u64 = ((1 << SP_OR_ZERO) - 1) | (0xff << LOW_HALVES);

/// The tracked registers among those that an instruction writes.
fn tracked(written: u64) -> impl Iterator<Item = Register> {
    (0..64).filter(move |register| TRACKED & written & (1 << register) != 0)
}

impl Isa for Aarch64<'_> {
    type Instruction = Instruction;
    type Modes = Modes;

    const ABI: Abi = Abi {
        // The link register holds it. If a function stores it on the stack, it is part of the function's frame.
        return_address: 0,
        // "A process may only access the closed interval [SP, stack base - 1]" (Procedure Call Standard for the Arm
        // 64-bit Architecture, 6.4.5). An access below the stack pointer is counted all the same.
        red_zone: 0,
        entry_residues: &[0, 16, 32, 48],
        tracked: TRACKED,
        callee_saved: CALLEE_SAVED,
        link: Some(LINK),
        frame_pointer: FRAME_POINTER,
        reserved: forbidden::RESERVED_SET,
    };
    const WORDING: Wording = forbidden::WORDING;

    fn image(&self) -> &Image {
        self.image
    }

    fn decode(&self, at: u64) -> Option<Instruction> {
        let at = usize::try_from(at)
            .ok()
            .filter(|at| at.is_multiple_of(LENGTH as usize))?;
        let word = self.image.code().get(at..)?.first_chunk()?;
        Instruction::decode(u32::from_le_bytes(*word))
    }

    fn probe(&self, at: u64, state: &State) -> Option<ProbeLoop> {
        probe::probe_loop(self, at, state)
    }

    fn forbidden(&self, context: &mut StepContext) {
        forbidden::check(context);
    }

    fn effects(&self, context: &mut StepContext) -> State {
        let mut next = context.state.clone();
        let instruction = context.instruction;
        let writes = instruction.writes();
        let mut values = Vec::new();
        match memory::access(&instruction) {
            Ok(Some(access)) => {
                let place = access.place(context.state);
                values = memory::loaded(context, &self.tables, &access, place);
                if values.is_empty() && instruction.has(Kind::Rt) {
                    values.push((instruction.rd(), values::entry(&instruction, &access, place)));
                }
                let moved = access.moved(context.state);
                if let Some((SP_OR_ZERO, target)) = moved {
                    stack::move_pointer(context, &mut next, target);
                }
                memory::note(context, &mut next, &access, place);
                origins::follow(context, &mut next, Some((&access, place)), &self.tables);
                values.extend(moved);
            }
            Ok(None) => {
                let value = values::result(context);
                values.push((instruction.rd(), value));
                origins::follow(context, &mut next, None, &self.tables);
                if writes.stack_pointer {
                    stack::move_pointer(context, &mut next, value);
                }
            }
            Err(()) => context.refuse(Self::WORDING.not_understood(&context.text())),
        }
        next.compared = values::comparison(context);
        for register in tracked(writes.registers) {
            let mut known = values.iter().filter(|(to, _)| *to == register);
            // The value of a register that one instruction writes twice is unknown.
            let value = match (known.next(), known.next()) {
                (Some((_, value)), None) => *value,
                _ => Value::Unknown,
            };
            if let Value::Stack(stack_address) = value {
                context.touches.push(stack_address);
            }
            next.set(register, value);
        }
        next
    }

    fn control(&self, context: &mut StepContext, next: State) -> Flow<State> {
        self.successors(context, next)
    }

    /// The caller's x29 and the return address are adjacent.
    fn is_frame_record(cells: &Cells, record: StackAddress) -> bool {
        cells.slots.get(record) == Value::Initial(FRAME_POINTER)
            && cells.slots.get(record.plus(8)) == Value::Initial(LINK)
    }

    fn at_handover(Modes: &Modes, _: &mut Vec<Diagnostic>) {}

    fn at_tail_call(cells: &Cells, diagnostics: &mut Vec<Diagnostic>) {
        if cells.get(LINK) != Value::Initial(LINK) {
            diagnostics.push(forbidden::return_address("jumps to another function").into());
        }
    }

    fn register_name(register: Register) -> String {
        match register.checked_sub(LOW_HALVES) {
            Some(number) => format!("d{}", number + 8),
            None => format!("x{register}"),
        }
    }
}
