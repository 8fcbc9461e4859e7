//! Integer registers, and scalars in vector registers.

use super::Context;
use crate::isa::aarch64::definition::{Form, Operand, Width};
use crate::isa::aarch64::names::{Class, Kind, OperandClass};

/// The meaning of number 31.
#[derive(Clone, Copy)]
pub enum Last {
    /// The stack pointer.
    StackPointer,
    /// The zero register.
    Zero,
}

/// An integer register's name.
pub fn integer(number: u32, is_64: bool, last: Last) -> String {
    match (number, last, is_64) {
        (31, Last::StackPointer, true) => "sp".to_owned(),
        (31, Last::StackPointer, false) => "wsp".to_owned(),
        (31, Last::Zero, true) => "xzr".to_owned(),
        (31, Last::Zero, false) => "wzr".to_owned(),
        (number, _, true) => format!("x{number}"),
        (number, _, false) => format!("w{number}"),
    }
}

/// A base register's name.
pub fn base(number: u32) -> String {
    integer(number, true, Last::StackPointer)
}

/// The letter of a form that is a scalar or an element.
pub fn letter(form: Form) -> Option<&'static str> {
    Some(match form {
        Form::B => "b",
        Form::H => "h",
        Form::S => "s",
        Form::D => "d",
        Form::Q => "q",
        Form::B2 => "2b",
        Form::B4 => "4b",
        Form::H2 => "2h",
        _ => return None,
    })
}

impl Context {
    /// An operand that is a register, or part of one.
    pub(super) fn register(self, operand: &Operand) -> Option<String> {
        let word = self.word;
        match operand.kind {
            Kind::Rd_SP | Kind::Rn_SP | Kind::Rt_SP | Kind::Rm_SP => Some(integer(
                self.number(operand)?,
                self.is_64(operand)?,
                Last::StackPointer,
            )),
            Kind::X16 => Some("x16".to_owned()),
            Kind::Rm_EXT => self.extended(),
            Kind::Rm_SFT => self.shifted(),
            Kind::Fd
            | Kind::Fn
            | Kind::Fm
            | Kind::Fa
            | Kind::Ft
            | Kind::Ft2
            | Kind::Sd
            | Kind::Sn
            | Kind::Sm => Some(format!(
                "{}{}",
                letter(self.scalar(operand)?)?,
                self.number(operand)?
            )),
            Kind::VdD1 => Some(format!("v{}.d[1]", word.bits(0, 5))),
            Kind::VnD1 => Some(format!("v{}.d[1]", word.bits(5, 5))),
            kind if kind.class() == OperandClass::Integer => {
                Some(integer(self.number(operand)?, self.is_64(operand)?, Last::Zero))
            }
            _ => None,
        }
    }

    fn number(self, operand: &Operand) -> Option<u32> {
        Some(self.word.bits(operand.kind.register()?, 5))
    }

    /// Whether an operand is a 64-bit register. `None` if it is not known.
    fn is_64(self, operand: &Operand) -> Option<bool> {
        let is_either = operand.forms.contains(&Form::W) && operand.forms.contains(&Form::X);
        match self.definition.width {
            _ if !is_either => Some(!operand.forms.contains(&Form::W)),
            Width::Bit31 => Some(self.word.bit(31)),
            Width::Bit30 => Some(self.word.bit(30)),
            Width::NotBit22 => Some(!self.word.bit(22)),
            // An element of 64 bits is copied from a whole register.
            Width::Given if self.definition.class == Class::ASIMDINS => Some(self.word.bits(16, 4) == 0b1000),
            Width::Given => None,
        }
    }

    /// The second register of a pair, given the operand that is the first.
    pub(super) fn second_of_pair(self, first: &Operand) -> Option<String> {
        let (number, is_64) = (self.number(first)?, self.is_64(first)?);
        number
            .is_multiple_of(2)
            .then(|| integer(number + 1, is_64, Last::Zero))
    }

    /// A register that is extended and shifted.
    fn extended(self) -> Option<String> {
        const NAMES: [&str; 8] = ["uxtb", "uxth", "uxtw", "uxtx", "sxtb", "sxth", "sxtw", "sxtx"];
        let word = self.word;
        let (option, shift) = (word.bits(13, 3), word.bits(10, 3));
        if shift > 4 {
            return None;
        }
        let is_64 = word.bit(31) && option & 0b11 == 0b11;
        let register = integer(word.bits(16, 5), is_64, Last::Zero);
        // With the stack pointer, an extension from the full width is written as a shift.
        let is_whole = option == if word.bit(31) { 0b011 } else { 0b010 };
        let is_plain = is_whole && (word.bits(0, 5) == 31 || word.bits(5, 5) == 31);
        let name = if is_plain { "lsl" } else { NAMES[option as usize] };
        Some(match shift {
            0 if is_plain => register,
            0 => format!("{register}, {name}"),
            _ => format!("{register}, {name} #{shift}"),
        })
    }

    /// A register that is shifted.
    fn shifted(self) -> Option<String> {
        const NAMES: [&str; 4] = ["lsl", "lsr", "asr", "ror"];
        let word = self.word;
        let (shift, bits) = (word.bits(22, 2), word.bits(10, 6));
        let is_sum = word.bit(24);
        if !word.bit(31) && bits > 31 || is_sum && shift == 3 {
            return None;
        }
        let register = integer(word.bits(16, 5), word.bit(31), Last::Zero);
        Some(match (shift, bits) {
            (0, 0) => register,
            _ => format!("{register}, {} #{bits}", NAMES[shift as usize]),
        })
    }

    /// The part of a vector register that holds an integer.
    fn integer_scalar(self) -> Form {
        if self.word.bit(31) { Form::D } else { Form::S }
    }

    /// The part of a vector register that an operand is.
    fn scalar(self, operand: &Operand) -> Option<Form> {
        let word = self.word;
        let by_type = |number| match number {
            0b00 => Some(Form::S),
            0b01 => Some(Form::D),
            0b11 => Some(Form::H),
            _ => None,
        };
        if let Some(level) = self.fixed_point() {
            return [None, Some(Form::H), Some(Form::S), Some(Form::D)][level as usize];
        }
        let first = operand.forms.first().copied();
        if operand.forms.iter().all(|form| Some(*form) == first) {
            return first;
        }
        let form = match self.definition.class {
            Class::LDST_IMM9 | Class::LDST_POS | Class::LDST_REGOFF | Class::LDST_UNSCALED | Class::RCPC3 => {
                match (word.bit(23), word.bits(30, 2)) {
                    (false, size) => operand.forms.get(size as usize).copied(),
                    (true, 0) => Some(Form::Q),
                    (true, _) => None,
                }
            }
            Class::LDSTPAIR_OFF | Class::LDSTPAIR_INDEXED | Class::LDSTNAPAIR_OFFS | Class::LOADLIT => {
                operand.forms.get(word.bits(30, 2) as usize).copied()
            }
            Class::LSE_ATOMIC => operand
                .forms
                .get(word.bits(30, 2).checked_sub(1)? as usize)
                .copied(),
            Class::FLOATDP1 if operand.kind == Kind::Fd && word.bits(17, 4) == 0b0001 => {
                // `fcvt`, whose operands differ.
                by_type(word.bits(15, 2)).filter(|form| Some(*form) != by_type(word.bits(22, 2)))
            }
            Class::FPRCVTFLOAT2INT if operand.kind == Kind::Fd => Some(self.integer_scalar()),
            Class::FPRCVTINT2FLOAT if operand.kind == Kind::Fn => Some(self.integer_scalar()),
            Class::FPRCVTFLOAT2INT
            | Class::FPRCVTINT2FLOAT
            | Class::FLOAT2FIX
            | Class::FLOAT2INT
            | Class::FLOATCCMP
            | Class::FLOATCMP
            | Class::FLOATDP1
            | Class::FLOATDP2
            | Class::FLOATDP3
            | Class::FLOATIMM
            | Class::FLOATSEL => by_type(word.bits(22, 2)),
            _ => operand.forms.get(self.alternative?).copied(),
        };
        form.filter(|form| operand.forms.contains(form))
    }
}
