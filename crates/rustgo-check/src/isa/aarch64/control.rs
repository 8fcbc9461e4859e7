//! Successors: jumps, calls, returns and traps.

use super::instruction::LINK;
use super::opcode::Operation;
use super::{Aarch64, State, StepContext, forbidden, values};
use crate::diagnostic::Refusal;
use crate::machine::{Flow, Targets};
use crate::state::{StackAddress, Value};

impl Aarch64<'_> {
    /// The successors of the instruction, given the state after it.
    ///
    /// SOUNDNESS: T2
    pub(super) fn successors(&self, context: &StepContext, next: State) -> Flow<State> {
        let instruction = context.instruction;
        let target = |words: i64| context.at.wrapping_add_signed(words << 2);
        match instruction.operation() {
            Operation::Call => Flow::Call(Ok(Targets::one(target(instruction.signed(0, 26)))), next),
            Operation::Jump => Flow::Jump(Targets::one(target(instruction.signed(0, 26))), next),
            Operation::ConditionalJump => {
                let (mut taken, mut not_taken) = (next.clone(), next);
                values::refine(&mut taken, instruction.bits(0, 4), true);
                values::refine(&mut not_taken, instruction.bits(0, 4), false);
                Flow::Branch {
                    target: target(instruction.signed(5, 19)),
                    taken,
                    next: not_taken,
                }
            }
            Operation::CompareWithZero => branch(target(instruction.signed(5, 19)), next),
            Operation::CompareAndBranch => branch(target(instruction.signed(5, 9)), next),
            Operation::TestBit => branch(target(instruction.signed(5, 14)), next),
            Operation::Return => leave(context, next),
            Operation::CallRegister => Flow::Call(self.targets(context), next),
            Operation::JumpRegister => match self.targets(context) {
                Ok(targets) => Flow::Jump(targets, next),
                Err(refusal) => Flow::Lost(refusal),
            },
            Operation::Trap => Flow::Trap,
            _ => Flow::Next(next),
        }
    }

    /// The targets of a jump or call through a register.
    ///
    /// SOUNDNESS: T5
    fn targets(&self, context: &StepContext) -> Result<Targets, Refusal> {
        let value = context.state.get(context.instruction.rn());
        self.tables.targets_of(value, || context.text())
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
fn leave(context: &StepContext, next: State) -> Flow<State> {
    let sp = context.state.cells.sp;
    if sp != StackAddress::ENTRY {
        return Flow::Lost(Refusal::undecidable(
            format!("`{}` leaves {} bytes on the stack", context.text(), -sp.offset),
            "add to the stack pointer what was subtracted from it, on every path through the assembly",
        ));
    }
    if context.state.get(context.instruction.rn()) != Value::Initial(LINK) {
        return Flow::Lost(forbidden::return_address("returns"));
    }
    Flow::Return(next)
}
