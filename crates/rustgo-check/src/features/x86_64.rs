//! The features that an x86-64 instruction needs, by the decoder's table.
//!
//! The baseline is x86-64's first level: SSE2, FXSR, CMOV, CMPXCHG8B, x87, MMX, and everything in older processors.

use iced_x86::{CpuidFeature, Decoder, DecoderOptions, FlowControl, Instruction, Mnemonic, RflagsBits};

use super::Need;
use crate::image::Image;
use crate::isa::Decoded;

/// The features that the instruction at an offset needs beyond the baseline. None if there is no instruction.
pub fn needs(image: &Image, at: u64) -> Vec<Need> {
    let Some(instruction) = decode(image, at) else {
        return Vec::new();
    };
    match instruction.mnemonic() {
        // Older processors decode these as no-ops: cache and branch prediction hints, landing pads, and the read of the
        // shadow stack pointer, which leaves its register unchanged if there is no shadow stack.
        Mnemonic::Prefetch
        | Mnemonic::Prefetchw
        | Mnemonic::Prefetchwt1
        | Mnemonic::Prefetchit0
        | Mnemonic::Prefetchit1
        | Mnemonic::Cldemote
        | Mnemonic::Endbr32
        | Mnemonic::Endbr64
        | Mnemonic::Rdsspd
        | Mnemonic::Rdsspq => Vec::new(),
        // The first 64-bit processors lack these two in 64-bit mode. The decoder counts them as 8086 instructions.
        Mnemonic::Lahf | Mnemonic::Sahf => vec![Need::of("lahfsahf")],
        _ => instruction
            .cpuid_features()
            .iter()
            .filter(|feature| !is_baseline(**feature))
            .map(|&feature| name(feature).map_or_else(|| Need::unlisted(feature), Need::of))
            .collect(),
    }
}

/// How many instructions are searched for one that overwrites the flags.
const FOLLOWED: usize = 64;

/// Whether the instruction is a `tzcnt` that compilers use on all processors: without BMI1 it is a `bsf`, with the same
/// result for every number but 0.
///
/// LLVM writes it instead of `bsf` if the number is not 0 (or the destination holds the operand's size already), and
/// only if nothing reads the flags, which differ. The machine code does not show that the number is not 0.
///
/// SOUNDNESS: R9
pub fn is_backward_compatible(image: &Image, at: u64) -> bool {
    decode(image, at).is_some_and(|instruction| {
        instruction.mnemonic() == Mnemonic::Tzcnt && are_flags_dead(image, instruction.next_ip())
    })
}

/// Whether the carry and zero flags are overwritten before they are read. False if that takes more than following one
/// path.
fn are_flags_dead(image: &Image, mut at: u64) -> bool {
    const DIFFER: u32 = RflagsBits::CF | RflagsBits::ZF;
    let mut live = DIFFER;
    for _ in 0..FOLLOWED {
        let Some(instruction) = decode(image, at) else {
            return false;
        };
        if instruction.rflags_read() & live != 0 {
            return false;
        }
        live &= !instruction.rflags_modified();
        if live == 0 {
            return true;
        }
        at = match instruction.flow_control() {
            FlowControl::Next => instruction.next_ip(),
            FlowControl::UnconditionalBranch => instruction.near_branch64(),
            // The C ABI passes no flags.
            FlowControl::Call | FlowControl::IndirectCall | FlowControl::Return => return true,
            _ => return false,
        };
    }
    false
}

/// The instruction in assembly.
pub fn text(image: &Image, at: u64) -> String {
    decode(image, at).map_or_else(String::new, |instruction| instruction.text(at))
}

fn decode(image: &Image, at: u64) -> Option<Instruction> {
    let code = image.code().get(usize::try_from(at).ok()?..)?;
    let mut decoder = Decoder::with_ip(64, code, at, DecoderOptions::NONE);
    Some(decoder.decode()).filter(|instruction| !instruction.is_invalid())
}

fn is_baseline(feature: CpuidFeature) -> bool {
    use CpuidFeature as F;
    matches!(
        feature,
        F::INTEL8086
            | F::INTEL186
            | F::INTEL286
            | F::INTEL386
            | F::INTEL486
            | F::X64
            | F::CLFSH
            | F::CMOV
            | F::CPUID
            | F::CX8
            | F::FPU
            | F::FPU287
            | F::FPU387
            | F::FXSR
            | F::MMX
            | F::MSR
            | F::MULTIBYTENOP
            | F::PAUSE
            | F::RDPMC
            | F::SEP
            | F::SSE
            | F::SSE2
            | F::SYSCALL
            | F::TSC
    )
}

/// rustc's name for one of the decoder's features.
fn name(feature: CpuidFeature) -> Option<&'static str> {
    use CpuidFeature as F;
    Some(match feature {
        F::ADX => "adx",
        F::AES => "aes",
        F::AVX => "avx",
        F::AVX2 => "avx2",
        F::AVX512_BF16 => "avx512bf16",
        F::AVX512_BITALG => "avx512bitalg",
        F::AVX512_FP16 => "avx512fp16",
        F::AVX512_IFMA => "avx512ifma",
        F::AVX512_VBMI => "avx512vbmi",
        F::AVX512_VBMI2 => "avx512vbmi2",
        F::AVX512_VNNI => "avx512vnni",
        F::AVX512_VP2INTERSECT => "avx512vp2intersect",
        F::AVX512_VPOPCNTDQ => "avx512vpopcntdq",
        F::AVX512BW => "avx512bw",
        F::AVX512CD => "avx512cd",
        F::AVX512DQ => "avx512dq",
        F::AVX512F => "avx512f",
        F::AVX512VL => "avx512vl",
        F::AVX_IFMA => "avxifma",
        F::AVX_NE_CONVERT => "avxneconvert",
        F::AVX_VNNI => "avxvnni",
        F::AVX_VNNI_INT16 => "avxvnniint16",
        F::AVX_VNNI_INT8 => "avxvnniint8",
        F::BMI1 => "bmi1",
        F::BMI2 => "bmi2",
        F::CMPXCHG16B => "cmpxchg16b",
        F::F16C => "f16c",
        F::FMA => "fma",
        F::GFNI => "gfni",
        F::LZCNT => "lzcnt",
        F::MOVBE => "movbe",
        F::PCLMULQDQ => "pclmulqdq",
        F::POPCNT => "popcnt",
        F::RDRAND => "rdrand",
        F::RDSEED => "rdseed",
        F::SHA => "sha",
        F::SHA512 => "sha512",
        F::SM3 => "sm3",
        F::SM4 => "sm4",
        F::SSE3 => "sse3",
        F::SSE4_1 => "sse4.1",
        F::SSE4_2 => "sse4.2",
        F::SSE4A => "sse4a",
        F::SSSE3 => "ssse3",
        F::VAES => "vaes",
        F::VPCLMULQDQ => "vpclmulqdq",
        F::XSAVE => "xsave",
        F::XSAVEC => "xsavec",
        F::XSAVEOPT => "xsaveopt",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn names_are_those_of_rustc() {
        let named: BTreeMap<_, _> = CpuidFeature::values()
            .filter_map(|feature| Some((name(feature)?, feature)))
            .collect();
        // `rustc --print target-features --target x86_64-unknown-none`, as far as the decoder tells them apart.
        let known = "adx aes avx avx2 avx512bf16 avx512bitalg avx512bw avx512cd avx512dq avx512f avx512fp16 avx512ifma \
                        avx512vbmi avx512vbmi2 avx512vl avx512vnni avx512vp2intersect avx512vpopcntdq avxifma avxneconvert \
                        avxvnni avxvnniint16 avxvnniint8 bmi1 bmi2 cmpxchg16b f16c fma gfni lzcnt movbe pclmulqdq popcnt \
                        rdrand rdseed sha sha512 sm3 sm4 sse3 sse4.1 sse4.2 sse4a ssse3 vaes vpclmulqdq xsave xsavec \
                        xsaveopt";
        assert_eq!(named.keys().copied().collect::<Vec<_>>().join(" "), known);
        // The decoder writes the same words.
        let plain = |text: &str| text.to_lowercase().replace(['_', '.', '-'], "");
        for (name, feature) in named {
            assert_eq!(plain(name), plain(&format!("{feature:?}")));
            assert!(!is_baseline(feature));
        }
    }
}
