//! An entry of the instruction table: an encoding, and what the analysis and the printer ask of it.

use super::names::{Class, FeatureSet, Kind, Opcode};

/// An instruction.
#[derive(Debug)]
pub struct Definition {
    /// The bits that are fixed in its encoding.
    pub mask: u32,
    /// The values of these bits.
    pub value: u32,
    /// Its name, not that of an alias.
    pub mnemonic: &'static str,
    /// Its identity.
    pub opcode: Opcode,
    /// The group that it belongs to.
    pub class: Class,
    /// The architecture extension that added it.
    pub feature_set: FeatureSet,
    /// Which bit of its encoding selects the width of its integer registers.
    pub width: Width,
    /// Its operands, in the assembler's order.
    pub operands: &'static [Operand],
}

/// An operand of an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operand {
    /// The field of the encoding that it is, and the field's role.
    pub kind: Kind,
    /// The parts of a register that it can be. If there are several, the encoding selects one, and the lists of an
    /// instruction's operands have the same order.
    pub forms: &'static [Form],
}

/// A part of a register, or the division of a vector register into elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[rustfmt::skip]
pub enum Form {
    /// An integer register's low half, or all of it.
    W, X,
    /// The low bits of a vector register: 8, 16, 32, 64 or 128; or one of its elements.
    B, H, S, D, Q,
    /// Elements of a vector that count as one.
    B2, B4, H2,
    /// The elements of a vector register.
    V8B, V16B, V2H, V4H, V8H, V2S, V4S, V1D, V2D, V1Q,
}

/// The bit of the encoding that selects the width of an integer register operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// None: the width is fixed, or depends on other fields.
    Given,
    /// 64 bits if bit 31 is set.
    Bit31,
    /// 64 bits if bit 30 is set.
    Bit30,
    /// 64 bits if bit 22 is clear.
    NotBit22,
}

/// An entry of the table.
#[expect(clippy::too_many_arguments, reason = "the columns of a table")]
pub const fn define(
    mask: u32,
    value: u32,
    mnemonic: &'static str,
    opcode: Opcode,
    class: Class,
    feature_set: FeatureSet,
    width: Width,
    operands: &'static [Operand],
) -> Definition {
    Definition {
        mask,
        value,
        mnemonic,
        opcode,
        class,
        feature_set,
        width,
        operands,
    }
}

/// An operand in the table.
pub const fn operand(kind: Kind, forms: &'static [Form]) -> Operand {
    Operand { kind, forms }
}
