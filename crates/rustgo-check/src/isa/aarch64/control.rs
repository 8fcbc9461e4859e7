//! Where jumps, calls and returns lead.

use super::instruction::LINK;
use super::opcode::Kind;
use super::{Aarch64, State, StepContext, forbidden, values};
use crate::diagnostic::Refusal;
use crate::machine::{Flow, Targets};
use crate::state::{Spot, Value};

impl Aarch64<'_> {
    /// The successors of the instruction, given the state after it.
    ///
    /// SOUNDNESS: T2
    pub(super) fn successors(&self, seen: &StepContext, next: State) -> Flow<State> {
        let instruction = seen.instruction;
        let target = |words: i64| seen.at.wrapping_add_signed(words << 2);
        match instruction.kind() {
            Kind::Call => Flow::Call(Ok(Targets::one(target(instruction.signed(0, 26)))), next),
            Kind::Jump => Flow::Jump(Targets::one(target(instruction.signed(0, 26))), next),
            Kind::ConditionalJump => {
                let (mut taken, mut not_taken) = (next.clone(), next);
                values::refine(&mut taken, instruction.bits(0, 4), true);
                values::refine(&mut not_taken, instruction.bits(0, 4), false);
                Flow::Branch {
                    target: target(instruction.signed(5, 19)),
                    taken,
                    next: not_taken,
                }
            }
            Kind::CompareWithZero => branch(target(instruction.signed(5, 19)), next),
            Kind::CompareAndBranch => branch(target(instruction.signed(5, 9)), next),
            Kind::TestBit => branch(target(instruction.signed(5, 14)), next),
            Kind::Return => leave(seen, next),
            Kind::CallRegister => Flow::Call(self.targets(seen), next),
            Kind::JumpRegister => match self.targets(seen) {
                Ok(targets) => Flow::Jump(targets, next),
                Err(refusal) => Flow::Lost(refusal),
            },
            Kind::Trap => Flow::Trap,
            _ => Flow::Next(next),
        }
    }

    /// The targets of a jump or call through a register.
    ///
    /// SOUNDNESS: T5
    fn targets(&self, seen: &StepContext) -> Result<Targets, Refusal> {
        let value = seen.state.get(seen.instruction.rn());
        self.tables.targets_of(value, || seen.text())
    }
}

fn branch(target: u64, next: State) -> Flow<State> {
    Flow::Branch {
        target,
        taken: next.clone(),
        next,
    }
}

/// SOUNDNESS: C3, T4
fn leave(seen: &StepContext, next: State) -> Flow<State> {
    let sp = seen.state.frame.sp;
    if sp != Spot::ENTRY {
        return Flow::Lost(Refusal::undecidable(
            format!("`{}` leaves {} bytes on the stack", seen.text(), -sp.offset),
            "add to the stack pointer what was taken from it on every path through the assembly",
        ));
    }
    if seen.state.get(seen.instruction.rn()) != Value::Initial(LINK) {
        return Flow::Lost(forbidden::return_address("returns"));
    }
    Flow::Return(next)
}
