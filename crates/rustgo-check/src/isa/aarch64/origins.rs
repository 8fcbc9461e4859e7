//! The origins of the words that an instruction writes, as far as they may be addresses.
//!
//! Tracked are copies of whole words between registers, vectors and the stack, and compilers' address arithmetic. The
//! results of all other instructions have no origin; SOUNDNESS.md says what that means. Encodings are those of the Arm
//! Architecture Reference Manual, C4.1.

use super::instruction::{Instruction, SP_OR_ZERO};
use super::memory::Access;
use super::opcode::Operation;
use super::{State, StepContext, TRACKED};
use crate::isa::memory::Location;
use crate::origin::Origin;
use crate::state::Register;
use crate::table::Tables;

/// Records the origins of what the instruction writes to registers and to the stack.
///
/// SOUNDNESS: T14
pub fn follow(context: &StepContext, next: &mut State, access: Option<(&Access, Location)>, tables: &Tables) {
    let instruction = context.instruction;
    let state = context.state;
    let written = TRACKED & instruction.writes().registers & u64::from(u32::MAX);
    for register in (0..SP_OR_ZERO).filter(|register| written & 1 << register != 0) {
        next.cells.origins.set(register, Origin::NONE);
    }
    let mut set = |register: Register, origin: Origin| {
        if register != SP_OR_ZERO {
            next.cells.origins.set(register, origin);
        }
    };
    match access {
        None => {
            if let Some(origin) = arithmetic(context) {
                set(instruction.rd(), origin);
            } else if let Some((register, word)) = from_vector(&instruction, state) {
                set(register, word);
            } else if let Some((register, words)) = vector(&instruction, state) {
                next.cells.origins.set_vector(register, &words);
            }
        }
        Some((access, place)) => {
            if access.is_moved() {
                set(access.base(), state.origin(access.base()));
            }
            transfer(context, next, access, place, tables);
        }
    }
}

/// Loads and stores of whole words.
fn transfer(context: &StepContext, next: &mut State, access: &Access, place: Location, tables: &Tables) {
    let instruction = context.instruction;
    let state = context.state;
    let is_vector = instruction.bit(26);
    let words = match (access.unit, is_vector) {
        (8, _) => 1,
        (16, true) => 2,
        _ => 0,
    };
    let registers = if access.size > access.unit {
        vec![instruction.rd(), instruction.register(10)]
    } else {
        vec![instruction.rd()]
    };
    if instruction.is_plain_store() {
        let Location::Stack(stack_address) = place else {
            return;
        };
        let stored: Vec<Origin> = registers
            .iter()
            .flat_map(|&register| {
                (0..words).map(move |word| match is_vector {
                    true => state.cells.origins.vector(register, word),
                    false => state.origin(register),
                })
            })
            .collect();
        next.cells.origins.store(stack_address, access.size, &stored);
        next.cells.origins.drop_below(next.cells.sp);
    } else if instruction.is_load_or_store() {
        let count = usize::from(words);
        for (number, &register) in registers.iter().enumerate() {
            let loaded: Vec<Origin> = (0..count)
                .map(|word| place.origin(&state.cells, tables, 8 * (number * count + word) as i64))
                .collect();
            if is_vector {
                next.cells.origins.set_vector(register, &loaded);
            } else if let [origin] = loaded[..]
                && register != SP_OR_ZERO
            {
                next.cells.origins.set(register, origin);
            }
        }
    }
}

/// The origin of the word that an instruction on general-purpose registers leaves in register d. `None` for other
/// instructions.
fn arithmetic(context: &StepContext) -> Option<Origin> {
    let instruction = context.instruction;
    let state = context.state;
    let (n, m) = (state.origin(instruction.rn()), state.origin(instruction.rm()));
    if instruction.operation() == Operation::Address {
        return Some(Origin::IMAGE);
    }
    if !instruction.is_64() {
        return None;
    }
    let is_minus = instruction.bit(30);
    let sum = |m: Origin| if is_minus { n.less(m) } else { n.plus(m) };
    let logic = instruction.bits(29, 2);
    let origin = match () {
        // add, sub (immediate)
        () if instruction.bits(23, 6) == 0b10_0010 => n,
        // add, sub (shifted register): one that is shifted is a number.
        () if instruction.bits(24, 5) == 0b01011 && !instruction.bit(21) => {
            let is_whole = instruction.bits(10, 6) == 0;
            sum(if is_whole { m } else { Origin::NONE })
        }
        // add, sub (extended register)
        () if instruction.bits(24, 5) == 0b01011 => {
            let is_whole = instruction.bits(13, 2) == 0b11 && instruction.bits(10, 3) == 0;
            sum(if is_whole { m } else { Origin::NONE })
        }
        // adc, sbc
        () if instruction.bits(21, 8) == 0b1101_0000 && instruction.bits(10, 6) == 0 => sum(m),
        // and, orr, eor, ands (immediate): the low bits of an address are a number, the high ones an address nearby.
        () if instruction.bits(23, 6) == 0b10_0100 => {
            let keeps_high_bits = instruction.mask().is_none_or(|mask| mask >> 63 != 0);
            match logic {
                0b00 | 0b11 if keeps_high_bits => n,
                0b01 | 0b10 if !keeps_high_bits => n,
                _ => return None,
            }
        }
        // and, bic, orr, orn, eor, eon, ands, bics (shifted register)
        () if instruction.bits(24, 5) == 0b01010 => {
            let (is_inverted, is_whole) = (instruction.bit(21), instruction.bits(10, 6) == 0);
            match (logic, is_inverted) {
                (0b01, false) if instruction.rn() == instruction.rm() && is_whole => n,
                (0b01, false) => n.plus(if is_whole { m } else { Origin::NONE }),
                (0b01, true) if instruction.rn() == SP_OR_ZERO && is_whole => m.negated(),
                (0b00 | 0b11, false) if instruction.rn() == instruction.rm() && is_whole => n,
                _ => return None,
            }
        }
        // csel, csinc, csinv, csneg
        () if instruction.bits(21, 8) == 0b1101_0100 && !instruction.bit(29) => {
            n.or(if is_minus { m.negated() } else { m })
        }
        // madd, msub and their like: what is multiplied is a number.
        () if instruction.bits(24, 7) == 0b001_1011 && instruction.bits(21, 2) != 0b10 => {
            state.origin(instruction.register(10))
        }
        () => return None,
    };
    Some(origin)
}

/// The vector register that an instruction without memory operands sets, and the origins of its words, if those are
/// tracked. The words of any other written vector have none.
fn vector(instruction: &Instruction, state: &State) -> Option<(Register, Vec<Origin>)> {
    let is = |mask: u32, encoding: u32| instruction.word & mask == encoding;
    let (d, n, m) = (instruction.rd(), instruction.rn(), instruction.rm());
    let words = |register| {
        let origins = &state.cells.origins;
        [origins.vector(register, 0), origins.vector(register, 1)]
    };
    let general = || state.origin(n);
    let words = match () {
        // fmov d, x
        () if is(0xffff_fc00, 0x9e67_0000) => vec![general()],
        // fmov v.d[1], x
        () if is(0xffff_fc00, 0x9eaf_0000) => vec![words(d)[0], general()],
        // fmov d, d
        () if is(0xffff_fc00, 0x1e60_4000) => vec![words(n)[0]],
        // ins v.d[i], x
        () if is(0xffef_fc00, 0x4e08_1c00) => {
            let mut all = words(d);
            all[instruction.bits(20, 1) as usize] = general();
            all.to_vec()
        }
        // ins v.d[i], v.d[j]
        () if is(0xffef_bc00, 0x6e08_0400) => {
            let mut all = words(d);
            all[instruction.bits(20, 1) as usize] = words(n)[instruction.bits(14, 1) as usize];
            all.to_vec()
        }
        // dup v.2d, x
        () if is(0xffff_fc00, 0x4e08_0c00) => vec![general(); 2],
        // dup v.2d, v.d[i]
        () if is(0xffef_fc00, 0x4e08_0400) => vec![words(n)[instruction.bits(20, 1) as usize]; 2],
        // orr v.16b, the same twice: mov
        () if is(0xffe0_fc00, 0x4ea0_1c00) && n == m => words(n).to_vec(),
        // zip1, trn1, zip2, trn2 v.2d
        () if is(0xffe0_fc00, 0x4ec0_3800) || is(0xffe0_fc00, 0x4ec0_2800) => vec![words(n)[0], words(m)[0]],
        () if is(0xffe0_fc00, 0x4ec0_7800) || is(0xffe0_fc00, 0x4ec0_6800) => vec![words(n)[1], words(m)[1]],
        // ext v.16b, 8 bytes on
        () if is(0xffe0_fc00, 0x6e00_4000) => vec![words(n)[1], words(m)[0]],
        () if instruction.operation() == Operation::Vector
            && instruction.writes().registers & u64::from(u32::MAX) == 0 =>
        {
            Vec::new()
        }
        () => return None,
    };
    Some((d, words))
}

/// The general-purpose register that an instruction moves a vector's word to, and that word's origin.
fn from_vector(instruction: &Instruction, state: &State) -> Option<(Register, Origin)> {
    let is = |mask: u32, encoding: u32| instruction.word & mask == encoding;
    let word = match () {
        // fmov x, d
        () if is(0xffff_fc00, 0x9e66_0000) => 0,
        // fmov x, v.d[1]
        () if is(0xffff_fc00, 0x9eae_0000) => 1,
        // umov x, v.d[i]
        () if is(0xffef_fc00, 0x4e08_3c00) => instruction.bits(20, 1) as u8,
        () => return None,
    };
    let origin = state.cells.origins.vector(instruction.rn(), word);
    Some((instruction.rd(), origin))
}
