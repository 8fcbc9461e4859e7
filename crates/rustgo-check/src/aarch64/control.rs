//! Where jumps, calls and returns lead.

use disarm64_defn::InsnClass as Class;

use super::instruction::LINK;
use super::{Aarch64, Seen, State, forbidden, values};
use crate::finding::Rule;
use crate::machine::{Complaint, Flow};
use crate::state::{Spot, Value};

impl Aarch64<'_> {
    /// Where the instruction leads, given the state behind it.
    pub(super) fn control(&self, seen: &mut Seen, next: State) -> Flow<State> {
        let instruction = seen.instruction;
        let target = |words: i64| seen.at.wrapping_add_signed(words << 2);
        match instruction.class() {
            Class::BRANCH_IMM if instruction.mnemonic() == "bl" => {
                Flow::Call(vec![target(instruction.signed(0, 26))], next)
            }
            Class::BRANCH_IMM => Flow::Jump(vec![target(instruction.signed(0, 26))], next),
            Class::CONDBRANCH => {
                let (mut taken, mut not_taken) = (next.clone(), next);
                values::refine(&mut taken, instruction.bits(0, 4), true);
                values::refine(&mut not_taken, instruction.bits(0, 4), false);
                Flow::Branch {
                    target: target(instruction.signed(5, 19)),
                    taken,
                    next: not_taken,
                }
            }
            Class::COMPBRANCH => {
                let is_with_zero = matches!(instruction.mnemonic(), "cbz" | "cbnz");
                let words = if is_with_zero {
                    instruction.signed(5, 19)
                } else {
                    instruction.signed(5, 9)
                };
                branch(target(words), next)
            }
            Class::TESTBRANCH => branch(target(instruction.signed(5, 14)), next),
            Class::BRANCH_REG => match instruction.mnemonic() {
                "ret" => leave(seen, next),
                "blr" => Flow::Call(self.targets(seen).unwrap_or_default(), next),
                _ => self
                    .targets(seen)
                    .map_or(Flow::Lost, |targets| Flow::Jump(targets, next)),
            },
            Class::EXCEPTION if matches!(instruction.mnemonic(), "brk" | "udf") => Flow::Trap,
            _ => Flow::Next(next),
        }
    }

    /// Where a jump or call through a register leads; complains when that is not known.
    fn targets(&self, seen: &mut Seen) -> Option<Vec<u64>> {
        let complaint = match self.tables.leads(seen.state.get(seen.instruction.rn())) {
            Some(Ok(targets)) => return Some(targets),
            Some(Err(reason)) => Complaint::table(&seen.text(), &reason),
            None => Complaint::indirect(&seen.text()),
        };
        seen.complaints.push(complaint);
        None
    }
}

fn branch(target: u64, next: State) -> Flow<State> {
    Flow::Branch {
        target,
        taken: next.clone(),
        next,
    }
}

fn leave(seen: &mut Seen, next: State) -> Flow<State> {
    let sp = seen.state.frame.sp;
    if sp != Spot::ENTRY {
        let text = seen.text();
        seen.complain(
            Rule::Undecidable,
            format!("`{text}` leaves {} bytes on the stack", -sp.offset),
            "add to the stack pointer what was taken from it on every path through the assembly",
        );
        return Flow::Lost;
    }
    if seen.state.get(seen.instruction.rn()) != Value::Initial(LINK) {
        seen.complaints.push(forbidden::return_address("returns"));
        return Flow::Lost;
    }
    Aarch64::at_exit(seen.state, &mut seen.complaints);
    Flow::Return(next)
}
