//! The origins of the words that an instruction writes, as far as they may be addresses.
//!
//! Tracked are copies of whole words between registers, vectors and the stack, and compilers' address arithmetic. The
//! results of all other instructions have no origin; SOUNDNESS.md says what that means.

use iced_x86::{Instruction, InstructionInfo, Mnemonic, OpAccess, OpKind, Register as Name};

use super::memory;
use super::{State, StepContext, number, values};
use crate::isa::memory::Location;
use crate::origin::Origin;
use crate::state::Register;
use crate::table::Tables;

/// The origin of the memory operand's address.
fn operand(context: &StepContext) -> Origin {
    let instruction = &context.instruction;
    if instruction.is_ip_rel_memory_operand() {
        return Origin::IMAGE;
    }
    context.state.origin_of_address(
        instruction.memory_base(),
        instruction.memory_index(),
        instruction.memory_index_scale(),
    )
}

/// The number of a vector register, and how many words of eight bytes an operand of its kind has.
fn vector(register: Name) -> Option<(Register, u8)> {
    let words = match register {
        _ if register.is_xmm() => 2,
        _ if register.is_ymm() => 4,
        _ if register.is_zmm() => 8,
        _ => return None,
    };
    let number = register.full_register() as u32 - Name::ZMM0 as u32;
    Some((Register::try_from(number).ok()?, words))
}

fn words_of(state: &State, register: Name) -> Vec<Origin> {
    vector(register).map_or_else(Vec::new, |(number, words)| {
        (0..words)
            .map(|word| state.cells.origins.vector(number, word))
            .collect()
    })
}

/// The origins of the words at the memory operand.
fn loaded(context: &StepContext, tables: &Tables, words: u8) -> Vec<Origin> {
    let place = memory::operand(context);
    (0..i64::from(words))
        .map(|word| place.origin(&context.state.cells, tables, 8 * word))
        .collect()
}

/// The origins of an operand's words, if it has at least that many.
fn source(context: &StepContext, tables: &Tables, operand: u32, words: u8) -> Vec<Origin> {
    match context.instruction.op_kind(operand) {
        OpKind::Register => {
            let register = context.instruction.op_register(operand);
            match number(register) {
                Some(_) => vec![context.state.origin(register)],
                None => words_of(context.state, register),
            }
        }
        OpKind::Memory => loaded(context, tables, words),
        _ => Vec::new(),
    }
}

fn first(words: &[Origin]) -> Origin {
    words.first().copied().unwrap_or(Origin::NONE)
}

/// The words that a store leaves on the stack.
fn stored(context: &StepContext, size: u64) -> Vec<Origin> {
    let instruction = &context.instruction;
    let last = instruction.op_count().saturating_sub(1);
    if size < 8 || instruction.op0_kind() != OpKind::Memory || instruction.op_kind(last) != OpKind::Register {
        return Vec::new();
    }
    let register = instruction.op_register(last);
    let mut words = match instruction.mnemonic() {
        Mnemonic::Mov | Mnemonic::Xchg | Mnemonic::Movnti => vec![context.state.origin(register)],
        Mnemonic::Movhps | Mnemonic::Movhpd | Mnemonic::Vmovhps | Mnemonic::Vmovhpd => {
            words_of(context.state, register).split_off(1)
        }
        mnemonic if is_move(mnemonic) => words_of(context.state, register),
        _ => Vec::new(),
    };
    words.truncate(usize::try_from(size / 8).unwrap_or(usize::MAX));
    words
}

/// Copies of whole vectors, or of their low words, between registers and memory.
fn is_move(mnemonic: Mnemonic) -> bool {
    matches!(
        mnemonic,
        Mnemonic::Movaps
            | Mnemonic::Movapd
            | Mnemonic::Movups
            | Mnemonic::Movupd
            | Mnemonic::Movdqa
            | Mnemonic::Movdqu
            | Mnemonic::Lddqu
            | Mnemonic::Movntps
            | Mnemonic::Movntpd
            | Mnemonic::Movntdq
            | Mnemonic::Movntdqa
            | Mnemonic::Movq
            | Mnemonic::Movsd
            | Mnemonic::Movlps
            | Mnemonic::Movlpd
            | Mnemonic::Vmovaps
            | Mnemonic::Vmovapd
            | Mnemonic::Vmovups
            | Mnemonic::Vmovupd
            | Mnemonic::Vmovdqa
            | Mnemonic::Vmovdqu
            | Mnemonic::Vmovdqa32
            | Mnemonic::Vmovdqa64
            | Mnemonic::Vmovdqu8
            | Mnemonic::Vmovdqu16
            | Mnemonic::Vmovdqu32
            | Mnemonic::Vmovdqu64
            | Mnemonic::Vlddqu
            | Mnemonic::Vmovntps
            | Mnemonic::Vmovntpd
            | Mnemonic::Vmovntdq
            | Mnemonic::Vmovntdqa
            | Mnemonic::Vmovq
            | Mnemonic::Vmovsd
            | Mnemonic::Vmovlps
            | Mnemonic::Vmovlpd
    )
}

/// Records the origins of what the instruction writes to registers and to the stack.
///
/// SOUNDNESS: T14
pub fn follow(context: &StepContext, next: &mut State, info: &InstructionInfo, tables: &Tables) {
    let instruction = &context.instruction;
    if let Location::Stack(stack_address) = memory::operand(context) {
        let size = instruction.memory_size().size() as u64;
        let words = stored(context, size);
        if !words.is_empty() {
            next.cells.origins.store(stack_address, size, &words);
            next.cells.origins.drop_below(next.cells.sp);
        }
    }
    for used in info.used_registers() {
        let register = used.register();
        let is_written = matches!(
            used.access(),
            OpAccess::Write | OpAccess::CondWrite | OpAccess::ReadWrite | OpAccess::ReadCondWrite
        );
        if !is_written {
            continue;
        }
        match (number(register), vector(register)) {
            // The bytes that are not written stay, and with them the address that they belong to.
            (Some(number), _) if register.is_gpr64() || register.is_gpr32() => {
                next.cells.origins.set(number, Origin::NONE);
            }
            (_, Some((number, _))) => {
                let words = vector_result(context, tables);
                next.cells.origins.set_vector(number, &words);
            }
            _ => {}
        }
    }
    let set = |next: &mut State, register: Name, origin: Origin| {
        if let Some(number) = number(register).filter(|_| register.is_gpr64()) {
            next.cells.origins.set(number, origin);
        }
    };
    match instruction.mnemonic() {
        Mnemonic::Pop => {
            let slot = context.state.cells.origins.slot(context.state.cells.sp);
            set(next, instruction.op0_register(), slot);
        }
        Mnemonic::Leave => {
            if let crate::state::Value::Stack(record) = context.state.get(Name::RBP) {
                set(next, Name::RBP, context.state.cells.origins.slot(record));
            }
        }
        Mnemonic::Xchg | Mnemonic::Xadd => {
            let (mine, theirs) = (
                first(&source(context, tables, 0, 1)),
                first(&source(context, tables, 1, 1)),
            );
            let is_sum = instruction.mnemonic() == Mnemonic::Xadd;
            if instruction.op1_kind() == OpKind::Register {
                set(next, instruction.op1_register(), mine);
            }
            if instruction.op0_kind() == OpKind::Register {
                let word = if is_sum { mine.plus(theirs) } else { theirs };
                set(next, instruction.op0_register(), word);
            }
        }
        Mnemonic::Cmpxchg => {
            let (mine, theirs) = (
                first(&source(context, tables, 0, 1)),
                first(&source(context, tables, 1, 1)),
            );
            if instruction.op1_register().is_gpr64() {
                set(next, Name::RAX, context.state.origin(Name::RAX).or(mine));
            }
            if instruction.op0_kind() == OpKind::Register {
                set(next, instruction.op0_register(), mine.or(theirs));
            }
        }
        _ if instruction.op_count() > 0 && instruction.op0_kind() == OpKind::Register => {
            let target = instruction.op0_register();
            if target.is_gpr64() && info.op0_access() != OpAccess::Read {
                set(next, target, result(context, tables));
            }
        }
        _ => {}
    }
}

/// The origin of the word that an instruction leaves in its first operand, a whole register.
fn result(context: &StepContext, tables: &Tables) -> Origin {
    let instruction = &context.instruction;
    let old = || context.state.origin(instruction.op0_register());
    let other = || first(&source(context, tables, 1, 1));
    let is_same = || {
        instruction.op1_kind() == OpKind::Register && instruction.op0_register() == instruction.op1_register()
    };
    let immediate = || values::immediate(instruction, 1).map(|number| number as i64);
    match instruction.mnemonic() {
        Mnemonic::Mov | Mnemonic::Movq | Mnemonic::Vmovq => other(),
        Mnemonic::Lea => operand(context),
        Mnemonic::Add | Mnemonic::Adc | Mnemonic::Adcx | Mnemonic::Adox => old().plus(other()),
        Mnemonic::Sub | Mnemonic::Sbb => old().less(other()),
        Mnemonic::Inc | Mnemonic::Dec | Mnemonic::Btc | Mnemonic::Btr | Mnemonic::Bts => old(),
        Mnemonic::Neg | Mnemonic::Not => old().negated(),
        Mnemonic::Or | Mnemonic::And if is_same() => old(),
        Mnemonic::Or => old().plus(other()),
        // The low bits of an address are a number, the high ones an address nearby.
        Mnemonic::And if immediate().is_some_and(i64::is_negative) => old(),
        Mnemonic::Xor if immediate() == Some(-1) => old().negated(),
        Mnemonic::Xor if immediate().is_some_and(|number| number >= 0) => old(),
        Mnemonic::Pextrq | Mnemonic::Vpextrq => {
            let word = values::immediate(instruction, 2).unwrap_or(0) & 1;
            let words = words_of(context.state, instruction.op1_register());
            words.get(word as usize).copied().unwrap_or(Origin::NONE)
        }
        _ if instruction.condition_code() != iced_x86::ConditionCode::None && is_conditional(instruction) => {
            old().or(other())
        }
        _ => Origin::NONE,
    }
}

fn is_conditional(instruction: &Instruction) -> bool {
    instruction.op_count() == 2 && !instruction.is_jcc_short_or_near()
}

/// The origins of the words that an instruction leaves in its first operand, a vector register.
fn vector_result(context: &StepContext, tables: &Tables) -> Vec<Origin> {
    let instruction = &context.instruction;
    if instruction.op0_kind() != OpKind::Register || instruction.op_mask() != Name::None {
        return Vec::new();
    }
    let target = instruction.op0_register();
    let Some((_, count)) = vector(target) else {
        return Vec::new();
    };
    let last = instruction.op_count().saturating_sub(1);
    let at = |words: &[Origin], index: usize| words.get(index).copied().unwrap_or(Origin::NONE);
    // The first source of an instruction with three operands is its second operand, otherwise its first.
    let left = || words_of(context.state, instruction.op_register(u32::from(last >= 2)));
    match instruction.mnemonic() {
        Mnemonic::Movq | Mnemonic::Vmovq => vec![first(&source(context, tables, 1, 1))],
        Mnemonic::Movsd | Mnemonic::Vmovsd | Mnemonic::Movlps | Mnemonic::Movlpd
            if instruction.op_kind(last) == OpKind::Memory =>
        {
            let low = first(&loaded(context, tables, 1));
            match instruction.mnemonic() {
                Mnemonic::Movlps | Mnemonic::Movlpd => vec![low, at(&left(), 1)],
                _ => vec![low],
            }
        }
        Mnemonic::Movsd | Mnemonic::Vmovsd => {
            let low = first(&source(context, tables, last, 1));
            vec![low, at(&left(), 1)]
        }
        Mnemonic::Movhps | Mnemonic::Movhpd | Mnemonic::Vmovhps | Mnemonic::Vmovhpd => {
            vec![at(&left(), 0), first(&loaded(context, tables, 1))]
        }
        Mnemonic::Movlhps
        | Mnemonic::Vmovlhps
        | Mnemonic::Punpcklqdq
        | Mnemonic::Vpunpcklqdq
        | Mnemonic::Unpcklpd
        | Mnemonic::Vunpcklpd
            if count == 2 =>
        {
            vec![at(&left(), 0), first(&source(context, tables, last, 2))]
        }
        Mnemonic::Punpckhqdq | Mnemonic::Vpunpckhqdq | Mnemonic::Unpckhpd | Mnemonic::Vunpckhpd
            if count == 2 =>
        {
            vec![at(&left(), 1), at(&source(context, tables, last, 2), 1)]
        }
        Mnemonic::Movhlps => vec![at(&source(context, tables, 1, 2), 1), at(&left(), 1)],
        Mnemonic::Pinsrq | Mnemonic::Vpinsrq => {
            let mut words = words_of(context.state, instruction.op_register(u32::from(last >= 3)));
            words.truncate(2);
            let index = values::immediate(instruction, last).unwrap_or(0) & 1;
            if let Some(word) = words.get_mut(index as usize) {
                *word = first(&source(context, tables, last - 1, 1));
            }
            words
        }
        Mnemonic::Pshufd | Mnemonic::Vpshufd if count == 2 => {
            let words = source(context, tables, 1, 2);
            let order = values::immediate(instruction, 2).unwrap_or(0);
            let half = |bits: u64| match bits & 0xf {
                0b0100 => at(&words, 0),
                0b1110 => at(&words, 1),
                _ => Origin::NONE,
            };
            vec![half(order), half(order >> 4)]
        }
        Mnemonic::Movddup | Mnemonic::Vmovddup | Mnemonic::Vpbroadcastq | Mnemonic::Vbroadcastsd => {
            vec![first(&source(context, tables, 1, 1)); count.into()]
        }
        mnemonic if is_move(mnemonic) && last == 1 => {
            let mut words = source(context, tables, 1, count);
            words.truncate(count.into());
            words
        }
        _ => Vec::new(),
    }
}
