//! How the stack pointer moves.

use iced_x86::{Code, Mnemonic, OpKind, Register as Name};

use super::{RBP, State, StepContext, values};
use crate::state::{Spot, Value};

/// Moves the stack pointer as the instruction does.
///
/// SOUNDNESS: T3
pub fn move_pointer(seen: &mut StepContext, next: &mut State) {
    let instruction = &seen.instruction;
    let sp = seen.state.frame.sp;
    let first = match instruction.op0_kind() {
        OpKind::Register => instruction.op0_register(),
        _ => Name::None,
    };
    let (to_sp, to_part) = (first == Name::RSP, first.full_register() == Name::RSP);
    let target = match instruction.mnemonic() {
        Mnemonic::Push | Mnemonic::Pushfq | Mnemonic::Pushf => push(seen, next),
        Mnemonic::Pop | Mnemonic::Popfq | Mnemonic::Popf if !to_part => {
            Some(sp.plus(instruction.stack_pointer_increment().into()))
        }
        // The call's own push and the return's own pop are the caller's concern.
        Mnemonic::Call | Mnemonic::Ret => return,
        // Refused for more than that.
        Mnemonic::Sysenter => return,
        Mnemonic::Leave if instruction.code() == Code::Leaveq => leave(seen, next),
        Mnemonic::Add | Mnemonic::Sub if to_sp => values::immediate(instruction, 1).map(|bytes| {
            let bytes = bytes as i64;
            let is_add = instruction.mnemonic() == Mnemonic::Add;
            sp.plus(if is_add { bytes } else { bytes.wrapping_neg() })
        }),
        Mnemonic::Lea if to_sp => spot(values::address(seen)),
        Mnemonic::Mov if to_sp => spot(seen.state.get(instruction.op1_register())),
        Mnemonic::And if to_sp => align(seen),
        _ => None,
    };
    seen.move_stack_pointer(next, target);
}

fn push(seen: &StepContext, next: &mut State) -> Option<Spot> {
    let size = seen.instruction.stack_pointer_increment();
    let target = seen.state.frame.sp.plus(size.into());
    let value = match seen.instruction.op0_kind() {
        OpKind::Register => seen.state.get(seen.instruction.op0_register()),
        _ => Value::Unknown,
    };
    next.frame.move_sp(target);
    next.frame.slots.store(target, size.unsigned_abs().into(), value);
    Some(target)
}

/// `mov rsp, rbp; pop rbp`.
fn leave(seen: &StepContext, next: &mut State) -> Option<Spot> {
    let record = spot(seen.state.get(Name::RBP))?;
    next.frame.set(RBP, seen.state.frame.slots.get(record));
    Some(record.plus(8))
}

fn spot(value: Value) -> Option<Spot> {
    match value {
        Value::Stack(spot) => Some(spot),
        _ => None,
    }
}

/// `and rsp, -alignment`.
fn align(seen: &mut StepContext) -> Option<Spot> {
    let mask = values::immediate(&seen.instruction, 1)?;
    seen.align(seen.state.frame.sp, mask.wrapping_neg())
}
