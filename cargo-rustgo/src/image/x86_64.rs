//! x86-64: which relocations an image resolves, and how instructions that go through the linker's table of
//! addresses are rewritten to reach their target themselves.

use anyhow::{Result, bail, ensure};
use object::elf::{self, RelocationType};

use super::Reference;
use super::elf::{Linked, Relocation};

/// A relocation that holds a whole address.
pub fn is_absolute(kind: RelocationType) -> bool {
    matches!(kind, elf::R_X86_64_64 | elf::R_X86_64_32 | elf::R_X86_64_32S)
}

/// A relocation that [`resolve`] understands.
pub fn is_known(kind: RelocationType) -> bool {
    kind == super::refuse::NONE || is_relative(kind) || is_got(kind)
}

fn is_relative(kind: RelocationType) -> bool {
    matches!(
        kind,
        elf::R_X86_64_PC32 | elf::R_X86_64_PLT32 | elf::R_X86_64_PC64
    )
}

fn is_got(kind: RelocationType) -> bool {
    matches!(
        kind,
        elf::R_X86_64_GOTPCREL | elf::R_X86_64_GOTPCRELX | elf::R_X86_64_REX_GOTPCRELX
    )
}

/// Rewrites the instructions that go through the table of addresses, and lists every reference of the image.
///
/// # Errors
///
/// An instruction uses the table in a way that has no form without it.
pub fn resolve(linked: &Linked, bytes: &mut [u8]) -> Result<Vec<Reference>> {
    let mut references = Vec::new();
    for relocation in &linked.relocations {
        let symbol = &linked.symbols[relocation.symbol];
        if is_got(relocation.kind) {
            let at = rewrite(bytes, relocation, symbol.address, &symbol.name)?;
            references.push(Reference {
                at,
                target: symbol.address,
            });
        } else if is_relative(relocation.kind) {
            let at = relocation.at;
            let width = if relocation.kind == elf::R_X86_64_PC64 {
                8
            } else {
                4
            };
            let target = symbol.address.wrapping_add_signed(relocation.addend);
            // In code the processor counts from the instruction's end, for which the addend makes up.
            let end = if at < linked.code_size { width } else { 0 };
            references.push(Reference {
                at,
                target: target.wrapping_add(end),
            });
        }
    }
    Ok(references)
}

/// Returns the place that then holds the distance.
fn rewrite(bytes: &mut [u8], relocation: &Relocation, target: u64, name: &str) -> Result<u64> {
    let at = relocation.at as usize;
    ensure!(
        at >= 3 && at + 4 <= bytes.len(),
        "a relocation lies outside the image"
    );
    ensure!(
        relocation.addend == -4,
        "an instruction in front of image offset {at:#x} reads the address of `{name}` with an immediate operand; \
         it has no form that takes the address directly"
    );
    let distance = |end: usize| -> Result<[u8; 4]> {
        let distance = i32::try_from(target as i64 - end as i64)?;
        Ok(distance.to_le_bytes())
    };
    let (opcode, modrm) = (bytes[at - 2], bytes[at - 1]);
    match (opcode, modrm) {
        // call [rip + d] becomes addr32 call: the same length, and the prefix does nothing.
        (0xff, 0x15) => {
            bytes[at - 2..at].copy_from_slice(&[0x67, 0xe8]);
            bytes[at..at + 4].copy_from_slice(&distance(at + 4)?);
            Ok(at as u64)
        }
        // jmp [rip + d] becomes jmp; nop.
        (0xff, 0x25) => {
            bytes[at - 2] = 0xe9;
            bytes[at - 1..at + 3].copy_from_slice(&distance(at + 3)?);
            bytes[at + 3] = 0x90;
            Ok(at as u64 - 1)
        }
        // mov r64, [rip + d] becomes lea r64, [rip + d].
        (0x8b, modrm) if modrm & 0xc7 == 0x05 && bytes[at - 3] & 0xf8 == 0x48 => {
            bytes[at - 2] = 0x8d;
            bytes[at..at + 4].copy_from_slice(&distance(at + 4)?);
            Ok(at as u64)
        }
        _ => bail!(
            "the instruction at image offset {:#x} (opcode {opcode:02x} {modrm:02x}) uses the address of `{name}` \
             from memory; it has no form of the same length that takes the address directly",
            at - 3
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rewritten(code: &[u8], at: u64, target: u64) -> Result<(Vec<u8>, u64)> {
        let mut bytes = code.to_vec();
        let relocation = Relocation {
            at,
            kind: elf::R_X86_64_GOTPCREL,
            symbol: 0,
            addend: -4,
        };
        let at = rewrite(&mut bytes, &relocation, target, "f")?;
        Ok((bytes, at))
    }

    #[test]
    fn a_call_through_the_table_calls_its_target() {
        let code = [0x90, 0xff, 0x15, 0, 0, 0, 0, 0x90];
        assert_eq!(
            rewritten(&code, 3, 0x100).unwrap(),
            (vec![0x90, 0x67, 0xe8, 0xf9, 0, 0, 0, 0x90], 3)
        );
    }

    #[test]
    fn a_jump_through_the_table_jumps_to_its_target() {
        let code = [0x90, 0xff, 0x25, 0, 0, 0, 0];
        assert_eq!(
            rewritten(&code, 3, 0x100).unwrap(),
            (vec![0x90, 0xe9, 0xfa, 0, 0, 0, 0x90], 2)
        );
    }

    #[test]
    fn a_load_from_the_table_takes_the_address() {
        let code = [0x4c, 0x8b, 0x25, 0, 0, 0, 0];
        assert_eq!(
            rewritten(&code, 3, 7).unwrap(),
            (vec![0x4c, 0x8d, 0x25, 0, 0, 0, 0], 3)
        );
    }

    #[test]
    fn a_comparison_with_the_table_is_refused() {
        let error = rewritten(&[0x48, 0x3b, 0x05, 0, 0, 0, 0], 3, 7).unwrap_err();
        assert!(error.to_string().contains("opcode 3b 05"), "{error}");
    }
}
