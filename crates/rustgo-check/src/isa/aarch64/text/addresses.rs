//! Addresses that an instruction accesses or jumps to.

use super::Context;
use super::registers::{Last, base, integer};
use crate::isa::aarch64::names::{Class, Kind};

/// How an address is formed from a base register and an offset.
enum Indexing {
    /// The base register does not change.
    Offset,
    /// The offset is added to the base register before the access.
    Before,
    /// The offset is added to the base register after the access.
    After,
}

impl Context {
    /// An operand that is an address.
    pub(super) fn address(self, kind: Kind) -> Option<String> {
        let word = self.word;
        let target = |bytes: i64| format!("{:#x}", self.at.wrapping_add_signed(bytes));
        Some(match kind {
            Kind::ADDR_PCREL9 => target(word.signed(5, 9) << 2),
            Kind::ADDR_PCREL14 => target(word.signed(5, 14) << 2),
            Kind::ADDR_PCREL19 => target(word.signed(5, 19) << 2),
            Kind::ADDR_PCREL26 => target(word.signed(0, 26) << 2),
            Kind::ADDR_PCREL21 => target(self.distance()),
            Kind::ADDR_ADRP => {
                let page = self.at & !0xfff;
                format!("{:#x}", page.wrapping_add_signed(self.distance() << 12))
            }
            Kind::ADDR_SIMPLE | Kind::SIMD_ADDR_SIMPLE => format!("[{}]", base(word.bits(5, 5))),
            Kind::ADDR_UIMM12 => {
                let bytes = i64::from(word.bits(10, 12)) << self.scale()?;
                return Some(match bytes {
                    0 => format!("[{}]", base(word.bits(5, 5))),
                    _ => format!("[{}, #{bytes:#x}]", base(word.bits(5, 5))),
                });
            }
            Kind::ADDR_REGOFF => return self.indexed_address(),
            Kind::ADDR_SIMM7 => {
                let is_vector = word.bit(26);
                let scale = match (is_vector, word.bits(30, 2)) {
                    (true, 3) => 4,
                    (true, size) => 2 + size,
                    (false, 3) => 3,
                    (false, size) => 2 + (size >> 1),
                };
                let indexing = match (word.bit(23), word.bit(24)) {
                    (false, _) => Indexing::Offset,
                    (true, true) => Indexing::Before,
                    (true, false) => Indexing::After,
                };
                self.with_number(indexing, word.signed(15, 7) << scale)
            }
            Kind::ADDR_SIMM9 | Kind::ADDR_OFFSET => self.with_number(self.indexing(), word.signed(12, 9)),
            Kind::ADDR_SIMM13 => self.with_number(self.indexing(), word.signed(12, 9) << 4),
            Kind::ADDR_SIMM11 => {
                let indexing = match word.bits(23, 2) {
                    0b01 => Indexing::After,
                    0b10 => Indexing::Offset,
                    0b11 => Indexing::Before,
                    _ => return None,
                };
                self.with_number(indexing, word.signed(15, 7) << 4)
            }
            Kind::ADDR_SIMM10 => {
                let eighths = i64::from(word.bits(12, 9)) - (i64::from(word.bits(22, 1)) << 9);
                let indexing = if word.bit(11) {
                    Indexing::Before
                } else {
                    Indexing::Offset
                };
                self.with_number(indexing, eighths << 3)
            }
            Kind::SIMD_ADDR_POST => {
                let base = base(word.bits(5, 5));
                match word.bits(16, 5) {
                    31 => format!("[{base}], #{}", self.moved_by()?),
                    register => format!("[{base}], x{register}"),
                }
            }
            _ => return None,
        })
    }

    /// The distance from the instruction, in bytes or in pages.
    fn distance(self) -> i64 {
        self.word.signed(5, 19) << 2 | i64::from(self.word.bits(29, 2))
    }

    /// The binary logarithm of the bytes that are accessed. `None` if the encoding is reserved.
    fn scale(self) -> Option<u32> {
        let (size, is_quad) = (self.word.bits(30, 2), self.word.bit(26) && self.word.bit(23));
        match (is_quad, size) {
            (false, size) => Some(size),
            (true, 0) => Some(4),
            (true, _) => None,
        }
    }

    fn indexing(self) -> Indexing {
        match (self.definition.class, self.word.bit(11)) {
            (Class::LDST_IMM9, true) => Indexing::Before,
            (Class::LDST_IMM9, false) => Indexing::After,
            _ => Indexing::Offset,
        }
    }

    fn with_number(self, indexing: Indexing, bytes: i64) -> String {
        let base = base(self.word.bits(5, 5));
        match (indexing, bytes) {
            (Indexing::Offset, 0) => format!("[{base}]"),
            (Indexing::Offset, _) => format!("[{base}, #{bytes}]"),
            (Indexing::Before, _) => format!("[{base}, #{bytes}]!"),
            (Indexing::After, _) => format!("[{base}], #{bytes}"),
        }
    }

    /// A base register and an index register.
    fn indexed_address(self) -> Option<String> {
        let word = self.word;
        let extension = match word.bits(13, 3) {
            0b010 => Some("uxtw"),
            0b011 => None,
            0b110 => Some("sxtw"),
            0b111 => Some("sxtx"),
            _ => return None,
        };
        let is_64 = word.bit(13);
        let (base, index) = (
            base(word.bits(5, 5)),
            integer(word.bits(16, 5), is_64, Last::Zero),
        );
        let scale = self.scale()?;
        Some(match (extension, word.bit(12)) {
            (None, false) => format!("[{base}, {index}]"),
            (None, true) => format!("[{base}, {index}, lsl #{scale}]"),
            (Some(extension), false) => format!("[{base}, {index}, {extension}]"),
            (Some(extension), true) => format!("[{base}, {index}, {extension} #{scale}]"),
        })
    }

    /// The operands of an instruction that copies or fills memory, which changes all its registers.
    pub(super) fn memory_operation(self) -> Option<String> {
        let registers = [self.word.bits(0, 5), self.word.bits(5, 5), self.word.bits(16, 5)];
        let [to, count, from] = registers;
        let is_fill = !self.has(Kind::MOPS_ADDR_Rs);
        let is_distinct = to != count && to != from && count != from;
        if !is_distinct || to == 31 || count == 31 || from == 31 && !is_fill {
            return None;
        }
        let from = integer(from, true, Last::Zero);
        Some(match (is_fill, self.has(Kind::Rm)) {
            (false, _) => format!("[x{to}]!, [{from}]!, x{count}!"),
            (true, true) => format!("[x{to}]!, x{count}!, {from}"),
            (true, false) => format!("[x{to}]!, x{count}!"),
        })
    }
}
