//! Which memory an instruction touches, as far as the analysis has to know: the stack, the image, thread-locals.

use iced_x86::{CodeSize, Instruction, Mnemonic, OpAccess, OpKind, Register as Name, UsedMemory};

use super::{State, StepContext, X86_64};
use crate::diagnostic::Refusal;
use crate::finding::Rule;
use crate::isa::{Isa as _, forbidden};
use crate::state::{Anchor, Spot, Table, Value};

/// A place in memory, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Anywhere.
    Unknown,
    /// At this stack address.
    Stack(Spot),
    /// In an object on the stack, at an index that is not known from this address on.
    StackObject(Spot),
    /// At this image offset.
    Image(u64),
    /// At an index in the table at this image offset.
    ImageTable {
        /// Where index 0 is.
        start: u64,
        /// The greatest index, where it is known.
        last: Option<u64>,
        /// Bytes for each step of the index.
        scale: u64,
    },
    /// So many bytes behind where the addresses of a table lead.
    Field {
        /// The table of addresses.
        table: Table,
        /// In bytes.
        offset: i64,
    },
}

/// Where an address calculation leads.
pub fn place(state: &State, base: Name, index: Name, scale: u32, displacement: i64) -> Place {
    let (base, index, scale) = match (state.get(base), state.get(index)) {
        // An address may also stand in the index register.
        (base_value, Value::Stack(_) | Value::Address(_)) if scale == 1 && !is_address(base_value) => {
            (index, base, scale)
        }
        _ => (base, index, scale),
    };
    match (state.get(base), index) {
        (Value::Stack(spot), Name::None) => Place::Stack(spot.plus(displacement)),
        (Value::Stack(spot), _) => Place::StackObject(spot.plus(displacement)),
        (Value::Address(offset), Name::None) => Place::Image(offset.wrapping_add_signed(displacement)),
        (Value::Address(offset), index) => {
            let (last, shift) = match state.get(index) {
                Value::AtMost { bits: 64, max } => (Some(max), 0),
                Value::Scaled { shift, last } => (Some(last), shift),
                _ => (None, 0),
            };
            Place::ImageTable {
                start: offset.wrapping_add_signed(displacement),
                last,
                scale: u64::from(scale) << shift,
            }
        }
        (Value::Place(table), Name::None) => Place::ImageTable {
            start: table.start.wrapping_add_signed(displacement),
            last: table.last,
            scale: table.entry.size(),
        },
        (Value::Target { table, base: 0 }, Name::None) => Place::Field {
            table,
            offset: displacement,
        },
        _ => Place::Unknown,
    }
}

fn is_address(value: Value) -> bool {
    matches!(value, Value::Stack(_) | Value::Address(_))
}

/// Where the memory operand of an instruction lies.
pub fn operand(seen: &StepContext) -> Place {
    let instruction = &seen.instruction;
    if instruction.is_ip_rel_memory_operand() {
        return if instruction.memory_base() == Name::RIP {
            Place::Image(instruction.ip_rel_memory_address())
        } else {
            // EIP: the address is cut to 32 bits.
            Place::Unknown
        };
    }
    place(
        seen.state,
        instruction.memory_base(),
        instruction.memory_index(),
        instruction.memory_index_scale(),
        instruction.memory_displacement64() as i64,
    )
}

/// Notes what an instruction reads and writes. A prefetch does neither, and uses no memory.
///
/// SOUNDNESS: T9
pub fn access(seen: &mut StepContext, next: &mut State, used: &[UsedMemory]) {
    if seen.instruction.mnemonic() == Mnemonic::Lea {
        // Only calculates, but the address is made to be used.
        let place = operand(seen);
        let access = Access {
            writes: false,
            size: 0,
        };
        return note(seen, next, place, access);
    }
    let is_ip_relative = seen.instruction.memory_base() == Name::RIP;
    let is_bit_string = is_bit_string(&seen.instruction);
    for memory in used {
        let writes = writes(memory.access());
        if matches!(memory.segment(), Name::FS | Name::GS) {
            thread_local(seen, memory.segment());
            continue;
        }
        if is_pushed(&seen.instruction, writes) {
            continue;
        }
        let place = if is_ip_relative && memory.base() == Name::None && memory.index() == Name::None {
            Place::Image(memory.displacement())
        } else if memory.address_size() == CodeSize::Code64 {
            place(
                seen.state,
                memory.base(),
                memory.index(),
                memory.scale(),
                memory.displacement() as i64,
            )
        } else {
            Place::Unknown
        };
        let place = match place {
            Place::Stack(spot) if is_bit_string => Place::StackObject(spot),
            place => place,
        };
        if is_below(seen.state, place) {
            seen.report(X86_64::WORDING.red_zone(&seen.text()));
        }
        let size = memory.memory_size().size() as u64;
        note(seen, next, place, Access { writes, size });
    }
}

/// The place lies below the stack pointer, or may. An index may lead up again, to an object that the function has on the
/// stack.
fn is_below(state: &State, place: Place) -> bool {
    let sp = state.frame.sp;
    match place {
        Place::Stack(spot) => !spot.is_from(sp),
        Place::StackObject(spot) => !spot.is_from(sp) && state.frame.holds_saved_registers_only(),
        _ => false,
    }
}

struct Access {
    writes: bool,
    /// 0 if the instruction doesn't say, as one that repeats itself.
    size: u64,
}

/// SOUNDNESS: T7, T9, M2
fn note(seen: &mut StepContext, next: &mut State, place: Place, access: Access) {
    match place {
        Place::Stack(spot) => {
            seen.touches.push(spot);
            if access.writes {
                write_stack(seen, next, spot, access.size);
            }
        }
        Place::StackObject(_) => {
            seen.escapes = true;
            if access.writes {
                next.frame.slots.store_anywhere();
            }
        }
        // The addresses that a table holds are places in the image too.
        Place::Image(_) | Place::ImageTable { .. } | Place::Field { .. } if access.writes => {
            seen.report(forbidden::writes_image(&seen.text()));
        }
        Place::Unknown if access.writes => next.frame.slots.store_anywhere(),
        Place::Image(_) | Place::ImageTable { .. } | Place::Field { .. } | Place::Unknown => {}
    }
}

/// SOUNDNESS: D3, T4, T10
fn write_stack(seen: &mut StepContext, next: &mut State, spot: Spot, size: u64) {
    if size == 0 {
        let message = format!(
            "`{}` writes a number of bytes to the stack that is not known",
            seen.text()
        );
        let help = "compilers make no such instruction: replace it in the assembly by plain stores";
        return seen.refuse(Refusal::undecidable(message, help));
    }
    let end = spot.plus(size as i64).offset;
    // Padding may move a realigned place down, right onto the return address.
    if end > 0 && (spot.offset < 8 || spot.anchor != Anchor::Entry) {
        seen.complain(
            Rule::IndirectCall,
            format!("`{}` overwrites the return address", seen.text()),
            "a function returns to its caller: jump or call by name instead",
        );
    } else {
        seen.above = seen.above.max(u64::try_from(end - 8).unwrap_or(0));
    }
    let slots = &mut next.frame.slots;
    slots.store(spot, size, stored(seen));
    slots.drop_below(next.frame.sp);
}

/// `bts [base], register` and its like, which count the register's bits from the base on.
fn is_bit_string(instruction: &Instruction) -> bool {
    matches!(
        instruction.mnemonic(),
        Mnemonic::Bt | Mnemonic::Btc | Mnemonic::Btr | Mnemonic::Bts
    ) && instruction.op1_kind() == OpKind::Register
}

/// What a store of a register puts into memory; nothing is known of parts of registers.
fn stored(seen: &StepContext) -> Value {
    match seen.instruction.mnemonic() {
        Mnemonic::Mov => seen.state.get(seen.instruction.op1_register()),
        _ => Value::Unknown,
    }
}

fn writes(access: OpAccess) -> bool {
    matches!(
        access,
        OpAccess::Write | OpAccess::CondWrite | OpAccess::ReadWrite | OpAccess::ReadCondWrite
    )
}

/// The slot that a push or call writes: the stack pointer's move counts it.
fn is_pushed(instruction: &Instruction, writes: bool) -> bool {
    let pushes = matches!(
        instruction.mnemonic(),
        Mnemonic::Push | Mnemonic::Pushfq | Mnemonic::Pushf | Mnemonic::Call
    );
    pushes && writes
}

fn thread_local(seen: &mut StepContext, segment: Name) {
    let segment = format!(" ({segment:?}:)").to_lowercase();
    seen.report(forbidden::thread_local(&seen.text(), &segment));
}
