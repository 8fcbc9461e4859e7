//! The pieces of an image: raw data, and instructions in a form that the assembler knows.

use std::ops::Range;

use iced_x86::{Code, Decoder, DecoderOptions, Instruction, Mnemonic, OpKind, Register};

use super::register;
use crate::image::Image;

/// How a stretch of the image is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Raw data.
    Raw(Range<u64>),
    /// `PUSHQ` of a register, by Go's name.
    Push(&'static str),
    /// `POPQ` of a register, by Go's name.
    Pop(&'static str),
    /// `ADJSP`: the frame grows by this many bytes.
    Adjust(i32),
    /// An instruction in Go's syntax that leaves the stack pointer alone.
    Instruction(String),
}

/// The form of an instruction that the assembler understands and encodes in the same length.
pub fn piece(instruction: &Instruction, depth: u64, after: Option<u64>) -> Option<Piece> {
    let length = instruction.len() as u64;
    match instruction.code() {
        Code::Push_r64 | Code::Pop_r64 => {
            let name = register(instruction.op0_register())?;
            // The registers that were added with 64 bits take a prefix.
            let expected = if name.starts_with('R') { 2 } else { 1 };
            let piece = if instruction.code() == Code::Push_r64 {
                Piece::Push(name)
            } else {
                Piece::Pop(name)
            };
            (length == expected).then_some(piece)
        }
        Code::Sub_rm64_imm8 | Code::Sub_rm64_imm32 | Code::Add_rm64_imm8 | Code::Add_rm64_imm32
            if instruction.op0_kind() == OpKind::Register && instruction.op0_register() == Register::RSP =>
        {
            let amount = instruction.immediate(1) as i64;
            let amount = if instruction.mnemonic() == Mnemonic::Sub {
                amount
            } else {
                -amount
            };
            let shorter = adjust_length(amount);
            // The assembler has no `ADJSP` of zero; raw data leaves the stack pointer alone too.
            (amount != 0 && [shorter, shorter + PADDING_LENGTH].contains(&length))
                .then_some(Piece::Adjust(i32::try_from(amount).ok()?))
        }
        // If the stack pointer's residue at the entry is known, aligning it takes a known number of bytes.
        Code::And_rm64_imm8 | Code::And_rm64_imm32
            if instruction.op0_kind() == OpKind::Register && instruction.op0_register() == Register::RSP =>
        {
            match after?.checked_sub(depth)? as i64 {
                0 => (length == 4).then(|| Piece::Instruction(NOTHING.to_owned())),
                amount => {
                    (length == adjust_length(amount)).then_some(Piece::Adjust(i32::try_from(amount).ok()?))
                }
            }
        }
        _ => None,
    }
}

/// A no-op, for a stack pointer that is already aligned.
const NOTHING: &str = "LONG $0x00401f0f";

/// A no-op, for an `ADJSP` that is shorter than the compiler's instruction, such as one of 128 bytes, whose sign the
/// compiler does not flip.
pub const PADDING: &str = "BYTE $0x0f; BYTE $0x1f; BYTE $0x00";
pub const PADDING_LENGTH: u64 = 3;

/// The length of the assembler's encoding of an `ADJSP`.
pub fn adjust_length(amount: i64) -> u64 {
    // It flips the sign if that makes the immediate fit into a byte.
    if (-128..=128).contains(&amount) { 4 } else { 7 }
}

pub fn effect(piece: &Piece) -> i64 {
    match piece {
        Piece::Raw(_) | Piece::Instruction(_) => 0,
        Piece::Push(_) => 8,
        Piece::Pop(_) => -8,
        Piece::Adjust(amount) => i64::from(*amount),
    }
}

/// Whether a range holds only filler between functions.
pub fn is_gap(image: &Image, range: Range<u64>) -> bool {
    let bytes = &image.bytes[range.start.min(image.code_size) as usize..image.code_size as usize];
    let fills = Decoder::with_ip(64, bytes, range.start, DecoderOptions::NONE)
        .iter()
        .take_while(|instruction| instruction.ip() < range.end)
        .all(|instruction| matches!(instruction.mnemonic(), Mnemonic::Int3 | Mnemonic::Nop));
    range.end <= image.code_size && fills
}
