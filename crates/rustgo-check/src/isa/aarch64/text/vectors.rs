//! Vector registers, their elements and lists of them.

use super::Context;
use super::registers::letter;
use crate::isa::aarch64::definition::{Definition, Form, Operand};
use crate::isa::aarch64::names::{Class, Kind, OperandClass};
use crate::isa::aarch64::word::Word;

/// The elements of a vector register, and whether all 128 bits are used.
fn arrangement(form: Form) -> Option<(&'static str, bool)> {
    Some(match form {
        Form::V8B => ("8b", false),
        Form::V16B => ("16b", true),
        Form::V2H => ("2h", false),
        Form::V4H => ("4h", false),
        Form::V8H => ("8h", true),
        Form::V2S => ("2s", false),
        Form::V4S => ("4s", true),
        Form::V1D => ("1d", false),
        Form::V2D => ("2d", true),
        Form::V1Q => ("1q", true),
        _ => return None,
    })
}

/// The binary logarithm of an element's bytes.
fn level(form: Form) -> u32 {
    match form {
        Form::B | Form::V8B | Form::V16B => 0,
        Form::H | Form::V2H | Form::V4H | Form::V8H | Form::B2 => 1,
        Form::W | Form::S | Form::V2S | Form::V4S | Form::B4 | Form::H2 => 2,
        Form::X | Form::D | Form::V1D | Form::V2D => 3,
        Form::Q | Form::V1Q => 4,
    }
}

/// The index of the forms that an instruction's vector operands have, if they can have several.
///
/// The encoding has the size of the smallest element, and whether all 128 bits are used.
pub fn alternative(definition: &Definition, word: Word) -> Option<usize> {
    let is_several = |operand: &&Operand| {
        operand.kind.class() == OperandClass::Vector
            && operand.forms.iter().any(|form| *form != operand.forms[0])
    };
    // Of two operands with the same elements, a vector has more alternatives than a scalar.
    let order = |operand: &&Operand| (level(operand.forms[0]), arrangement(operand.forms[0]).is_none());
    let told = definition.operands.iter().filter(is_several).min_by_key(order)?;
    let is_whole = word.bit(30);
    let has = |wanted| {
        let mut arrangements = told.forms.iter().filter_map(|form| arrangement(*form));
        arrangements.any(|(_, is_whole)| is_whole == wanted)
    };
    let has_both = definition.mask >> 30 & 1 == 0 && has(true) && has(false);
    let wanted = match definition.class {
        Class::ASIMDSHF | Class::ASISDSHF => Some(word.bits(19, 4).checked_ilog2()?),
        Class::ASIMDINS | Class::ASISDONE => Some(trailing(word)?),
        // The size field is that of the sum of the products.
        Class::ASIMDIMM | Class::DOTPRODUCT => None,
        _ => match (definition.mask >> 23 & 1, definition.mask >> 22 & 1) {
            (0, 0) => Some(word.bits(22, 2)),
            // Floating point: one bit, from the smallest type on.
            (1, 0) => Some(level(told.forms[0]) + word.bits(22, 1)),
            _ => None,
        },
    };
    told.forms.iter().position(|form| {
        let fits = |(_, form_is_whole)| !has_both || form_is_whole == is_whole;
        wanted.is_none_or(|wanted| level(*form) == wanted) && arrangement(*form).is_none_or(fits)
    })
}

/// The element's size in an instruction that copies an element: the number of zeros below the lowest bit set.
fn trailing(word: Word) -> Option<u32> {
    let level = word.bits(16, 5).trailing_zeros();
    (level < 4).then_some(level)
}

/// The number of elements in the structures that `ld1` to `ld4` and `st1` to `st4` access, and of registers that they name.
/// `None` if the encoding is reserved.
pub fn list_length(word: Word) -> Option<(u32, u32)> {
    Some(match word.bits(12, 4) {
        0b0000 => (4, 4),
        0b0010 => (1, 4),
        0b0100 => (3, 3),
        0b0110 => (1, 3),
        0b0111 => (1, 1),
        0b1000 => (2, 2),
        0b1010 => (1, 2),
        _ => return None,
    })
}

/// A list of consecutive registers.
fn list(first: u32, count: u32, elements: &str) -> String {
    let names = (first..first + count).map(|number| format!("v{}.{elements}", number % 32));
    format!("{{ {} }}", names.collect::<Vec<_>>().join(", "))
}

impl Context {
    /// An operand that is a vector, an element or a list of vectors.
    pub(super) fn vector(self, operand: &Operand) -> Option<String> {
        let word = self.word;
        match operand.kind {
            Kind::Vd | Kind::Vn | Kind::Vm | Kind::Va => {
                let (elements, _) = arrangement(self.form(operand)?)?;
                Some(format!("v{}.{elements}", word.bits(operand.kind.register()?, 5)))
            }
            Kind::Ed => {
                let level = trailing(word)?;
                Some(self.element(word.bits(0, 5), level, word.bits(16, 5) >> (level + 1)))
            }
            Kind::En => {
                let level = trailing(word)?;
                let index = match self.definition.operands[0].kind {
                    Kind::Ed => word.bits(11, 4) >> level,
                    _ => word.bits(16, 5) >> (level + 1),
                };
                operand
                    .forms
                    .iter()
                    .any(|form| self::level(*form) == level)
                    .then(|| self.element(word.bits(5, 5), level, index))
            }
            Kind::Em | Kind::Em16 => self.indexed(operand),
            Kind::LVn => Some(list(word.bits(5, 5), word.bits(13, 2) + 1, "16b")),
            Kind::LVt => {
                let (structure, count) = list_length(word)?;
                let elements = self.loaded()?;
                (structure == 1 || elements != "1d").then(|| list(word.bits(0, 5), count, elements))
            }
            Kind::LVt_AL => Some(list(word.bits(0, 5), self.lanes(), self.loaded()?)),
            Kind::LEt => {
                let (level, index) = self.lane()?;
                let letter = ["b", "h", "s", "d"][level as usize];
                Some(format!(
                    "{}[{index}]",
                    list(word.bits(0, 5), self.lanes(), letter)
                ))
            }
            _ => None,
        }
    }

    /// The form of a vector operand, or of an element.
    fn form(self, operand: &Operand) -> Option<Form> {
        if let Some(level) = self.fixed_point() {
            return Some(match (level, self.word.bit(30)) {
                (1, false) => Form::V4H,
                (1, true) => Form::V8H,
                (2, false) => Form::V2S,
                (2, true) => Form::V4S,
                (3, true) => Form::V2D,
                _ => return None,
            });
        }
        let (first, rest) = operand.forms.split_first()?;
        match rest.iter().all(|form| form == first) {
            true => Some(*first),
            false => operand.forms.get(self.alternative?).copied(),
        }
    }

    /// The element's size in a conversion from or to fixed point. The table has one definition for half precision and one
    /// for the other types, and the former matches some words of the latter.
    pub(super) fn fixed_point(self) -> Option<u32> {
        let is_shift = matches!(self.definition.class, Class::ASIMDSHF | Class::ASISDSHF);
        let is_conversion = matches!(self.definition.mnemonic, "fcvtzs" | "fcvtzu" | "scvtf" | "ucvtf");
        (is_shift && is_conversion).then(|| self.word.bits(19, 4).checked_ilog2())?
    }

    fn element(self, register: u32, level: u32, index: u32) -> String {
        format!("v{register}.{}[{index}]", ["b", "h", "s", "d"][level as usize])
    }

    /// An element whose index is spread over the encoding.
    fn indexed(self, operand: &Operand) -> Option<String> {
        let word = self.word;
        let (low, middle, high) = (word.bits(20, 1), word.bits(21, 1), word.bits(11, 1));
        let form = self.form(operand)?;
        let (register, index) = match (self.definition.class, form) {
            (Class::CRYPTOSM3, _) => (word.bits(16, 5), word.bits(12, 2)),
            // An index of complex numbers counts pairs of elements.
            _ if self.has(Kind::IMM_ROT2) => match form {
                Form::H => (word.bits(16, 5), high << 1 | middle),
                _ => (word.bits(16, 5), high),
            },
            (_, Form::H | Form::B2) => (word.bits(16, 4), high << 2 | middle << 1 | low),
            (_, Form::S | Form::B4 | Form::H2) => (word.bits(16, 5), high << 1 | middle),
            (_, Form::D) if middle == 0 => (word.bits(16, 5), high),
            _ => return None,
        };
        Some(format!("v{register}.{}[{index}]", letter(form)?))
    }

    /// The elements of the vectors that `ld1` and its like load.
    fn loaded(self) -> Option<&'static str> {
        const ELEMENTS: [&str; 8] = ["8b", "16b", "4h", "8h", "2s", "4s", "1d", "2d"];
        let (size, is_whole) = (self.word.bits(10, 2), self.word.bits(30, 1));
        ELEMENTS.get((size << 1 | is_whole) as usize).copied()
    }

    /// The number of registers that a load or store of single elements names.
    fn lanes(self) -> u32 {
        (self.word.bits(13, 1) << 1 | self.word.bits(21, 1)) + 1
    }

    /// Size and index of the element that is loaded or stored.
    fn lane(self) -> Option<(u32, u32)> {
        let word = self.word;
        let (whole, middle, size) = (word.bits(30, 1), word.bits(12, 1), word.bits(10, 2));
        match (word.bits(14, 2), size) {
            (0, _) => Some((0, whole << 3 | middle << 2 | size)),
            (1, 0 | 2) => Some((1, whole << 2 | middle << 1 | size >> 1)),
            (2, 0) => Some((2, whole << 1 | middle)),
            (2, 1) if middle == 0 => Some((3, whole)),
            _ => None,
        }
    }

    /// The bytes that `ld1` to `ld4` and `st1` to `st4` add to their base, if no register has the number.
    pub(super) fn moved_by(self) -> Option<u32> {
        let vector = 8 << self.word.bits(30, 1);
        if self.has(Kind::LVt) {
            Some(list_length(self.word)?.1 * vector)
        } else if self.has(Kind::LVt_AL) {
            Some(self.lanes() << self.word.bits(10, 2))
        } else {
            Some(self.lanes() << self.lane()?.0)
        }
    }
}
