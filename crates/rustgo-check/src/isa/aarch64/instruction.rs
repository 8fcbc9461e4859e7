//! A decoded instruction, and the registers that it writes.
//!
//! The table of instructions is derived from disarm64's, which is the GNU assembler's. So it has every instruction, and it
//! says of each operand which field of the encoding it is and what role the field has (`Rd` a destination, `Rn` a source).
//! The set of written registers follows from that for all instructions at once.
//!
//! An operand whose role is not known counts as written.

use super::definition::Definition;
use super::names::{Class, FeatureSet, Kind, OperandClass};
use super::opcode::Operation;
use super::word::Word;
use super::{decoder, text};
use crate::state::Register;

/// The register number that means either the stack pointer or the zero register, depending on the operand.
pub const SP_OR_ZERO: Register = 31;

/// A decoded instruction.
#[derive(Clone, Copy)]
pub struct Instruction {
    /// The instruction itself.
    pub word: u32,
    definition: &'static Definition,
    operation: Operation,
}

/// What an instruction writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Writes {
    /// The general-purpose registers and the [low halves](low_half) of vectors, a bit for each.
    pub registers: u64,
    /// The stack pointer.
    pub stack_pointer: bool,
}

impl Writes {
    fn add(&mut self, register: Register) {
        if register != SP_OR_ZERO {
            self.registers |= 1 << register;
        }
    }

    /// Some consecutive vector registers.
    fn add_vectors(&mut self, first: Register, count: u8) {
        for number in (first..first + count).map(|number| number % 32) {
            if let Some(register) = low_half(number) {
                self.registers |= 1 << register;
            }
        }
    }

    /// A register of an operand in which number 31 is the stack pointer.
    fn add_or_sp(&mut self, register: Register) {
        if register == SP_OR_ZERO {
            self.stack_pointer = true;
        } else {
            self.add(register);
        }
    }
}

impl Instruction {
    /// Decodes a word. `None` if it is not an instruction.
    pub fn decode(word: u32) -> Option<Self> {
        let definition = decoder::definition(word)?;
        Some(Self {
            word,
            definition,
            operation: Operation::of(definition.opcode, definition.class),
        })
    }

    /// Its meaning.
    pub fn operation(&self) -> Operation {
        self.operation
    }

    /// The group that it belongs to.
    pub fn class(&self) -> Class {
        self.definition.class
    }

    /// The architecture extension that added it.
    pub fn feature_set(&self) -> FeatureSet {
        self.definition.feature_set
    }

    /// Its entry in the table.
    #[cfg(test)]
    pub fn definition(&self) -> &'static Definition {
        self.definition
    }

    /// The instruction in assembly, at an offset of the image.
    pub fn assembly(&self, at: u64) -> String {
        text::text(self.definition, self.word, at)
    }

    /// Some bits from the given one on.
    pub fn bits(&self, from: u32, count: u32) -> u32 {
        Word(self.word).bits(from, count)
    }

    /// A single bit.
    pub fn bit(&self, number: u32) -> bool {
        Word(self.word).bit(number)
    }

    /// Some bits as a signed number.
    pub fn signed(&self, from: u32, count: u32) -> i64 {
        Word(self.word).signed(from, count)
    }

    /// The immediate operand of a logical instruction. `None` if the encoding is reserved.
    pub fn mask(&self) -> Option<u64> {
        Word(self.word).mask()
    }

    /// A register's number in the encoding, from the given bit on.
    pub fn register(&self, from: u32) -> Register {
        self.bits(from, 5) as Register
    }

    /// Register operand d or t.
    pub fn rd(&self) -> Register {
        self.register(0)
    }

    /// Register operand n.
    pub fn rn(&self) -> Register {
        self.register(5)
    }

    /// Register operand m.
    pub fn rm(&self) -> Register {
        self.register(16)
    }

    /// Whether it works on 64 bits, if the encoding has a bit for that.
    pub fn is_64(&self) -> bool {
        self.bit(31)
    }

    /// Whether it has an operand of this kind.
    pub fn has(&self, kind: Kind) -> bool {
        let operands = self.definition.operands;
        operands.iter().any(|operand| operand.kind == kind)
    }

    /// What it writes, except memory.
    pub fn writes(&self) -> Writes {
        let mut writes = Writes::default();
        for operand in self.definition.operands {
            if operand.kind.class() == OperandClass::Vector && !self.is_vector_source(operand.kind) {
                match operand.kind {
                    Kind::Ft2 | Kind::Fa => writes.add_vectors(self.register(10), 1),
                    Kind::LVt | Kind::LVt_AL | Kind::LEt => {
                        writes.add_vectors(self.rd(), self.list_length());
                    }
                    _ => writes.add_vectors(self.rd(), 1),
                }
            }
            if operand.kind.class() != OperandClass::Integer || self.is_source(operand.kind) {
                continue;
            }
            if let Some(field) = operand.kind.register() {
                match operand.kind {
                    Kind::Rd_SP => writes.add_or_sp(self.register(field)),
                    _ => writes.add(self.register(field)),
                }
            }
        }
        if self.writes_back() {
            writes.add_or_sp(self.rn());
        }
        if self.operation == Operation::ComparePair {
            // Two consecutive registers. The encoding names the first.
            writes.add(self.rm() | 1);
        }
        if matches!(self.operation, Operation::Call | Operation::CallRegister) {
            writes.add(LINK);
        }
        writes
    }

    /// Whether it is integer arithmetic that involves neither the stack, the frame pointer nor the return address.
    pub fn is_plain_arithmetic(&self) -> bool {
        let is_arithmetic = matches!(
            self.class(),
            Class::ADDSUB_CARRY
                | Class::ADDSUB_EXT
                | Class::ADDSUB_IMM
                | Class::ADDSUB_SHIFT
                | Class::BITFIELD
                | Class::CONDCMP_IMM
                | Class::CONDCMP_REG
                | Class::CONDSEL
                | Class::DP_1SRC
                | Class::DP_2SRC
                | Class::DP_3SRC
                | Class::EXTRACT
                | Class::LOG_IMM
                | Class::LOG_SHIFT
                | Class::MOVEWIDE
        );
        let has_immediate = matches!(
            self.class(),
            Class::ADDSUB_IMM | Class::BITFIELD | Class::CONDCMP_IMM | Class::LOG_IMM | Class::MOVEWIDE
        );
        let names = |register| {
            [self.rd(), self.rn()].contains(&register)
                || !has_immediate && self.rm() == register
                || self.class() == Class::DP_3SRC && self.register(10) == register
        };
        let is_stack = |kind, register| self.has(kind) && register == SP_OR_ZERO;
        is_arithmetic
            && !names(FRAME_POINTER)
            && !names(LINK)
            && !is_stack(Kind::Rd_SP, self.rd())
            && !is_stack(Kind::Rn_SP, self.rn())
    }

    /// Whether the operand is only read.
    fn is_source(&self, operand: Kind) -> bool {
        match operand {
            Kind::Rn | Kind::Rn_SP | Kind::Rm | Kind::Rm_SP | Kind::Ra => true,
            Kind::Rt | Kind::Rt2 => self.is_plain_store() || self.is_branch(),
            _ => false,
        }
    }

    /// Whether the operand is only read.
    fn is_vector_source(&self, operand: Kind) -> bool {
        match operand {
            // For the data of unprivileged loads and stores the table uses the same operand names as for arithmetic.
            Kind::Fd | Kind::Fa if self.is_load_or_store() => self.is_plain_store(),
            Kind::Fn | Kind::Fm | Kind::Fa | Kind::Sn | Kind::Sm | Kind::Vn | Kind::Vm | Kind::Va => true,
            Kind::En | Kind::Em | Kind::Em8 | Kind::Em16 | Kind::VnD1 | Kind::LVn => true,
            Kind::Ft | Kind::Ft2 | Kind::LVt | Kind::LVt_AL | Kind::LEt => self.operation == Operation::Store,
            _ => false,
        }
    }

    /// The number of consecutive vector registers that `ld1` to `ld4` and `st1` to `st4` name.
    pub fn list_length(&self) -> u8 {
        match self.class() {
            Class::ASISDLSE | Class::ASISDLSEP => match self.bits(12, 4) {
                0b0111 => 1,
                0b1000 | 0b1010 => 2,
                0b0100 | 0b0110 => 3,
                _ => 4,
            },
            Class::ASISDLSO | Class::ASISDLSOP => (self.bits(13, 1) << 1 | self.bits(21, 1)) as u8 + 1,
            _ => 4,
        }
    }

    /// The number under which a state tracks a register that it loads or stores.
    pub fn data_register(&self, number: Register) -> Option<Register> {
        if self.has(Kind::Ft) {
            low_half(number)
        } else {
            Some(number)
        }
    }

    /// Whether it is a store that writes no register except, with writeback, its base.
    pub fn is_plain_store(&self) -> bool {
        self.is_load_or_store() && self.operation == Operation::Store
    }

    fn is_branch(&self) -> bool {
        matches!(self.class(), Class::COMPBRANCH | Class::TESTBRANCH)
    }

    /// Whether it is a load, store or prefetch, neither exclusive nor atomic, of integer or vector registers, with an
    /// address operand.
    pub fn is_load_or_store(&self) -> bool {
        matches!(
            self.class(),
            Class::LDST_POS
                | Class::LDST_IMM9
                | Class::LDST_UNSCALED
                | Class::LDST_UNPRIV
                | Class::LDST_REGOFF
                | Class::LDSTPAIR_OFF
                | Class::LDSTPAIR_INDEXED
                | Class::LDSTNAPAIR_OFFS
        )
    }

    /// Whether it changes its base register.
    pub fn writes_back(&self) -> bool {
        matches!(
            self.class(),
            Class::LDST_IMM9 | Class::LDSTPAIR_INDEXED | Class::ASISDLSEP | Class::ASISDLSOP
        )
    }
}

/// The number under which a state tracks the low half of v8. Those up to v15's follow.
pub const LOW_HALVES: Register = 32;

/// The number of the low half of a vector register. `None` if it is caller-saved.
pub fn low_half(vector: Register) -> Option<Register> {
    (8..16).contains(&vector).then(|| LOW_HALVES + vector - 8)
}

/// The register in which a call leaves the return address.
pub const LINK: Register = 30;

/// x29's number.
pub const FRAME_POINTER: Register = 29;

#[cfg(test)]
mod tests {
    use super::*;

    fn writes(word: u32) -> Writes {
        Instruction::decode(word).unwrap().writes()
    }

    fn registers(numbers: &[u32]) -> u64 {
        numbers.iter().fold(0, |set, number| set | 1 << number)
    }

    #[test]
    fn destinations_are_told_from_sources() {
        for (word, expected, text) in [
            (0x8b02_0020, &[0][..], "add x0, x1, x2"),
            (0xf94003fc, &[28], "ldr x28, [sp]"),
            (0xf90003fc, &[], "str x28, [sp]"),
            (0xf8408c41, &[1, 2], "ldr x1, [x2, #8]!"),
            (0xa9446ffc, &[27, 28], "ldp x28, x27, [sp, #64]"),
            (0xa9046ffc, &[], "stp x28, x27, [sp, #64]"),
            (0xb400005c, &[], "cbz x28, #0x8"),
            (0x94000001, &[30], "bl #0x4"),
            (0xd63f0100, &[30], "blr x8"),
            (0xd61f0100, &[], "br x8"),
            (0xc85f7c20, &[0], "ldxr x0, [x1]"),
            (0xf8bf0041, &[1], "ldadda xzr, x1, [x2]"),
            (0x4cdf_7040, &[2], "ld1 {v0.16b}, [x2], #16"),
            (0x0e0c3c41, &[1], "umov w1, v2.s[1]"),
            (0x9e660020, &[0], "fmov x0, d1"),
            (0xea1f001f, &[], "ands xzr, x0, xzr"),
        ] {
            assert_eq!(writes(word).registers, registers(expected), "{text}");
            assert!(!writes(word).stack_pointer, "{text}");
        }
    }

    #[test]
    fn arithmetic_may_leave_the_stack_alone() {
        for (word, expected, text) in [
            (0x9100_0400, true, "add x0, x0, #1"),
            (0xd37f_f800, true, "lsl x0, x0, #1"),
            (0xaa1f_03e0, true, "mov x0, xzr"),
            (0x9bc1_7c00, true, "umulh x0, x0, x1"),
            (0x9100_03e0, false, "mov x0, sp"),
            (0x9100_43ff, false, "add sp, sp, #16"),
            (0xaa1d_03e0, false, "mov x0, x29"),
            (0x8b3e_6000, false, "add x0, x0, x30"),
            (0x9b00_7400, false, "madd x0, x0, x0, x29"),
            (0xaa00_03fe, false, "mov x30, x0"),
            (0xf940_0000, false, "ldr x0, [x0]"),
            (0x1000_0000, false, "adr x0, #0"),
            (0xd65f_03c0, false, "ret"),
        ] {
            assert_eq!(
                Instruction::decode(word).unwrap().is_plain_arithmetic(),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn low_halves_are_written_by_what_writes_their_vectors() {
        for (word, vectors, text) in [
            (0x1e60_4028, &[8][..], "fmov d8, d1"),
            (0x1e60_4101, &[], "fmov d1, d8"),
            (0x4ea2_8508, &[8], "add v8.4s, v8.4s, v2.4s"),
            (0x6d40_27e8, &[8, 9], "ldp d8, d9, [sp]"),
            (0x6d00_27e8, &[], "stp d8, d9, [sp]"),
            (0x3dc0_03ef, &[15], "ldr q15, [sp]"),
            (0x3d80_03ef, &[], "str q15, [sp]"),
            (0x4c40_2007, &[8, 9, 10], "ld1 {v7.16b-v10.16b}, [x0]"),
            (0x4c40_7007, &[], "ld1 {v7.16b}, [x0]"),
            (0x4c40_7008, &[8], "ld1 {v8.16b}, [x0]"),
            (0x4c00_7008, &[], "st1 {v8.16b}, [x0]"),
            (0x4e02_2068, &[8], "tbl v8.16b, {v3.16b, v4.16b}, v2.16b"),
            (0x9e67_0008, &[8], "fmov d8, x0"),
            (0x9e66_0100, &[], "fmov x0, d8"),
            (0x4e18_1c08, &[8], "mov v8.d[1], x0"),
            (0xed40_2409, &[9], "ldtp q9, q9, [x0]"),
            (0xed40_2400, &[9], "ldtp q0, q9, [x0]"),
            (0xed00_2408, &[], "sttp q8, q9, [x0]"),
            (0xecc0_2008, &[8], "ldtp q8, q8, [x0], #0"),
        ] {
            let low_halves = vectors.iter().filter_map(|&vector| low_half(vector));
            let expected = low_halves.fold(0u64, |set, register| set | 1 << register);
            assert_eq!(writes(word).registers & !0xffff_ffff, expected, "{text}");
        }
    }

    #[test]
    fn number_31_is_the_stack_pointer_where_the_encoding_says_so() {
        for (word, expected, text) in [
            (0x910043ff, true, "add sp, sp, #16"),
            (0x927a_e41f, true, "and sp, x0, #0xffffffffffffffc0"),
            (0xa9bf7bfd, true, "stp x29, x30, [sp, #-16]!"),
            (0xa8c17bfd, true, "ldp x29, x30, [sp], #16"),
            (0xcb2163ff, true, "sub sp, sp, x1"),
            (0xa9007bfd, false, "stp x29, x30, [sp]"),
            (0xf100_03ff, false, "cmp sp, #0"),
            (0xaa1f03e0, false, "mov x0, xzr"),
        ] {
            assert_eq!(writes(word).stack_pointer, expected, "{text}");
        }
    }
}
