//! The features that an AArch64 instruction needs, by the decoder's table.
//!
//! The baseline is Armv8-A with floating point and NEON. Hints (landing pads, `yield`) are part of it: a processor that
//! does not know one ignores it. System registers, including those that give random numbers, are refused elsewhere.

use super::Need;
use crate::image::Image;
use crate::isa::Decoded;
use crate::isa::aarch64::instruction::Instruction;
use crate::isa::aarch64::names::FeatureSet as Set;

/// The features that the instruction at an offset needs beyond the baseline. None if there is no instruction.
pub fn needs(image: &Image, at: u64) -> Vec<Need> {
    let Some(instruction) = decode(image, at) else {
        return Vec::new();
    };
    let set = instruction.feature_set();
    match set {
        Set::V8 | Set::FP | Set::SIMD => Vec::new(),
        _ => names(set).map_or_else(
            || vec![Need::unlisted(set)],
            |names| names.iter().map(|name| Need::of(name)).collect(),
        ),
    }
}

/// The instruction in assembly.
pub fn text(image: &Image, at: u64) -> String {
    decode(image, at).map_or_else(String::new, |instruction| instruction.text(at))
}

fn decode(image: &Image, at: u64) -> Option<Instruction> {
    let bytes = image.code().get(usize::try_from(at).ok()?..)?.first_chunk()?;
    Instruction::decode(u32::from_le_bytes(*bytes))
}

/// rustc's names for one of the decoder's feature sets. All of them are needed.
fn names(set: Set) -> Option<&'static [&'static str]> {
    Some(match set {
        Set::AES => &["aes"],
        Set::BFLOAT16 => &["bf16"],
        Set::BFLOAT16_SVE => &["bf16", "sve"],
        Set::COMPNUM => &["fcma"],
        Set::CRC => &["crc"],
        Set::DOTPROD => &["dotprod"],
        Set::F32MM_SVE => &["f32mm"],
        Set::F64MM_SVE => &["f64mm"],
        Set::FLAGM => &["flagm"],
        Set::FP_16_V8_2A => &["fhm"],
        Set::FP_F16 | Set::SIMD_F16 => &["fp16"],
        Set::FRINTTS => &["frintts"],
        Set::I8MM => &["i8mm"],
        Set::I8MM_SVE => &["i8mm", "sve"],
        Set::JSCVT => &["jsconv"],
        Set::LOR => &["lor"],
        Set::LSE => &["lse"],
        Set::MEMTAG => &["mte"],
        Set::PAUTH => &["paca"],
        Set::RCPC => &["rcpc"],
        Set::RCPC2 => &["rcpc2"],
        Set::RDMA => &["rdm"],
        Set::SB => &["sb"],
        Set::SHA2 => &["sha2"],
        Set::SHA3 => &["sha3"],
        Set::SM4 => &["sm4"],
        Set::SVE => &["sve"],
        Set::SVE2 => &["sve2"],
        Set::SVE2AES => &["sve2-aes"],
        Set::SVE2BITPERM => &["sve2-bitperm"],
        Set::SVE2SHA3 => &["sve2-sha3"],
        _ => return None,
    })
}
