//! The image's machine code: no instruction in it may take a time that depends on what it works on.
//!
//! Which do: Intel, "Data Operand Independent Timing Instruction Set Architecture (ISA) Guidance" (2022), by what its list of
//! instructions leaves out: divisions and square roots, whole and of floating-point numbers, x87's other functions, the
//! string instructions that end at a difference, and the bit-by-bit ones that old AMD processors have in microcode (PDEP,
//! PEXT: Fog, "Instruction tables", Zen 2).

use anyhow::{Context, Result, ensure};
use iced_x86::{Decoder, DecoderOptions, Instruction, Mnemonic};

use crate::image::Image;
use crate::variable;

/// The least number of checked functions and instructions. The current image has 41 functions and 18,608 instructions.
const FUNCTIONS: usize = 30;
const INSTRUCTIONS: usize = 15_000;

/// What takes a time of its own for each operand.
fn is_variable(instruction: &Instruction) -> bool {
    let mnemonic = instruction.mnemonic();
    // `cmpsd` is also a comparison of floating-point numbers, in constant time.
    is_variable_by_name(mnemonic) || (mnemonic == Mnemonic::Cmpsd && instruction.is_string_instruction())
}

fn is_variable_by_name(mnemonic: Mnemonic) -> bool {
    use Mnemonic::*;
    matches!(
        mnemonic,
        Div | Idiv
            | Divss
            | Divsd
            | Divps
            | Divpd
            | Vdivss
            | Vdivsd
            | Vdivsh
            | Vdivps
            | Vdivpd
            | Vdivph
            | Sqrtss
            | Sqrtsd
            | Sqrtps
            | Sqrtpd
            | Vsqrtss
            | Vsqrtsd
            | Vsqrtsh
            | Vsqrtps
            | Vsqrtpd
            | Vsqrtph
            | Fdiv
            | Fdivp
            | Fdivr
            | Fdivrp
            | Fidiv
            | Fidivr
            | Fsqrt
            | Fprem
            | Fprem1
            | Fsin
            | Fcos
            | Fsincos
            | Fptan
            | Fpatan
            | F2xm1
            | Fyl2x
            | Fyl2xp1
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
    )
}

/// The numbers of checked items, and the first such instruction.
#[derive(Default)]
pub struct Looked {
    pub functions: usize,
    pub instructions: usize,
    /// Its offset in the image, and its text.
    found: Option<(usize, String)>,
}

impl Looked {
    /// At all functions of the image.
    fn at(image: &Image) -> Self {
        let mut looked = Self::default();
        for (offset, code) in image.functions() {
            looked.functions += 1;
            for instruction in Decoder::with_ip(64, code, offset as u64, DecoderOptions::NONE) {
                looked.instructions += 1;
                if looked.found.is_none() && is_variable(&instruction) {
                    looked.found = Some((instruction.ip() as usize, instruction.to_string()));
                }
            }
        }
        looked
    }

    /// What was found, if anything was, and where.
    pub fn describe(&self, image: &Image) -> Option<String> {
        let (offset, text) = self.found.as_ref()?;
        let place = image.describe(image.start() + offset).unwrap_or_default();
        Some(format!("`{text}` at {place}"))
    }
}

/// Looks at the image.
///
/// # Errors
///
/// There is less to look at than there must be.
pub fn run(image: &Image) -> Result<Looked> {
    let looked = Looked::at(image);
    ensure!(
        looked.functions >= FUNCTIONS && looked.instructions >= INSTRUCTIONS,
        "{} functions and {} instructions were looked at; at least {FUNCTIONS} and {INSTRUCTIONS} were expected",
        looked.functions,
        looked.instructions
    );
    ensure!(
        looked.functions == image.function_count(),
        "{} of {} functions were looked at",
        looked.functions,
        image.function_count()
    );
    for (name, offset) in &image.exports {
        let is_looked_at = image.functions().any(|(start, _)| start == *offset);
        ensure!(is_looked_at, "the export `{name}` was not looked at");
    }
    Ok(looked)
}

/// Plants an instruction of every kind at the start, in the middle and at the end of an archive's image, one at a time, and
/// returns how many there were.
///
/// # Errors
///
/// One is not found where it is.
pub fn find_planted(archive: &[u8]) -> Result<usize> {
    let image = Image::parse(archive)?;
    let functions: Vec<_> = image
        .functions()
        .map(|(offset, code)| (offset, code.len()))
        .collect();
    let (first, last) = (functions[0].0, functions[functions.len() - 1]);
    let middle = functions[functions.len() / 2];
    let mut count = 0;
    for (name, code) in variable::PLANTED {
        let inside = image.boundaries(middle.0);
        let mut from_the_end = image.boundaries(last.0).into_iter().rev();
        let end = from_the_end
            .find(|at| last.0 + last.1 - at >= code.len())
            .with_context(|| format!("there is no room for `{name}`"))?;
        for at in [first, inside[inside.len() / 2], end] {
            let planted = Image::parse(&image.with(archive, at, code))?;
            let found = run(&planted)?.found;
            ensure!(
                found.as_ref().is_some_and(|(place, _)| *place == at),
                "`{name}` at {at:#x} is not found, but {found:?}"
            );
            count += 1;
        }
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn decode(code: &[u8]) -> Instruction {
        let instruction = Decoder::new(64, code, DecoderOptions::NONE).decode();
        assert_eq!(instruction.len(), code.len(), "{code:02x?}");
        instruction
    }

    #[test]
    fn every_planted_instruction_is_variable() {
        for (name, code) in variable::PLANTED {
            let instruction = decode(code);
            assert_eq!(format!("{:?}", instruction.mnemonic()), *name);
            assert!(is_variable(&instruction), "{name}");
        }
    }

    #[test]
    fn every_variable_instruction_is_planted() {
        let planted: BTreeSet<_> = variable::PLANTED.iter().map(|(name, _)| *name).collect();
        for mnemonic in Mnemonic::values().filter(|mnemonic| is_variable_by_name(*mnemonic)) {
            assert!(planted.contains(&*format!("{mnemonic:?}")), "{mnemonic:?}");
        }
    }

    #[test]
    fn what_takes_constant_time_is_not_found() {
        for code in [
            // cmpsd xmm0, xmm1, 0; mul rcx; imul rax, rcx; shl eax, cl; vpmadd52luq zmm0, zmm1, zmm2; movsb
            &[0xf2, 0x0f, 0xc2, 0xc1, 0x00][..],
            &[0x48, 0xf7, 0xe1],
            &[0x48, 0x0f, 0xaf, 0xc1],
            &[0xd3, 0xe0],
            &[0x62, 0xf2, 0xf5, 0x48, 0xb4, 0xc2],
            &[0xa4],
        ] {
            assert!(!is_variable(&decode(code)), "{code:02x?}");
        }
    }
}
