//! AArch64: the relocations that an image resolves, and how instructions that count in pages are rewritten to count in
//! bytes, because an image may be loaded at any multiple of 64.

use object::elf::{self, RelocationType};

use super::Reference;
use super::elf::{Linked, Relocation};
use super::error::{Error, Result};

/// Whether a relocation holds a whole address.
pub fn is_absolute(kind: RelocationType) -> bool {
    matches!(
        kind,
        elf::R_AARCH64_ABS64
            | elf::R_AARCH64_ABS32
            | elf::R_AARCH64_MOVW_UABS_G0
            | elf::R_AARCH64_MOVW_UABS_G0_NC
            | elf::R_AARCH64_MOVW_UABS_G1
            | elf::R_AARCH64_MOVW_UABS_G1_NC
            | elf::R_AARCH64_MOVW_UABS_G2
            | elf::R_AARCH64_MOVW_UABS_G2_NC
            | elf::R_AARCH64_MOVW_UABS_G3
    )
}

/// Whether [`resolve`] understands a relocation.
pub fn is_known(kind: RelocationType) -> bool {
    kind == elf::R_AARCH64_NONE || is_relative(kind) || is_page(kind) || is_low(kind) || is_got(kind)
}

fn is_relative(kind: RelocationType) -> bool {
    matches!(
        kind,
        elf::R_AARCH64_CALL26
            | elf::R_AARCH64_JUMP26
            | elf::R_AARCH64_CONDBR19
            | elf::R_AARCH64_TSTBR14
            | elf::R_AARCH64_ADR_PREL_LO21
            | elf::R_AARCH64_LD_PREL_LO19
            | elf::R_AARCH64_PREL32
            | elf::R_AARCH64_PREL64
    )
}

fn is_page(kind: RelocationType) -> bool {
    matches!(
        kind,
        elf::R_AARCH64_ADR_PREL_PG_HI21 | elf::R_AARCH64_ADR_PREL_PG_HI21_NC
    )
}

fn is_low(kind: RelocationType) -> bool {
    matches!(
        kind,
        elf::R_AARCH64_ADD_ABS_LO12_NC
            | elf::R_AARCH64_LDST8_ABS_LO12_NC
            | elf::R_AARCH64_LDST16_ABS_LO12_NC
            | elf::R_AARCH64_LDST32_ABS_LO12_NC
            | elf::R_AARCH64_LDST64_ABS_LO12_NC
            | elf::R_AARCH64_LDST128_ABS_LO12_NC
    )
}

fn is_got(kind: RelocationType) -> bool {
    matches!(
        kind,
        elf::R_AARCH64_ADR_GOT_PAGE | elf::R_AARCH64_LD64_GOT_LO12_NC
    )
}

/// Whether a relocation is only for instructions that take an address.
pub fn is_of_instruction(kind: RelocationType) -> bool {
    is_page(kind) || is_low(kind) || is_got(kind) || kind == elf::R_AARCH64_ADR_PREL_LO21
}

/// Rewrites `adrp` to `adr`, and loads from the linker's table of addresses to moves of the address. Lists every
/// reference of the image.
///
/// # Errors
///
/// If a distance does not fit, or an instruction is not the one that its relocation type is for.
pub fn resolve(linked: &Linked, bytes: &mut [u8]) -> Result<Vec<Reference>> {
    let mut references = Vec::new();
    for &at in &linked.unused {
        // Any address will do.
        if is_adrp(u32::from_le_bytes(*word(bytes, at)?)) {
            adrp_to_adr(bytes, at, at)?;
        }
    }
    for relocation in &linked.relocations {
        let symbol = &linked.symbols[relocation.symbol];
        let target = symbol.address.wrapping_add_signed(relocation.addend);
        let reached = match relocation.kind {
            kind if is_page(kind) => {
                // The instruction that follows adds the low twelve bits.
                adrp_to_adr(bytes, relocation.at, target & !0xfff)?;
                target
            }
            elf::R_AARCH64_ADR_GOT_PAGE => {
                adrp_to_adr(bytes, relocation.at, target)?;
                target
            }
            elf::R_AARCH64_LD64_GOT_LO12_NC => {
                load_to_move(bytes, relocation)?;
                target
            }
            kind if is_relative(kind) || is_low(kind) => target,
            _ => continue,
        };
        references.push(Reference {
            at: relocation.at,
            target: reached,
        });
    }
    Ok(references)
}

fn word(bytes: &mut [u8], at: u64) -> Result<&mut [u8; 4]> {
    let at = at as usize;
    bytes
        .get_mut(at..at + 4)
        .and_then(|word| word.try_into().ok())
        .ok_or_else(|| Error::Instruction(format!("the relocation at {at:#x} is outside of the image")))
}

fn is_adrp(word: u32) -> bool {
    word & 0x9f00_0000 == 0x9000_0000
}

fn adrp_to_adr(bytes: &mut [u8], at: u64, target: u64) -> Result<()> {
    let word = word(bytes, at)?;
    let adrp = u32::from_le_bytes(*word);
    if !is_adrp(adrp) {
        return Err(Error::Instruction(format!(
            "the instruction at image offset {at:#x} is not an `adrp`"
        )));
    }
    let distance = target.wrapping_sub(at) as i64;
    if !(-(1 << 20)..1 << 20).contains(&distance) {
        return Err(Error::Instruction(format!(
            "the image is too large: the `adrp` at image offset {at:#x} is {distance} bytes away from its target, \
             and `adr` reaches 1 MiB"
        )));
    }
    let distance = distance as u32 & 0x1f_ffff;
    let adr = 0x1000_0000 | (distance & 3) << 29 | (distance >> 2) << 5 | adrp & 0x1f;
    *word = adr.to_le_bytes();
    Ok(())
}

/// `ldr xN, [xM, #offset]` becomes `mov xN, xM`.
fn load_to_move(bytes: &mut [u8], relocation: &Relocation) -> Result<()> {
    let at = relocation.at;
    let word = word(bytes, at)?;
    let ldr = u32::from_le_bytes(*word);
    if ldr & 0xffc0_0000 != 0xf940_0000 {
        return Err(Error::Instruction(format!(
            "the instruction at image offset {at:#x} is not a load of an address"
        )));
    }
    let (target, base) = (ldr & 0x1f, ldr >> 5 & 0x1f);
    // Register 31 is the stack pointer in a load, but zero in a move.
    if base == 31 {
        return Err(Error::Instruction(format!(
            "the instruction at image offset {at:#x} loads an address relative to the stack pointer"
        )));
    }
    *word = (0xaa00_03e0 | base << 16 | target).to_le_bytes();
    Ok(())
}

#[cfg(test)]
mod tests;
