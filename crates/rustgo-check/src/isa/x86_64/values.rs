//! The value that an instruction leaves in the register that it writes, as far as it can lead to a jump or call target.

use iced_x86::{ConditionCode, Instruction, Mnemonic, OpKind, Register as Name};

use super::memory;
use super::{State, StepContext, number};
use crate::isa::memory::Location;
use crate::state::{CodeTable, Compared, EntryFormat, Value, ones};
use crate::table::Tables;

/// The register that an instruction writes and its new value. `None` if nothing is known about it.
pub fn result(context: &StepContext, tables: &Tables) -> Option<(Name, Value)> {
    let instruction = &context.instruction;
    if instruction.op_count() == 0 || instruction.op0_kind() != OpKind::Register {
        return None;
    }
    let target = instruction.op0_register();
    let value = if target.is_gpr64() {
        whole(context, tables)
    } else if target.is_gpr32() {
        // The upper half becomes zero.
        match low(context, 32) {
            Some(max) => Value::AtMost { bits: 64, max },
            None => Value::Unknown,
        }
    } else {
        Value::Unknown
    };
    (value != Value::Unknown).then_some((target, value))
}

fn whole(context: &StepContext, tables: &Tables) -> Value {
    let instruction = &context.instruction;
    match instruction.mnemonic() {
        Mnemonic::Mov => match instruction.op1_kind() {
            OpKind::Register => context.state.get(instruction.op1_register()),
            OpKind::Memory => load(context, tables),
            _ => Value::Unknown,
        },
        Mnemonic::Pop => context.state.cells.slots.get(context.state.cells.sp),
        Mnemonic::Lea => address(context),
        Mnemonic::Movsxd => entry(context, tables),
        Mnemonic::Add | Mnemonic::Sub => sum(context),
        Mnemonic::Shl => scaled(context),
        _ => low(context, 64).map_or(Value::Unknown, |max| Value::AtMost { bits: 64, max }),
    }
}

/// The value of the eight bytes that the instruction reads.
pub fn load(context: &StepContext, tables: &Tables) -> Value {
    if !is_plain(&context.instruction) {
        return Value::Unknown;
    }
    memory::operand(context).value(&context.state.cells, tables, 0)
}

fn is_plain(instruction: &Instruction) -> bool {
    !matches!(instruction.memory_segment(), Name::FS | Name::GS)
}

/// The address that `lea` computes.
pub fn address(context: &StepContext) -> Value {
    match memory::operand(context) {
        Location::Stack(stack_address) => Value::Stack(stack_address),
        Location::Image(offset) => Value::Address(offset),
        Location::Table { start, last, scale } if scale >= 8 && scale.is_power_of_two() => {
            let entry = EntryFormat::Address {
                shift: scale.trailing_zeros(),
            };
            Value::EntryAddress(CodeTable { start, last, entry })
        }
        _ => Value::Unknown,
    }
}

/// `movsxd r64, dword ptr [table + 4 * index]`.
fn entry(context: &StepContext, tables: &Tables) -> Value {
    if context.instruction.op1_kind() != OpKind::Memory {
        return Value::Unknown;
    }
    match memory::operand(context) {
        Location::Table {
            start,
            last,
            scale: 4,
        } if tables.is_in_image(start) => Value::TableEntry(CodeTable {
            start,
            last,
            entry: EntryFormat::Bytes32,
        }),
        _ => Value::Unknown,
    }
}

/// Additions and subtractions of a number, and of a table entry to an address.
fn sum(context: &StepContext) -> Value {
    let instruction = &context.instruction;
    let is_add = instruction.mnemonic() == Mnemonic::Add;
    let left = context.state.get(instruction.op0_register());
    if instruction.op1_kind() == OpKind::Register {
        return match (left, context.state.get(instruction.op1_register())) {
            (Value::TableEntry(table), Value::Address(base))
            | (Value::Address(base), Value::TableEntry(table))
                if is_add =>
            {
                Value::Target { table, base }
            }
            (Value::Scaled { shift, last }, Value::Address(start))
            | (Value::Address(start), Value::Scaled { shift, last })
                if is_add && shift >= 3 =>
            {
                Value::EntryAddress(CodeTable {
                    start,
                    last: Some(last),
                    entry: EntryFormat::Address { shift },
                })
            }
            _ => Value::Unknown,
        };
    }
    let Some(bytes) = immediate(instruction, 1) else {
        return Value::Unknown;
    };
    let bytes = if is_add {
        bytes as i64
    } else {
        (bytes as i64).wrapping_neg()
    };
    match left {
        Value::Stack(stack_address) => Value::Stack(stack_address.plus(bytes)),
        Value::Address(offset) => Value::Address(offset.wrapping_add_signed(bytes)),
        _ => Value::Unknown,
    }
}

/// An index shifted left without losing bits.
fn scaled(context: &StepContext) -> Value {
    let shift = immediate(&context.instruction, 1).and_then(|shift| u32::try_from(shift).ok());
    match (context.state.get(context.instruction.op0_register()), shift) {
        (Value::AtMost { bits: 64, max }, Some(shift @ 1..64)) if max.leading_zeros() >= shift => {
            Value::Scaled { shift, last: max }
        }
        _ => Value::Unknown,
    }
}

/// An upper bound for the low bits of the result, if the instruction clears the others.
fn low(context: &StepContext, bits: u32) -> Option<u64> {
    let instruction = &context.instruction;
    match instruction.mnemonic() {
        Mnemonic::Mov | Mnemonic::Movzx if instruction.op1_kind() == OpKind::Register => {
            let source = instruction.op1_register();
            bound(context.state, source, source.size() as u32 * 8)
        }
        Mnemonic::And => immediate(instruction, 1).map(|mask| mask & ones(bits)),
        _ => None,
    }
}

/// An upper bound for the low bits of a register.
fn bound(state: &State, register: Name, bits: u32) -> Option<u64> {
    let is_low = !matches!(register, Name::AH | Name::BH | Name::CH | Name::DH);
    let known = number(register)
        .filter(|_| is_low)
        .map(|number| state.cells.get(number));
    match known {
        // A bound on more bits bounds the lower ones too.
        Some(Value::AtMost { bits: known, max }) if known >= bits => Some(max.min(ones(bits))),
        _ => None,
    }
}

/// The immediate operand, extended to 64 bits.
pub fn immediate(instruction: &Instruction, operand: u32) -> Option<u64> {
    instruction.try_immediate(operand).ok()
}

/// The comparison of a register with a number that the flags result from after the instruction, if there is one.
///
/// SOUNDNESS: T11
pub fn comparison(context: &StepContext) -> Option<Compared> {
    let instruction = &context.instruction;
    if instruction.mnemonic() != Mnemonic::Cmp || instruction.op0_kind() != OpKind::Register {
        return None;
    }
    let register = instruction.op0_register();
    if matches!(register, Name::AH | Name::BH | Name::CH | Name::DH) {
        return None;
    }
    let bits = register.size() as u32 * 8;
    Some(Compared {
        register: number(register)?,
        bits,
        with: immediate(instruction, 1)? & ones(bits),
    })
}

/// Refines the compared register's value on the edge where a conditional branch is taken or not taken.
///
/// SOUNDNESS: T11
pub fn refine(state: &mut State, condition: ConditionCode, is_taken: bool) {
    let Some(compared) = state.compared else {
        return;
    };
    let max = match (condition, is_taken) {
        (ConditionCode::a, false)
        | (ConditionCode::be, true)
        | (ConditionCode::e, true)
        | (ConditionCode::ne, false) => Some(compared.with),
        (ConditionCode::ae, false) | (ConditionCode::b, true) => compared.with.checked_sub(1),
        _ => None,
    };
    if let Some(max) = max {
        state.refine(compared, max);
    }
}
