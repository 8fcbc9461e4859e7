//! The value that an instruction leaves in the register that it writes, as far as it can lead to a jump or call target
//! or to a place on the stack.

use super::bounds::bound;
use super::instruction::{Instruction, SP_OR_ZERO};
use super::memory::Access;
use super::names::Class;
use super::opcode::Operation;
use super::{State, StepContext};
use crate::isa::memory::Location;
use crate::state::{CodeTable, Compared, EntryFormat, Register, Value, ones};

/// The value that an instruction without memory operands leaves in register d.
pub fn result(context: &mut StepContext) -> Value {
    let instruction = context.instruction;
    let value = match instruction.class() {
        _ if instruction.operation() == Operation::Address => {
            let distance = instruction.signed(5, 19) << 2 | i64::from(instruction.bits(29, 2));
            Value::Address(context.at.wrapping_add_signed(distance))
        }
        _ if !instruction.is_64() => Value::Unknown,
        Class::ADDSUB_IMM => immediate_sum(context),
        Class::ADDSUB_SHIFT => entry_sum(context),
        Class::ADDSUB_EXT if is_plain_extension(&instruction) => entry_sum(context),
        Class::LOG_SHIFT => moved(&instruction).map_or(Value::Unknown, |from| context.state.get(from)),
        Class::LOG_IMM => align(context),
        _ => Value::Unknown,
    };
    match value {
        Value::Unknown => number(context).map_or(Value::Unknown, |max| Value::AtMost { bits: 64, max }),
        known => known,
    }
}

/// The value that a narrow load leaves in register t.
pub fn entry(instruction: &Instruction, access: &Access, place: Location) -> Value {
    let is_signed = instruction.operation() == Operation::SignedLoad;
    match place {
        Location::Table { start, last, scale } if scale == access.unit => {
            let entry = match (access.unit, is_signed) {
                (1, false) => Some(EntryFormat::Words8),
                (2, false) => Some(EntryFormat::Words16),
                (4, true) => Some(EntryFormat::Bytes32),
                _ => None,
            };
            if let Some(entry) = entry {
                return Value::TableEntry(CodeTable { start, last, entry });
            }
        }
        _ => {}
    }
    match access.unit {
        1 | 2 | 4 if !is_signed => Value::AtMost {
            bits: 64,
            max: ones(access.unit as u32 * 8),
        },
        _ => Value::Unknown,
    }
}

/// `add` and `sub` with an immediate operand, shifted or not.
fn immediate_sum(context: &StepContext) -> Value {
    let instruction = context.instruction;
    if !matches!(
        instruction.operation(),
        Operation::Add | Operation::Adds | Operation::Sub | Operation::Subs
    ) {
        return Value::Unknown;
    }
    let bytes = i64::from(instruction.bits(10, 12)) << if instruction.bit(22) { 12 } else { 0 };
    let bytes = if instruction.bit(30) { -bytes } else { bytes };
    match context.state.get_or_sp(instruction.rn()) {
        Value::Stack(stack_address) => Value::Stack(stack_address.plus(bytes)),
        Value::Address(offset) => Value::Address(offset.wrapping_add_signed(bytes)),
        _ => Value::Unknown,
    }
}

/// `add` of a table entry to an address (narrow entries count instructions, wide ones bytes), or of an index to a table
/// of addresses.
fn entry_sum(context: &StepContext) -> Value {
    let instruction = context.instruction;
    let is_plain_add = instruction.operation() == Operation::Add && instruction.bits(22, 2) == 0;
    let shift = match instruction.class() {
        Class::ADDSUB_SHIFT => instruction.bits(10, 6),
        _ => instruction.bits(10, 3),
    };
    if !is_plain_add {
        return Value::Unknown;
    }
    let (left, right) = (
        context.state.get_or_sp(instruction.rn()),
        context.state.get(instruction.rm()),
    );
    match (left, right) {
        (Value::Address(start), Value::AtMost { bits: 64, max }) => Value::EntryAddress(CodeTable {
            start,
            last: Some(max),
            entry: EntryFormat::Address { shift },
        }),
        (Value::Address(base), Value::TableEntry(table)) if shift == table.entry.shift() => {
            Value::Target { table, base }
        }
        (Value::TableEntry(table), Value::Address(base)) if shift == 0 && table.entry.shift() == 0 => {
            Value::Target { table, base }
        }
        _ => Value::Unknown,
    }
}

/// The second operand is extended from 64 bits, which does nothing.
fn is_plain_extension(instruction: &Instruction) -> bool {
    matches!(instruction.bits(13, 3), 0b011 | 0b111)
}

/// The register that `orr d, zero, m`, the encoding of `mov`, copies.
fn moved(instruction: &Instruction) -> Option<Register> {
    let is_move = instruction.operation() == Operation::Orr
        && instruction.rn() == SP_OR_ZERO
        && instruction.bits(10, 6) == 0
        && instruction.bits(22, 2) == 0;
    is_move.then(|| instruction.rm())
}

/// `and sp, n, -alignment`.
fn align(context: &mut StepContext) -> Value {
    let instruction = context.instruction;
    let is_sp = instruction.rd() == SP_OR_ZERO;
    if instruction.operation() != Operation::And || !is_sp {
        return Value::Unknown;
    }
    match (context.state.get(instruction.rn()), instruction.mask()) {
        (Value::Stack(stack_address), Some(mask)) => context
            .align(stack_address, mask.wrapping_neg())
            .map_or(Value::Unknown, Value::Stack),
        _ => Value::Unknown,
    }
}

/// An upper bound for the result, if nothing else is known about it.
fn number(context: &StepContext) -> Option<u64> {
    let instruction = context.instruction;
    let width = if instruction.is_64() { 64 } else { 32 };
    let known = match instruction.class() {
        Class::LOG_IMM if matches!(instruction.operation(), Operation::And | Operation::Ands) => {
            instruction.mask()
        }
        Class::LOG_SHIFT => moved(&instruction).and_then(|from| bound(context.state, from, width)),
        Class::BITFIELD if instruction.operation() == Operation::UnsignedBitField => {
            let (rotate, last) = (instruction.bits(16, 6), instruction.bits(10, 6));
            (last >= rotate).then(|| ones(last - rotate + 1))
        }
        Class::MOVEWIDE if instruction.operation() == Operation::MoveZeroed => {
            Some(u64::from(instruction.bits(5, 16)) << (instruction.bits(21, 2) * 16))
        }
        _ => None,
    };
    known.or_else(|| {
        is_integer(&instruction)
            .then_some(ones(width))
            .filter(|_| width == 32)
    })
}

/// Its bit 31 says whether the upper half of the result is cleared.
fn is_integer(instruction: &Instruction) -> bool {
    matches!(
        instruction.class(),
        Class::ADDSUB_IMM
            | Class::ADDSUB_SHIFT
            | Class::ADDSUB_EXT
            | Class::ADDSUB_CARRY
            | Class::LOG_IMM
            | Class::LOG_SHIFT
            | Class::BITFIELD
            | Class::MOVEWIDE
            | Class::CONDSEL
            | Class::EXTRACT
            | Class::DP_1SRC
            | Class::DP_2SRC
            | Class::DP_3SRC
    )
}

/// The comparison of a register with a number that the flags result from after the instruction: the earlier one if the
/// instruction does not change the flags.
///
/// SOUNDNESS: T11
pub fn comparison(context: &StepContext) -> Option<Compared> {
    let instruction = context.instruction;
    if leaves_flags(&instruction) {
        return context.state.compared;
    }
    let is_compare = instruction.class() == Class::ADDSUB_IMM && instruction.operation() == Operation::Subs;
    if !is_compare || instruction.rn() == SP_OR_ZERO {
        return None;
    }
    Some(Compared {
        register: instruction.rn(),
        bits: if instruction.is_64() { 64 } else { 32 },
        with: u64::from(instruction.bits(10, 12)) << if instruction.bit(22) { 12 } else { 0 },
    })
}

fn leaves_flags(instruction: &Instruction) -> bool {
    match instruction.class() {
        Class::ADDSUB_IMM | Class::ADDSUB_SHIFT | Class::ADDSUB_EXT => !instruction.bit(29),
        Class::LOG_IMM | Class::LOG_SHIFT => {
            !matches!(instruction.operation(), Operation::Ands | Operation::Bics)
        }
        Class::PCRELADDR
        | Class::MOVEWIDE
        | Class::BITFIELD
        | Class::CONDSEL
        | Class::LOADLIT
        | Class::COMPBRANCH
        | Class::TESTBRANCH
        | Class::CONDBRANCH
        | Class::BRANCH_IMM => true,
        _ => instruction.is_load_or_store(),
    }
}

/// Refines the compared register's value on the edge where a conditional branch is taken or not taken.
///
/// SOUNDNESS: T11
pub fn refine(state: &mut State, condition: u32, is_taken: bool) {
    let Some(compared) = state.compared else {
        return;
    };
    // An even condition is the opposite of the odd one after it.
    let holds = if is_taken { condition } else { condition ^ 1 };
    let max = match holds {
        0b0000 | 0b1001 => Some(compared.with),
        0b0011 => compared.with.checked_sub(1),
        _ => None,
    };
    let Some(max) = max else { return };
    match state.cells.get(compared.register) {
        // The upper half is known to be zero, and stays zero.
        Value::AtMost {
            bits: 64,
            max: before,
        } if max < before && before <= ones(compared.bits) => {
            state
                .cells
                .set(compared.register, Value::AtMost { bits: 64, max });
        }
        _ => state.refine(compared, max),
    }
}
