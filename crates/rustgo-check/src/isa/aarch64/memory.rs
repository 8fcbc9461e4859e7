//! The memory that an instruction accesses, as far as it matters to the analysis: the stack and the image.

use super::bounds::bound;
use super::instruction::{Instruction, SP_OR_ZERO};
use super::names::{Class, Kind};
use super::opcode::Operation;
use super::{Aarch64, State, StepContext};
use crate::isa::memory::Location;
use crate::isa::{Isa as _, forbidden};
use crate::origin::Origin;
use crate::state::{Cells, Register, StackAddress, Value};
use crate::table::Tables;

/// The distance from the base.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Offset {
    Bytes(i64),
    Index {
        register: Register,
        /// The number of bits of the index, if the rest is zero. `None` if it is sign-extended.
        bits: Option<u32>,
        shift: u32,
    },
}

/// How an instruction accesses memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    base: Register,
    offset: Offset,
    /// What is added to the base register afterwards, if it changes. The inner value is `None` if a register holds the
    /// number.
    moves: Option<Option<i64>>,
    /// Bytes per register, 0 for a prefetch.
    pub unit: u64,
    /// Bytes in total, or more.
    pub size: u64,
}

/// How an instruction accesses memory. `None` if it does not.
///
/// # Errors
///
/// If the instruction accesses memory in a way that is not understood.
pub fn access(instruction: &Instruction) -> Result<Option<Access>, ()> {
    let has = |kind| instruction.has(kind);
    match instruction.class() {
        Class::LSE_ATOMIC if has(Kind::Rt_LS64) => Err(()),
        Class::LSE_ATOMIC | Class::LDSTEXCL if has(Kind::ADDR_SIMPLE) => Ok(Some(Access {
            base: instruction.rn(),
            offset: Offset::Bytes(0),
            moves: None,
            unit: 0,
            // At most a pair of registers.
            size: 16,
        })),
        Class::ASISDLSE | Class::ASISDLSEP | Class::ASISDLSO | Class::ASISDLSOP => {
            Ok(Some(vectors(instruction)))
        }
        _ if instruction.is_load_or_store() => plain(instruction).map(Some).ok_or(()),
        Class::LSE_ATOMIC | Class::LDSTEXCL | Class::LDST_IMM10 => Err(()),
        _ => Ok(None),
    }
}

fn plain(instruction: &Instruction) -> Option<Access> {
    let (size, is_vector, variant) = (
        instruction.bits(30, 2),
        instruction.bit(26),
        instruction.bits(22, 2),
    );
    let is_pair = instruction.has(Kind::ADDR_SIMM7);
    let scale = match (is_pair, is_vector) {
        (false, false) => size,
        (false, true) => size | (variant & 2) << 1,
        // `ldpsw` loads words.
        (true, false) => {
            if size == 0 || instruction.operation() == Operation::SignedLoad {
                2
            } else {
                3
            }
        }
        // A pair without temporal hint for an unprivileged access encodes its size like the others.
        (true, true) => 2 + size.min(2),
    };
    let is_prefetch = instruction.has(Kind::PRFOP);
    let unit = if is_prefetch { 0 } else { 1u64 << scale };
    let mut moves = None;
    let offset = if instruction.has(Kind::ADDR_UIMM12) {
        Offset::Bytes(i64::from(instruction.bits(10, 12)) << scale)
    } else if is_pair {
        let bytes = instruction.signed(15, 7) << scale;
        if instruction.writes_back() {
            moves = Some(Some(bytes));
        }
        let is_post = instruction.writes_back() && !instruction.bit(24);
        Offset::Bytes(if is_post { 0 } else { bytes })
    } else if instruction.has(Kind::ADDR_SIMM9) || instruction.has(Kind::ADDR_OFFSET) {
        let bytes = instruction.signed(12, 9);
        if instruction.writes_back() {
            moves = Some(Some(bytes));
        }
        let is_post = instruction.writes_back() && !instruction.bit(11);
        Offset::Bytes(if is_post { 0 } else { bytes })
    } else if instruction.has(Kind::ADDR_REGOFF) {
        Offset::Index {
            register: instruction.rm(),
            bits: match instruction.bits(13, 3) {
                0b010 => Some(32),
                0b011 => Some(64),
                _ => None,
            },
            shift: if instruction.bit(12) { scale } else { 0 },
        }
    } else {
        return None;
    };
    Some(Access {
        base: instruction.rn(),
        offset,
        moves,
        unit,
        size: if is_pair { 2 * unit } else { unit },
    })
}

/// `ld1` to `ld4` and `st1` to `st4`.
fn vectors(instruction: &Instruction) -> Access {
    let is_whole = matches!(instruction.class(), Class::ASISDLSE | Class::ASISDLSEP);
    let registers = u64::from(instruction.list_length());
    let size = if is_whole {
        registers * if instruction.bit(30) { 16 } else { 8 }
    } else {
        let element = match instruction.bits(14, 2) {
            3 => instruction.bits(10, 2),
            2 => 2 + instruction.bits(10, 1),
            scale => scale,
        };
        registers << element
    };
    let moves = instruction.writes_back().then(|| {
        let is_by_size = instruction.rm() == SP_OR_ZERO;
        is_by_size.then_some(size as i64)
    });
    Access {
        base: instruction.rn(),
        offset: Offset::Bytes(0),
        moves,
        unit: 0,
        size,
    }
}

impl Access {
    /// The address.
    pub fn place(&self, state: &State) -> Location {
        match (state.get_or_sp(self.base), self.offset) {
            (Value::Stack(stack_address), Offset::Bytes(bytes)) => Location::Stack(stack_address.plus(bytes)),
            (Value::Stack(stack_address), Offset::Index { .. }) => Location::StackObject(stack_address),
            (Value::Address(offset), Offset::Bytes(bytes)) => {
                Location::Image(offset.wrapping_add_signed(bytes))
            }
            (
                Value::Address(start),
                Offset::Index {
                    register,
                    bits: Some(bits),
                    shift,
                },
            ) => Location::Table {
                start,
                last: bound(state, register, bits),
                scale: 1 << shift,
            },
            (Value::EntryAddress(table), Offset::Bytes(bytes)) => Location::Table {
                start: table.start.wrapping_add_signed(bytes),
                last: table.last,
                scale: table.entry.size(),
            },
            (Value::Target { table, base: 0 }, Offset::Bytes(offset)) => Location::Field { table, offset },
            _ => Location::Unknown,
        }
    }

    /// The origin of its address. An index that is extended or shifted is a number.
    fn origin(&self, state: &State) -> Origin {
        let index = match self.offset {
            Offset::Index {
                register,
                bits: Some(64),
                shift: 0,
            } => state.origin(register),
            _ => Origin::NONE,
        };
        state.origin(self.base).plus(index)
    }

    /// Its base register.
    pub fn base(&self) -> Register {
        self.base
    }

    /// The instruction moves its base register.
    pub fn is_moved(&self) -> bool {
        self.moves.is_some()
    }

    /// The base register and its value after the instruction, if that changes it.
    pub fn moved(&self, state: &State) -> Option<(Register, Value)> {
        let value = match (state.get_or_sp(self.base), self.moves?) {
            (Value::Stack(stack_address), Some(bytes)) => Value::Stack(stack_address.plus(bytes)),
            (Value::Address(offset), Some(bytes)) => Value::Address(offset.wrapping_add_signed(bytes)),
            _ => Value::Unknown,
        };
        Some((self.base, value))
    }
}

/// Records what the instruction reads and writes, in the state after it.
///
/// SOUNDNESS: D3, M2, T7, T9, T10
pub fn note(context: &mut StepContext, next: &mut State, access: &Access, place: Location) {
    let writes = access.size > 0 && !is_load(&context.instruction);
    let reads = access.size > 0 && !context.instruction.is_plain_store();
    let is_below = |after: &Cells| place.is_below(&context.state.cells, after.sp);
    if reads && is_below(&context.state.cells) || writes && is_below(&next.cells) {
        context.report(Aarch64::WORDING.red_zone(&context.text()));
    }
    match place {
        Location::Stack(stack_address) => {
            context.touches.push(stack_address);
            if writes {
                let end = stack_address.plus(access.size as i64).offset;
                context.above = context.above.max(u64::try_from(end).unwrap_or(0));
                next.cells.slots.store(stack_address, access.size, Value::Unknown);
                next.cells.origins.store(stack_address, access.size, &[]);
                store(context, next, access, stack_address);
                next.cells.slots.drop_below(next.cells.sp);
            }
        }
        Location::Image(_) | Location::Table { .. } if writes => {
            context.report(forbidden::writes_image(&context.text()))
        }
        Location::Unknown | Location::StackObject(_) | Location::Field { .. } if writes => {
            context.store_through(access.origin(context.state));
            next.cells.slots.store_anywhere();
        }
        Location::StackObject(_)
        | Location::Image(_)
        | Location::Table { .. }
        | Location::Field { .. }
        | Location::Unknown => {}
    }
}

/// Whether it only reads memory, unlike `ldadd` and the like.
fn is_load(instruction: &Instruction) -> bool {
    matches!(instruction.operation(), Operation::Load | Operation::SignedLoad)
}

/// Records what a store of whole registers leaves on the stack.
fn store(context: &StepContext, next: &mut State, access: &Access, stack_address: StackAddress) {
    let instruction = context.instruction;
    if instruction.is_plain_store() {
        for (register, bytes) in data(&instruction, access) {
            next.cells
                .slots
                .store(stack_address.plus(bytes), 8, context.state.get(register));
        }
    }
}

/// The registers that a load or store of whole ones transfers, and the distance of each in memory from the first; for a
/// vector its low half.
fn data(instruction: &Instruction, access: &Access) -> impl Iterator<Item = (Register, i64)> {
    let is_whole = match access.unit {
        8 => instruction.has(Kind::Rt) || instruction.has(Kind::Ft),
        16 => instruction.has(Kind::Ft),
        _ => false,
    };
    let fields: &[u32] = match (is_whole, access.size > access.unit) {
        (false, _) => &[],
        (true, false) => &[0],
        (true, true) => &[0, 10],
    };
    let (instruction, unit) = (*instruction, access.unit as i64);
    fields.iter().zip(0..).filter_map(move |(&field, number)| {
        let register = instruction.data_register(instruction.register(field))?;
        Some((register, number * unit))
    })
}

/// The registers that a load of whole registers sets, and their values.
pub fn loaded(
    context: &StepContext,
    tables: &Tables,
    access: &Access,
    place: Location,
) -> Vec<(Register, Value)> {
    let instruction = context.instruction;
    if !instruction.is_load_or_store() || instruction.is_plain_store() {
        return Vec::new();
    }
    data(&instruction, access)
        .map(|(register, bytes)| (register, place.value(&context.state.cells, tables, bytes)))
        .collect()
}
