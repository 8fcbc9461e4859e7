//! Successors: jumps, calls, returns and traps.

use iced_x86::{FlowControl, Mnemonic, OpKind};

use super::{State, StepContext, X86_64, forbidden, values};
use crate::diagnostic::Refusal;
use crate::finding::Place;
use crate::isa::Isa as _;
use crate::machine::{Flow, Targets};
use crate::state::{StackAddress, Value};

impl X86_64<'_> {
    /// The successors of the instruction, given the state after it.
    ///
    /// SOUNDNESS: T2
    pub(super) fn successors(&self, context: &mut StepContext, next: State) -> Flow<State> {
        let instruction = context.instruction;
        match instruction.flow_control() {
            _ if matches!(instruction.mnemonic(), Mnemonic::Syscall | Mnemonic::Sysenter) => Flow::Next(next),
            FlowControl::Next | FlowControl::Interrupt => Flow::Next(next),
            FlowControl::Exception => Flow::Trap,
            _ if self.has_operand_size_prefix(context) => Flow::Lost(Refusal::undecidable(
                format!(
                    "`{}` has a 66 prefix, which Intel's and AMD's processors decode differently",
                    context.text()
                ),
                "remove the prefix from the assembly",
            )),
            _ => self.branch(context, next),
        }
    }

    #[inline]
    fn branch(&self, context: &mut StepContext, next: State) -> Flow<State> {
        let instruction = context.instruction;
        match instruction.flow_control() {
            FlowControl::ConditionalBranch => {
                let (mut taken, mut not_taken) = (next.clone(), next);
                // `loopne` and the like depend on more than the flags.
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
            FlowControl::UnconditionalBranch => {
                Flow::Jump(Targets::one(instruction.near_branch_target()), next)
            }
            FlowControl::Call if instruction.is_call_near() => {
                let target = instruction.near_branch_target();
                self.at_call(context, Some(target));
                Flow::Call(Ok(Targets::one(target)), next)
            }
            FlowControl::IndirectBranch => match self.targets(context) {
                Ok(targets) => Flow::Jump(targets, next),
                Err(refusal) => Flow::Lost(refusal),
            },
            FlowControl::IndirectCall => {
                self.at_call(context, None);
                Flow::Call(self.targets(context), next)
            }
            FlowControl::Return => leave(context, next),
            // Calls of virtual machine monitors, enclaves and the like.
            _ => Flow::Lost(Self::WORDING.not_understood(&context.text())),
        }
    }

    /// Reports a misaligned stack pointer at a call of one function, or of those in a table.
    ///
    /// SOUNDNESS: C7, T8
    fn at_call(&self, context: &mut StepContext, target: Option<u64>) {
        let off = context
            .state
            .cells
            .sp
            .beyond_alignment(Self::ABI.entry_residues[0]);
        if off != 0 {
            let callee = match target {
                Some(target) => format!("`{}`", Place::at(self.image, target).function),
                None => "a function".to_owned(),
            };
            context.report(forbidden::not_aligned(&callee, off));
        }
    }

    /// Intel's processors ignore the prefix, AMD's truncate the target to 16 bits. A REX prefix that is not the last
    /// prefix is ignored, and may come before it.
    fn has_operand_size_prefix(&self, context: &StepContext) -> bool {
        let end = context.instruction.next_ip() as usize;
        let bytes = self
            .image
            .code()
            .get(context.at as usize..end)
            .unwrap_or_default();
        let is_prefix =
            |byte: &&u8| matches!(byte, 0x26 | 0x2e | 0x36 | 0x3e | 0x40..=0x4f | 0x64..=0x67 | 0xf2 | 0xf3);
        bytes.iter().take_while(is_prefix).any(|&byte| byte == 0x66)
    }

    /// The targets of a jump or call through a register or memory.
    ///
    /// SOUNDNESS: T5
    fn targets(&self, context: &StepContext) -> Result<Targets, Refusal> {
        let instruction = &context.instruction;
        let value = match instruction.op0_kind() {
            OpKind::Register => context.state.get(instruction.op0_register()),
            OpKind::Memory => values::load(context, &self.tables),
            _ => Value::Unknown,
        };
        self.tables.targets_of(value, || context.text())
    }
}

/// SOUNDNESS: C3, T4
fn leave(context: &StepContext, next: State) -> Flow<State> {
    let sp = context.state.cells.sp;
    if sp == StackAddress::ENTRY && context.instruction.op_count() == 0 {
        return Flow::Return(next);
    }
    let text = context.text();
    let what = if sp == StackAddress::ENTRY {
        "pops its arguments from the stack, which the C ABI leaves to the caller".to_owned()
    } else {
        format!(
            "takes {} bytes that were left on the stack for the return address",
            -sp.offset
        )
    };
    Flow::Lost(Refusal::undecidable(
        format!("`{text}` {what}"),
        "balance pushes and pops on every path through the assembly",
    ))
}
