//! The memory that an instruction accesses, as far as it matters to the analysis: the stack, the image, thread-locals.

use iced_x86::{CodeSize, Instruction, Mnemonic, OpAccess, OpKind, Register as Name, UsedMemory};

use super::{State, StepContext, X86_64};
use crate::diagnostic::Refusal;
use crate::finding::Rule;
use crate::isa::memory::Location;
use crate::isa::{Isa as _, forbidden};
use crate::state::{Anchor, StackAddress, Value};

/// The result of an address calculation.
pub fn place(state: &State, base: Name, index: Name, scale: u32, displacement: i64) -> Location {
    let (base, index, scale) = match (state.get(base), state.get(index)) {
        // The index register may hold the address.
        (base_value, Value::Stack(_) | Value::Address(_)) if scale == 1 && !is_address(base_value) => {
            (index, base, scale)
        }
        _ => (base, index, scale),
    };
    match (state.get(base), index) {
        (Value::Stack(stack_address), Name::None) => Location::Stack(stack_address.plus(displacement)),
        (Value::Stack(stack_address), _) => Location::StackObject(stack_address.plus(displacement)),
        (Value::Address(offset), Name::None) => Location::Image(offset.wrapping_add_signed(displacement)),
        (Value::Address(offset), index) => {
            let (last, shift) = match state.get(index) {
                Value::AtMost { bits: 64, max } => (Some(max), 0),
                Value::Scaled { shift, last } => (Some(last), shift),
                _ => (None, 0),
            };
            Location::Table {
                start: offset.wrapping_add_signed(displacement),
                last,
                scale: u64::from(scale) << shift,
            }
        }
        (Value::EntryAddress(table), Name::None) => Location::Table {
            start: table.start.wrapping_add_signed(displacement),
            last: table.last,
            scale: table.entry.size(),
        },
        (Value::Target { table, base: 0 }, Name::None) => Location::Field {
            table,
            offset: displacement,
        },
        _ => Location::Unknown,
    }
}

fn is_address(value: Value) -> bool {
    matches!(value, Value::Stack(_) | Value::Address(_))
}

/// The address of an instruction's memory operand.
pub fn operand(context: &StepContext) -> Location {
    let instruction = &context.instruction;
    if instruction.is_ip_rel_memory_operand() {
        return if instruction.memory_base() == Name::RIP {
            Location::Image(instruction.ip_rel_memory_address())
        } else {
            // EIP: the address is truncated to 32 bits.
            Location::Unknown
        };
    }
    place(
        context.state,
        instruction.memory_base(),
        instruction.memory_index(),
        instruction.memory_index_scale(),
        instruction.memory_displacement64() as i64,
    )
}

/// Records what an instruction reads and writes. A prefetch does neither, and uses no memory.
///
/// SOUNDNESS: T9
pub fn access(context: &mut StepContext, next: &mut State, used: &[UsedMemory]) {
    if context.instruction.mnemonic() == Mnemonic::Lea {
        // It only computes an address, but the address is there to be used.
        let place = operand(context);
        let access = Access {
            writes: false,
            size: 0,
        };
        return note(context, next, place, access);
    }
    let is_ip_relative = context.instruction.memory_base() == Name::RIP;
    let is_bit_string = is_bit_string(&context.instruction);
    for memory in used {
        let writes = writes(memory.access());
        if matches!(memory.segment(), Name::FS | Name::GS) {
            thread_local(context, memory.segment());
            continue;
        }
        if is_pushed(&context.instruction, writes) {
            continue;
        }
        let place = if is_ip_relative && memory.base() == Name::None && memory.index() == Name::None {
            Location::Image(memory.displacement())
        } else if memory.address_size() == CodeSize::Code64 {
            place(
                context.state,
                memory.base(),
                memory.index(),
                memory.scale(),
                memory.displacement() as i64,
            )
        } else {
            Location::Unknown
        };
        let place = match place {
            Location::Stack(stack_address) if is_bit_string => Location::StackObject(stack_address),
            place => place,
        };
        if place.is_below(&context.state.cells, context.state.cells.sp) {
            context.report(X86_64::WORDING.red_zone(&context.text()));
        }
        if writes && matches!(place, Location::Unknown) {
            let address = context
                .state
                .origin_of_address(memory.base(), memory.index(), memory.scale());
            context.store_through(address);
        }
        let size = memory.memory_size().size() as u64;
        note(context, next, place, Access { writes, size });
    }
}

struct Access {
    writes: bool,
    /// 0 if the instruction does not determine it, such as a repeated one.
    size: u64,
}

/// SOUNDNESS: T7, T9, M2
fn note(context: &mut StepContext, next: &mut State, place: Location, access: Access) {
    match place {
        Location::Stack(stack_address) => {
            context.touches.push(stack_address);
            if access.writes {
                write_stack(context, next, stack_address, access.size);
            }
        }
        Location::StackObject(_) => {
            context.escapes = true;
            if access.writes {
                next.cells.slots.store_anywhere();
            }
        }
        // The addresses in a table are places in the image too.
        Location::Image(_) | Location::Table { .. } | Location::Field { .. } if access.writes => {
            context.report(forbidden::writes_image(&context.text()));
        }
        Location::Unknown if access.writes => next.cells.slots.store_anywhere(),
        Location::Image(_) | Location::Table { .. } | Location::Field { .. } | Location::Unknown => {}
    }
}

/// SOUNDNESS: D3, T4, T10
fn write_stack(context: &mut StepContext, next: &mut State, stack_address: StackAddress, size: u64) {
    if size == 0 {
        let message = format!(
            "`{}` writes an unknown number of bytes to the stack",
            context.text()
        );
        let help = "compilers emit no such instruction: replace it in the assembly by plain stores";
        return context.refuse(Refusal::undecidable(message, help));
    }
    let end = stack_address.plus(size as i64).offset;
    // Padding may move a realigned place down onto the return address.
    if end > 0 && (stack_address.offset < 8 || stack_address.anchor != Anchor::Entry) {
        context.complain(
            Rule::IndirectCall,
            format!("`{}` overwrites the return address", context.text()),
            "a function returns to its caller: jump or call by name instead",
        );
    } else {
        context.above = context.above.max(u64::try_from(end - 8).unwrap_or(0));
    }
    let slots = &mut next.cells.slots;
    slots.store(stack_address, size, stored(context));
    slots.drop_below(next.cells.sp);
    next.cells.origins.store(stack_address, size, &[]);
}

/// `bts [base], register` and the like, which index bits by the register from the base on.
fn is_bit_string(instruction: &Instruction) -> bool {
    matches!(
        instruction.mnemonic(),
        Mnemonic::Bt | Mnemonic::Btc | Mnemonic::Btr | Mnemonic::Bts
    ) && instruction.op1_kind() == OpKind::Register
}

/// The value that a store of a register leaves in memory. Parts of registers are unknown.
fn stored(context: &StepContext) -> Value {
    match context.instruction.mnemonic() {
        Mnemonic::Mov => context.state.get(context.instruction.op1_register()),
        _ => Value::Unknown,
    }
}

fn writes(access: OpAccess) -> bool {
    matches!(
        access,
        OpAccess::Write | OpAccess::CondWrite | OpAccess::ReadWrite | OpAccess::ReadCondWrite
    )
}

/// The slot that a push or call writes, which the change of the stack pointer counts.
fn is_pushed(instruction: &Instruction, writes: bool) -> bool {
    let pushes = matches!(
        instruction.mnemonic(),
        Mnemonic::Push | Mnemonic::Pushfq | Mnemonic::Pushf | Mnemonic::Call
    );
    pushes && writes
}

fn thread_local(context: &mut StepContext, segment: Name) {
    let segment = format!(" ({segment:?}:)").to_lowercase();
    context.report(forbidden::thread_local(&context.text(), &segment));
}
