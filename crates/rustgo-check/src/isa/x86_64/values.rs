//! What an instruction leaves in the register that it writes, as far as that can lead to a jump or call target.

use iced_x86::{ConditionCode, Instruction, Mnemonic, OpKind, Register as Name};

use super::memory::{self, Place};
use super::{State, StepContext, number};
use crate::state::{Compared, Entry, Table, Value, ones};
use crate::table::Tables;

/// The register that an instruction writes and its new value; none where nothing is known of it.
pub fn result(seen: &StepContext, tables: &Tables) -> Option<(Name, Value)> {
    let instruction = &seen.instruction;
    if instruction.op_count() == 0 || instruction.op0_kind() != OpKind::Register {
        return None;
    }
    let target = instruction.op0_register();
    let value = if target.is_gpr64() {
        whole(seen, tables)
    } else if target.is_gpr32() {
        // The upper half becomes zero.
        match low(seen, 32) {
            Some(max) => Value::AtMost { bits: 64, max },
            None => Value::Unknown,
        }
    } else {
        Value::Unknown
    };
    (value != Value::Unknown).then_some((target, value))
}

fn whole(seen: &StepContext, tables: &Tables) -> Value {
    let instruction = &seen.instruction;
    match instruction.mnemonic() {
        Mnemonic::Mov => match instruction.op1_kind() {
            OpKind::Register => seen.state.get(instruction.op1_register()),
            OpKind::Memory => load(seen, tables),
            _ => Value::Unknown,
        },
        Mnemonic::Pop => seen.state.frame.slots.get(seen.state.frame.sp),
        Mnemonic::Lea => address(seen),
        Mnemonic::Movsxd => entry(seen, tables),
        Mnemonic::Add | Mnemonic::Sub => sum(seen),
        Mnemonic::Shl => scaled(seen),
        _ => low(seen, 64).map_or(Value::Unknown, |max| Value::AtMost { bits: 64, max }),
    }
}

/// What the eight bytes hold that the instruction reads.
pub fn load(seen: &StepContext, tables: &Tables) -> Value {
    if !is_plain(&seen.instruction) {
        return Value::Unknown;
    }
    match memory::operand(seen) {
        Place::Stack(spot) => seen.state.frame.slots.get(spot),
        Place::Image(offset) => tables.address(offset).map_or(Value::Unknown, Value::Address),
        Place::ImageTable { start, last, scale } => tables.entry(start, last, scale),
        Place::Field { table, offset } => Value::Field { table, offset },
        _ => Value::Unknown,
    }
}

fn is_plain(instruction: &Instruction) -> bool {
    !matches!(instruction.memory_segment(), Name::FS | Name::GS)
}

/// The address that `lea` makes.
pub fn address(seen: &StepContext) -> Value {
    match memory::operand(seen) {
        Place::Stack(spot) => Value::Stack(spot),
        Place::Image(offset) => Value::Address(offset),
        Place::ImageTable { start, last, scale } if scale >= 8 && scale.is_power_of_two() => {
            let entry = Entry::Address {
                shift: scale.trailing_zeros(),
            };
            Value::Place(Table { start, last, entry })
        }
        _ => Value::Unknown,
    }
}

/// `movsxd r64, dword ptr [table + 4 * index]`.
fn entry(seen: &StepContext, tables: &Tables) -> Value {
    if seen.instruction.op1_kind() != OpKind::Memory {
        return Value::Unknown;
    }
    match memory::operand(seen) {
        Place::ImageTable {
            start,
            last,
            scale: 4,
        } if tables.is_in_image(start) => Value::Entry(Table {
            start,
            last,
            entry: Entry::Bytes32,
        }),
        _ => Value::Unknown,
    }
}

/// Additions and subtractions of a number, and of a table's entry to an address.
fn sum(seen: &StepContext) -> Value {
    let instruction = &seen.instruction;
    let is_add = instruction.mnemonic() == Mnemonic::Add;
    let left = seen.state.get(instruction.op0_register());
    if instruction.op1_kind() == OpKind::Register {
        return match (left, seen.state.get(instruction.op1_register())) {
            (Value::Entry(table), Value::Address(base)) | (Value::Address(base), Value::Entry(table))
                if is_add =>
            {
                Value::Target { table, base }
            }
            (Value::Scaled { shift, last }, Value::Address(start))
            | (Value::Address(start), Value::Scaled { shift, last })
                if is_add && shift >= 3 =>
            {
                Value::Place(Table {
                    start,
                    last: Some(last),
                    entry: Entry::Address { shift },
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
        Value::Stack(spot) => Value::Stack(spot.plus(bytes)),
        Value::Address(offset) => Value::Address(offset.wrapping_add_signed(bytes)),
        _ => Value::Unknown,
    }
}

/// An index that is shifted left, where no bit of it gets lost.
fn scaled(seen: &StepContext) -> Value {
    let shift = immediate(&seen.instruction, 1).and_then(|shift| u32::try_from(shift).ok());
    match (seen.state.get(seen.instruction.op0_register()), shift) {
        (Value::AtMost { bits: 64, max }, Some(shift @ 1..64)) if max.leading_zeros() >= shift => {
            Value::Scaled { shift, last: max }
        }
        _ => Value::Unknown,
    }
}

/// An upper bound for the low bits of the result, when the instruction clears the rest.
fn low(seen: &StepContext, bits: u32) -> Option<u64> {
    let instruction = &seen.instruction;
    match instruction.mnemonic() {
        Mnemonic::Mov | Mnemonic::Movzx if instruction.op1_kind() == OpKind::Register => {
            let source = instruction.op1_register();
            bound(seen.state, source, source.size() as u32 * 8)
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
        .map(|number| state.frame.get(number));
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

/// The comparison of a register with a number that the flags stem from after the instruction, if they stem from one.
///
/// SOUNDNESS: T11
pub fn comparison(seen: &StepContext) -> Option<Compared> {
    let instruction = &seen.instruction;
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

/// Notes what a conditional branch tells of the compared register, on the edge where it is taken or not.
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
