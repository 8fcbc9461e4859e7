//! The image's machine code: no instruction in it may take a time that depends on what it works on.
//!
//! Which do: Intel, "Data Operand Independent Timing Instruction Set Architecture (ISA) Guidance" (2022), by what its list of
//! instructions leaves out: divisions and square roots, whole and of floating-point numbers, the string instructions that end
//! at a difference, and the bit-by-bit ones that old AMD processors have in microcode (PDEP, PEXT: Fog, "Instruction tables",
//! Zen 2).

use iced_x86::{Decoder, DecoderOptions, Instruction, Mnemonic};

use crate::image::Image;

/// What takes a time of its own for each operand.
fn is_variable(instruction: &Instruction) -> bool {
    use Mnemonic::*;
    matches!(
        instruction.mnemonic(),
        Div | Idiv
            | Divss
            | Divsd
            | Divps
            | Divpd
            | Vdivss
            | Vdivsd
            | Vdivps
            | Vdivpd
            | Sqrtss
            | Sqrtsd
            | Sqrtps
            | Sqrtpd
            | Vsqrtss
            | Vsqrtsd
            | Vsqrtps
            | Vsqrtpd
            | Fdiv
            | Fdivp
            | Fdivr
            | Fdivrp
            | Fidiv
            | Fidivr
            | Fsqrt
            | Fprem
            | Fprem1
            | Pdep
            | Pext
            | Cmpsb
            | Cmpsw
            | Cmpsq
            | Scasb
            | Scasw
            | Scasd
            | Scasq
            | Pcmpestri
            | Pcmpestrm
            | Pcmpistri
            | Pcmpistrm
            | Vpcmpestri
            | Vpcmpestrm
            | Vpcmpistri
            | Vpcmpistrm
    ) || (instruction.mnemonic() == Cmpsd && instruction.is_string_instruction())
}

/// The first such instruction of the image, if there is one.
pub fn run(image: &Image) -> Option<String> {
    image
        .functions()
        .find_map(|(address, code)| find(code, address).map(|(at, text)| (at as usize, text)))
        .map(|(at, text)| format!("`{text}` at {}", image.describe(at).unwrap_or_default()))
}

/// The first such instruction of some machine code.
fn find(code: &[u8], address: usize) -> Option<(u64, String)> {
    let decoder = Decoder::with_ip(64, code, address as u64, DecoderOptions::NONE);
    let found = decoder.into_iter().find(is_variable)?;
    Some((found.ip(), found.to_string()))
}

/// Whether it is noticed when there is one.
pub fn finds_planted() -> bool {
    // div rcx; divsd xmm0, xmm1; repe cmpsb; pext rax, rax, rcx
    let planted: [&[u8]; 4] = [
        &[0x90, 0x48, 0xf7, 0xf1],
        &[0x90, 0xf2, 0x0f, 0x5e, 0xc1],
        &[0x90, 0xf3, 0xa6],
        &[0x90, 0xc4, 0xe2, 0xfa, 0xf5, 0xc1],
    ];
    planted
        .iter()
        .all(|code| find(code, 0).is_some_and(|(at, _)| at == 1))
        && find(&[0x90, 0xc3], 0).is_none()
}
