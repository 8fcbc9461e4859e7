//! Instructions that refer to constants that hold addresses: each is written as one that the assembler encodes in the
//! same length, and the linker fills in the distance.

use iced_x86::{Code, Decoder, DecoderOptions, Formatter, Instruction, IntelFormatter, OpKind};

use super::pieces::Piece;
use crate::error::{Error, Result};
use crate::finding::Place;
use crate::image::Image;

/// Separates the instructions that refer to these constants from the raw pieces.
///
/// # Errors
///
/// If Go's assembler has no form of the same length for an instruction that refers to them.
pub fn split(image: &Image, pieces: &[(u64, Piece)]) -> Result<Vec<(u64, Piece)>> {
    let mut instructions = Vec::new();
    for used in &image.relro.uses {
        instructions.push(instruction(image, used.at, used.target)?);
    }
    let mut instructions = instructions.into_iter().peekable();
    let mut split = Vec::new();
    for (at, piece) in pieces {
        let Piece::Raw(range) = piece else {
            split.push((*at, piece.clone()));
            continue;
        };
        let mut from = range.start;
        while let Some((start, end, text)) = instructions.next_if(|(start, ..)| *start < range.end) {
            if from < start {
                split.push((from, Piece::Raw(from..start)));
            }
            split.push((start, Piece::Instruction(text)));
            from = end;
        }
        if from < range.end {
            split.push((from, Piece::Raw(from..range.end)));
        }
    }
    Ok(split)
}

/// The start and end of the instruction around an offset, and its form in Go.
fn instruction(image: &Image, place: u64, target: u64) -> Result<(u64, u64, String)> {
    let function = image.function_at(place).ok_or_else(|| {
        Error::Go(format!(
            "code without a name at {place:#x} uses a constant that holds addresses"
        ))
    })?;
    let bytes = &image.bytes[function.start as usize..function.end() as usize];
    let found = Decoder::with_ip(64, bytes, function.start, DecoderOptions::NONE)
        .iter()
        .find(|instruction| place < instruction.next_ip())
        .ok_or_else(|| Error::Go("a reference is after its function's instructions".to_owned()))?;
    let go = go(&found, target.wrapping_sub(image.relro.start) as i64).ok_or_else(|| {
        let mut text = String::new();
        IntelFormatter::new().format(&found, &mut text);
        Error::Go(format!(
            "`{text}` in {} uses a constant that holds addresses, and Go's assembler has no such instruction of the \
             same length: take the constant's address first (`core::hint::black_box(&CONSTANT)`), or keep indices or \
             values in it instead of references",
            Place::at(image, found.ip())
        ))
    })?;
    Ok((found.ip(), found.next_ip(), go))
}

/// An instruction that loads a register from memory relative to itself, in Go's syntax for the data symbol.
fn go(instruction: &Instruction, offset: i64) -> Option<String> {
    // The length of the assembler's encoding, for the first eight registers.
    let (name, file, length) = match instruction.code() {
        Code::Lea_r64_m => ("LEAQ", File::General, 7),
        Code::Mov_r64_rm64 => ("MOVQ", File::General, 7),
        Code::Mov_r32_rm32 => ("MOVL", File::GeneralLow, 6),
        Code::Movups_xmm_xmmm128 => ("MOVUPS", File::X, 7),
        Code::Movaps_xmm_xmmm128 => ("MOVAPS", File::X, 7),
        Code::Movupd_xmm_xmmm128 => ("MOVUPD", File::X, 8),
        Code::Movapd_xmm_xmmm128 => ("MOVAPD", File::X, 8),
        Code::Movdqu_xmm_xmmm128 => ("MOVOU", File::X, 8),
        Code::Movdqa_xmm_xmmm128 => ("MOVOA", File::X, 8),
        Code::Movsd_xmm_xmmm64 => ("MOVSD", File::X, 8),
        Code::VEX_Vmovups_xmm_xmmm128 => ("VMOVUPS", File::VectorX, 8),
        Code::VEX_Vmovaps_xmm_xmmm128 => ("VMOVAPS", File::VectorX, 8),
        Code::VEX_Vmovdqu_xmm_xmmm128 => ("VMOVDQU", File::VectorX, 8),
        Code::VEX_Vmovdqa_xmm_xmmm128 => ("VMOVDQA", File::VectorX, 8),
        Code::VEX_Vmovups_ymm_ymmm256 => ("VMOVUPS", File::VectorY, 8),
        Code::VEX_Vmovaps_ymm_ymmm256 => ("VMOVAPS", File::VectorY, 8),
        Code::VEX_Vmovdqu_ymm_ymmm256 => ("VMOVDQU", File::VectorY, 8),
        Code::VEX_Vmovdqa_ymm_ymmm256 => ("VMOVDQA", File::VectorY, 8),
        _ => return None,
    };
    let register = instruction.op0_register();
    // If the other encodings have a prefix byte anyway, it holds the register's highest bit.
    let takes_prefix = matches!(file, File::GeneralLow | File::X) && register.number() >= 8;
    let register = match file {
        File::General | File::GeneralLow => super::register(register.full_register())?.to_owned(),
        File::X | File::VectorX => format!("X{}", register.number()),
        File::VectorY => format!("Y{}", register.number()),
    };
    let is_relative = instruction.op1_kind() == OpKind::Memory && instruction.is_ip_rel_memory_operand();
    let is_same_length = instruction.len() == length + usize::from(takes_prefix);
    (is_relative && is_same_length).then(|| format!("{name} rustdata<>{offset:+}(SB), {register}"))
}

/// A set of registers, and how instructions name them.
#[derive(Clone, Copy)]
enum File {
    /// 64 bits.
    General,
    /// Their low 32 bits.
    GeneralLow,
    X,
    /// The same in an instruction with three operands.
    VectorX,
    VectorY,
}
