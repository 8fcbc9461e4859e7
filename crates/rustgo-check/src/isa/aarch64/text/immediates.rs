//! Immediate operands and conditions.

use super::Context;
use crate::isa::aarch64::names::Kind;

/// The name of a condition.
pub fn condition(number: u32) -> &'static str {
    const NAMES: [&str; 16] = [
        "eq", "ne", "cs", "cc", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt", "gt", "le", "al", "nv",
    ];
    NAMES[number as usize & 15]
}

impl Context {
    /// An operand that is a number or a condition.
    pub(super) fn immediate(self, kind: Kind) -> Option<String> {
        let word = self.word;
        let decimal = |number: u32| Some(format!("#{number}"));
        let hexadecimal = |number: u32| Some(format!("#{number:#x}"));
        match kind {
            Kind::COND => Some(condition(word.bits(12, 4)).to_owned()),
            Kind::AIMM => match word.bits(22, 2) {
                0 => hexadecimal(word.bits(10, 12)),
                1 => Some(format!("#{:#x}, lsl #12", word.bits(10, 12))),
                _ => None,
            },
            Kind::HALF => match word.bits(21, 2) {
                0 => hexadecimal(word.bits(5, 16)),
                part if part < 2 || word.bit(31) => {
                    Some(format!("#{:#x}, lsl #{}", word.bits(5, 16), part * 16))
                }
                _ => None,
            },
            Kind::LIMM => Some(format!("#{:#x}", word.mask()?)),
            Kind::IMMR | Kind::IMMS => {
                let number = word.bits(if kind == Kind::IMMR { 16 } else { 10 }, 6);
                let is_valid = word.bit(31) == word.bit(22) && (word.bit(31) || number < 32);
                is_valid.then(|| format!("#{number}"))
            }
            Kind::BIT_NUM => decimal(word.bits(31, 1) << 5 | word.bits(19, 5)),
            Kind::FBITS => {
                let bits = 64 - word.bits(10, 6);
                (word.bit(31) || bits <= 32).then(|| format!("#{bits}"))
            }
            Kind::IMM_VLSL | Kind::IMM_VLSR => {
                let (number, element) = (word.bits(16, 7), 8 << word.bits(19, 4).checked_ilog2()?);
                decimal(if kind == Kind::IMM_VLSL {
                    number - element
                } else {
                    2 * element - number
                })
            }
            Kind::SHLL_IMM => decimal(8 << word.bits(22, 2)),
            Kind::IDX => {
                let index = word.bits(11, 4);
                (word.bit(30) || index < 8).then(|| format!("#{index}"))
            }
            Kind::IMM => hexadecimal(word.bits(10, 6)),
            Kind::IMM0 => decimal(0),
            Kind::IMM_2 => decimal(word.bits(15, 6)),
            Kind::IMM_ROT1 => decimal(word.bits(11, 2) * 90),
            Kind::IMM_ROT2 => decimal(word.bits(13, 2) * 90),
            Kind::IMM_ROT3 => decimal(word.bits(12, 1) * 180 + 90),
            Kind::CSSC_SIMM8 => Some(format!("#{}", word.signed(10, 8))),
            Kind::CSSC_UIMM8 => decimal(word.bits(10, 8)),
            Kind::UIMM4_ADDG => decimal(word.bits(10, 4)),
            Kind::UIMM10 => decimal(word.bits(16, 6) << 4),
            Kind::CCMP_IMM => hexadecimal(word.bits(16, 5)),
            Kind::NZCV => hexadecimal(word.bits(0, 4)),
            Kind::MASK => decimal(word.bits(0, 4)),
            Kind::EXCEPTION => hexadecimal(word.bits(5, 16)),
            Kind::UNDEFINED => hexadecimal(word.bits(0, 16)),
            Kind::FPIMM0 => Some("#0.0".to_owned()),
            Kind::FPIMM => match word.bits(22, 2) {
                0b10 => None,
                _ => Some(format!("#{}", float(word.bits(13, 8)))),
            },
            Kind::SIMD_FPIMM => Some(format!("#{}", float(self.byte()))),
            Kind::SIMD_IMM => {
                let ones = (0..8).filter(|bit| self.byte() >> bit & 1 == 1);
                let number = ones.fold(0u64, |number, bit| number | 0xff << (8 * bit));
                Some(format!("#{number:#x}"))
            }
            Kind::SIMD_IMM_SFT => Some(self.shifted_byte()),
            _ => None,
        }
    }

    /// The immediate byte of an instruction that fills a vector.
    fn byte(self) -> u32 {
        self.word.bits(16, 3) << 5 | self.word.bits(5, 5)
    }

    fn shifted_byte(self) -> String {
        let (byte, mode) = (self.byte(), self.word.bits(12, 4));
        let shift = match mode {
            0b1100 => return format!("#{byte:#x}, msl #8"),
            0b1101 => return format!("#{byte:#x}, msl #16"),
            0b1110 | 0b1111 => 0,
            0b1000..=0b1011 => (mode >> 1 & 1) * 8,
            _ => (mode >> 1) * 8,
        };
        match shift {
            0 => format!("#{byte:#x}"),
            _ => format!("#{byte:#x}, lsl #{shift}"),
        }
    }
}

/// The number that eight bits encode: a sign, three bits of exponent, and four of fraction (VFPExpandImm in the Arm
/// Architecture Reference Manual).
fn float(byte: u32) -> f64 {
    let fraction = f64::from(16 + (byte & 15)) / 16.0;
    // The exponent's upper bit is inverted.
    let exponent = (byte >> 4 & 7 ^ 4) as i32 - 3;
    let sign = if byte & 0x80 == 0 { 1.0 } else { -1.0 };
    sign * fraction * f64::powi(2.0, exponent)
}
