//! Where jumps, calls and returns lead.

use iced_x86::{FlowControl, OpKind};

use super::{Seen, State, X86_64, forbidden, values};
use crate::finding::{Place, Rule};
use crate::machine::{Complaint, Flow, Machine as _};
use crate::state::{Spot, Value};

impl X86_64<'_> {
    /// Where the instruction leads, given the state behind it.
    pub(super) fn control(&self, seen: &mut Seen, next: State) -> Flow<State> {
        let instruction = seen.instruction;
        if self.has_operand_size_prefix(seen) {
            seen.complain(
                Rule::Undecidable,
                format!(
                    "`{}` bears a 66 prefix, which processors of different makers read differently",
                    seen.text()
                ),
                "remove the prefix from the assembly",
            );
            return Flow::Lost;
        }
        match instruction.flow_control() {
            FlowControl::ConditionalBranch => {
                let (mut taken, mut not_taken) = (next.clone(), next);
                // `loopne` and its like don't go by the flags alone.
                if instruction.is_jcc_short_or_near() {
                    values::refine(&mut taken, instruction.condition_code(), true);
                    values::refine(&mut not_taken, instruction.condition_code(), false);
                }
                Flow::Branch {
                    target: instruction.near_branch_target(),
                    taken,
                    next: not_taken,
                }
            }
            FlowControl::UnconditionalBranch => Flow::Jump(vec![instruction.near_branch_target()], next),
            FlowControl::Call if instruction.is_call_near() => {
                let target = instruction.near_branch_target();
                self.at_call(seen, Some(target));
                Flow::Call(vec![target], next)
            }
            FlowControl::IndirectBranch => match self.targets(seen) {
                Some(targets) => Flow::Jump(targets, next),
                None => Flow::Lost,
            },
            FlowControl::IndirectCall => {
                self.at_call(seen, None);
                Flow::Call(self.targets(seen).unwrap_or_default(), next)
            }
            FlowControl::Return => self.leave(seen, next),
            // Calls of virtual machine monitors, enclaves and the like.
            _ => {
                super::forbidden::not_understood(seen);
                Flow::Lost
            }
        }
    }

    /// What has to hold at a call, of one function or of those that a table leads to.
    fn at_call(&self, seen: &mut Seen, target: Option<u64>) {
        Self::at_handover(seen.state, &mut seen.complaints);
        let off = seen.state.frame.sp.beyond_alignment(Self::ENTRY_RESIDUES[0]);
        if off != 0 {
            let callee = match target {
                Some(target) => format!("`{}`", Place::at(self.image, target).function),
                None => "a function".to_owned(),
            };
            seen.complaints.push(forbidden::not_aligned(&callee, off));
        }
    }

    /// Intel's processors ignore the prefix, AMD's cut the target to 16 bits. A REX prefix that isn't the last prefix is
    /// ignored, and may lie in front of it.
    fn has_operand_size_prefix(&self, seen: &Seen) -> bool {
        let end = seen.instruction.next_ip() as usize;
        let bytes = self.image.code().get(seen.at as usize..end).unwrap_or_default();
        let is_prefix =
            |byte: &&u8| matches!(byte, 0x26 | 0x2e | 0x36 | 0x3e | 0x40..=0x4f | 0x64..=0x67 | 0xf2 | 0xf3);
        bytes.iter().take_while(is_prefix).any(|&byte| byte == 0x66)
    }

    /// Where a jump or call through a register or memory leads; complains when that is not known.
    fn targets(&self, seen: &mut Seen) -> Option<Vec<u64>> {
        let instruction = &seen.instruction;
        let value = match instruction.op0_kind() {
            OpKind::Register => seen.state.get(instruction.op0_register()),
            OpKind::Memory => values::load(seen, &self.tables),
            _ => Value::Unknown,
        };
        let complaint = match self.tables.leads(value) {
            Some(Ok(targets)) => return Some(targets),
            Some(Err(reason)) => Complaint::table(&seen.text(), &reason),
            None => Complaint::indirect(&seen.text()),
        };
        seen.complaints.push(complaint);
        None
    }

    fn leave(&self, seen: &mut Seen, next: State) -> Flow<State> {
        let sp = seen.state.frame.sp;
        if sp != Spot::ENTRY || seen.instruction.op_count() > 0 {
            let text = seen.text();
            let what = if sp == Spot::ENTRY {
                "takes arguments off the stack, which the C ABI leaves to the caller".to_owned()
            } else {
                format!(
                    "takes {} bytes that were left on the stack for the return address",
                    -sp.offset
                )
            };
            seen.complain(
                Rule::Undecidable,
                format!("`{text}` {what}"),
                "balance pushes and pops on every path through the assembly",
            );
            return Flow::Lost;
        }
        Self::at_exit(seen.state, &mut seen.complaints);
        Flow::Return(next)
    }
}
