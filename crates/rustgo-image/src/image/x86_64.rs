//! x86-64: the relocations that an image resolves, and how instructions that load an address from the linker's table
//! (GOT) are rewritten to use the address directly.

use object::elf::{self, RelocationType};

use super::Reference;
use super::elf::{Linked, Relocation};
use super::error::{Error, Result};

/// The relocation that does nothing. Its number is the same on every processor.
pub const NONE: RelocationType = elf::R_X86_64_NONE;

/// Whether a relocation holds a whole address.
pub fn is_absolute(kind: RelocationType) -> bool {
    matches!(kind, elf::R_X86_64_64 | elf::R_X86_64_32 | elf::R_X86_64_32S)
}

/// Whether [`resolve`] understands a relocation.
pub fn is_known(kind: RelocationType) -> bool {
    kind == NONE || is_relative(kind) || is_got(kind)
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

/// Rewrites the instructions that use the table of addresses, and lists every reference of the image.
///
/// # Errors
///
/// If an instruction uses the table in a way that has no direct form.
pub fn resolve(linked: &Linked, bytes: &mut [u8]) -> Result<Vec<Reference>> {
    let mut references = Vec::new();
    for relocation in &linked.relocations {
        let symbol = &linked.symbols[relocation.symbol];
        if is_got(relocation.kind) {
            let code = &mut bytes[..linked.code_size as usize];
            let at = rewrite(code, relocation, symbol.address, &symbol.name)?;
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
            // In code, distances count from the end of the instruction, which the addend corrects.
            let end = if at < linked.code_size { width } else { 0 };
            references.push(Reference {
                at,
                target: target.wrapping_add(end),
            });
        }
    }
    Ok(references)
}

/// Returns the offset of the distance in the rewritten instruction.
fn rewrite(code: &mut [u8], relocation: &Relocation, target: u64, name: &str) -> Result<u64> {
    let at = relocation.at as usize;
    if at < 2 || at + 4 > code.len() {
        return Err(Error::Instruction(format!(
            "something other than an instruction uses the linker's table of addresses, at image offset {at:#x}"
        )));
    }
    if relocation.addend != -4 {
        return Err(Error::Instruction(format!(
            "an instruction in front of image offset {at:#x} reads the address of `{name}` with an immediate operand; \
             it has no form that takes the address directly"
        )));
    }
    let distance = |end: usize| -> Result<[u8; 4]> {
        let distance = i32::try_from(target.wrapping_sub(end as u64) as i64)
            .map_err(|_| Error::Instruction(format!("`{name}` is too far away from image offset {at:#x}")))?;
        Ok(distance.to_le_bytes())
    };
    let (opcode, modrm) = (code[at - 2], code[at - 1]);
    // The byte before may belong to the previous instruction: the relocation type tells whether the instruction has a
    // REX prefix (System V ABI for AMD64, B.2).
    let rex = match relocation.kind {
        elf::R_X86_64_GOTPCRELX => None,
        _ => code[..at - 2].last().filter(|byte| *byte & 0xf0 == 0x40),
    };
    let is_wide = rex.is_some_and(|rex| rex & 0x08 != 0);
    match (opcode, modrm) {
        // call [rip + d] becomes addr32 call: the same length, and the prefix does nothing.
        (0xff, 0x15) => {
            code[at - 2..at].copy_from_slice(&[0x67, 0xe8]);
            code[at..at + 4].copy_from_slice(&distance(at + 4)?);
            Ok(at as u64)
        }
        // jmp [rip + d] becomes jmp; nop.
        (0xff, 0x25) => {
            code[at - 2] = 0xe9;
            code[at - 1..at + 3].copy_from_slice(&distance(at + 3)?);
            code[at + 3] = 0x90;
            Ok(at as u64 - 1)
        }
        // mov r64, [rip + d] becomes lea r64, [rip + d].
        (0x8b, modrm) if modrm & 0xc7 == 0x05 && is_wide => {
            code[at - 2] = 0x8d;
            code[at..at + 4].copy_from_slice(&distance(at + 4)?);
            Ok(at as u64)
        }
        _ => Err(Error::Instruction(format!(
            "the instruction at image offset {:#x} (opcode {opcode:02x} {modrm:02x}) uses the address of `{name}` \
             from memory; it has no form of the same length that takes the address directly",
            at - 2 - usize::from(rex.is_some())
        ))),
    }
}

#[cfg(test)]
mod tests;
