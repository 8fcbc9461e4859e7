//! Moves of the stack pointer.

use iced_x86::{Code, Mnemonic, OpKind, Register as Name};

use super::{RBP, State, StepContext, values};
use crate::origin::Origin;
use crate::state::{StackAddress, Value};

/// Moves the stack pointer as the instruction does.
///
/// SOUNDNESS: T3
pub fn move_pointer(context: &mut StepContext, next: &mut State) {
    let instruction = &context.instruction;
    let sp = context.state.cells.sp;
    let first = match instruction.op0_kind() {
        OpKind::Register => instruction.op0_register(),
        _ => Name::None,
    };
    let (to_sp, to_part) = (first == Name::RSP, first.full_register() == Name::RSP);
    let target = match instruction.mnemonic() {
        Mnemonic::Push | Mnemonic::Pushfq | Mnemonic::Pushf => push(context, next),
        Mnemonic::Pop | Mnemonic::Popfq | Mnemonic::Popf if !to_part => {
            Some(sp.plus(instruction.stack_pointer_increment().into()))
        }
        // The call's push and the return's pop belong to the caller.
        Mnemonic::Call | Mnemonic::Ret => return,
        // Refused for other reasons as well.
        Mnemonic::Sysenter => return,
        Mnemonic::Leave if instruction.code() == Code::Leaveq => leave(context, next),
        Mnemonic::Add | Mnemonic::Sub if to_sp => values::immediate(instruction, 1).map(|bytes| {
            let bytes = bytes as i64;
            let is_add = instruction.mnemonic() == Mnemonic::Add;
            sp.plus(if is_add { bytes } else { bytes.wrapping_neg() })
        }),
        Mnemonic::Lea if to_sp => stack_address(values::address(context)),
        Mnemonic::Mov if to_sp => stack_address(context.state.get(instruction.op1_register())),
        Mnemonic::And if to_sp => align(context),
        _ => None,
    };
    context.move_stack_pointer(next, target);
}

fn push(context: &StepContext, next: &mut State) -> Option<StackAddress> {
    let size = context.instruction.stack_pointer_increment();
    let target = context.state.cells.sp.plus(size.into());
    let value = match context.instruction.op0_kind() {
        OpKind::Register => context.state.get(context.instruction.op0_register()),
        _ => Value::Unknown,
    };
    next.cells.move_sp(target);
    let origin = match context.instruction.op0_kind() {
        OpKind::Register => context.state.origin(context.instruction.op0_register()),
        _ => Origin::NONE,
    };
    next.cells.slots.store(target, size.unsigned_abs().into(), value);
    next.cells
        .origins
        .store(target, size.unsigned_abs().into(), &[origin]);
    Some(target)
}

/// `mov rsp, rbp; pop rbp`.
fn leave(context: &StepContext, next: &mut State) -> Option<StackAddress> {
    let record = stack_address(context.state.get(Name::RBP))?;
    next.cells.set(RBP, context.state.cells.slots.get(record));
    Some(record.plus(8))
}

fn stack_address(value: Value) -> Option<StackAddress> {
    match value {
        Value::Stack(stack_address) => Some(stack_address),
        _ => None,
    }
}

/// `and rsp, -alignment`.
fn align(context: &mut StepContext) -> Option<StackAddress> {
    let mask = values::immediate(&context.instruction, 1)?;
    context.align(context.state.cells.sp, mask.wrapping_neg())
}
