//! One case for each form of instruction that uses the table of addresses, and for each type of relocation.

use object::elf::RelocationType;

use super::*;
use crate::image::sample::{FUNCTION, IMAGE, OBJECT, READ, Sample, WRITE};
use crate::processor::Processor;

const GOT: RelocationType = elf::R_X86_64_GOTPCREL;
const GOT_X: RelocationType = elf::R_X86_64_GOTPCRELX;
const REX_GOT_X: RelocationType = elf::R_X86_64_REX_GOTPCRELX;

/// Rewrites the instruction whose last four bytes are its displacement, and returns the code and the new place.
fn rewritten_as(kind: RelocationType, code: &[u8], at: u64, target: u64) -> Result<(Vec<u8>, u64)> {
    let mut bytes = code.to_vec();
    let relocation = Relocation {
        at,
        kind,
        symbol: 0,
        addend: -4,
    };
    let at = rewrite(&mut bytes, &relocation, target, "f")?;
    Ok((bytes, at))
}

fn rewritten(code: &[u8], at: u64, target: u64) -> Result<(Vec<u8>, u64)> {
    rewritten_as(GOT, code, at, target)
}

/// The instruction that iced decodes at an offset, for the image at 0.
fn decoded(code: &[u8], at: u64) -> iced_x86::Instruction {
    iced_x86::Decoder::with_ip(64, &code[at as usize..], at, iced_x86::DecoderOptions::NONE).decode()
}

#[test]
fn a_call_through_the_table_calls_its_target() {
    let code = [0x90, 0xff, 0x15, 0, 0, 0, 0, 0x90];
    for kind in [GOT, GOT_X] {
        assert_eq!(
            rewritten_as(kind, &code, 3, 0x100).unwrap(),
            (vec![0x90, 0x67, 0xe8, 0xf9, 0, 0, 0, 0x90], 3)
        );
    }
    let (code, _) = rewritten(&code, 3, 0x100).unwrap();
    let call = decoded(&code, 1);
    assert_eq!(
        (call.mnemonic(), call.len(), call.near_branch_target()),
        (iced_x86::Mnemonic::Call, 6, 0x100)
    );
}

#[test]
fn a_jump_through_the_table_jumps_to_its_target() {
    let code = [0x90, 0xff, 0x25, 0, 0, 0, 0];
    for kind in [GOT, GOT_X] {
        assert_eq!(
            rewritten_as(kind, &code, 3, 0x100).unwrap(),
            (vec![0x90, 0xe9, 0xfa, 0, 0, 0, 0x90], 2)
        );
    }
    let (code, _) = rewritten(&code, 3, 0x100).unwrap();
    assert_eq!(decoded(&code, 1).near_branch_target(), 0x100);
    assert_eq!(decoded(&code, 6).mnemonic(), iced_x86::Mnemonic::Nop);
}

/// A function that starts with such a call or jump may be at the image's start.
#[test]
fn the_first_instruction_of_the_image_is_rewritten() {
    let call = rewritten_as(GOT_X, &[0xff, 0x15, 0, 0, 0, 0], 2, 6).unwrap();
    assert_eq!(call, (vec![0x67, 0xe8, 0, 0, 0, 0], 2));
    let jump = rewritten_as(GOT, &[0xff, 0x25, 0, 0, 0, 0], 2, 5).unwrap();
    assert_eq!(jump, (vec![0xe9, 0, 0, 0, 0, 0x90], 1));
    let load = rewritten_as(REX_GOT_X, &[0x48, 0x8b, 0x05, 0, 0, 0, 0], 3, 7).unwrap();
    assert_eq!(load, (vec![0x48, 0x8d, 0x05, 0, 0, 0, 0], 3));
}

#[test]
fn a_load_of_64_bits_takes_the_address_in_every_register() {
    for rex in 0x48..=0x4f {
        for register in 0..8 {
            let code = [rex, 0x8b, 0x05 | register << 3, 0, 0, 0, 0];
            for kind in [GOT, REX_GOT_X] {
                let (code, at) = rewritten_as(kind, &code, 3, 0x107).unwrap();
                assert_eq!(code, [rex, 0x8d, 0x05 | register << 3, 0, 1, 0, 0]);
                assert_eq!(at, 3);
                let lea = decoded(&code, 0);
                assert_eq!(lea.mnemonic(), iced_x86::Mnemonic::Lea);
                assert_eq!(lea.ip_rel_memory_address(), 0x107);
                let number = register | (rex & 4) << 1;
                assert_eq!(lea.op0_register(), iced_x86::Register::RAX + u32::from(number));
            }
        }
    }
}

/// `lea r32` would give the lower half of the address, where the load gives the lower half of the value.
#[test]
fn a_load_of_32_or_16_bits_is_refused() {
    for before in (0x40..0x48).chain([0x66, 0x90, 0x00, 0xf2, 0x58, 0xc8]) {
        let error = rewritten(&[before, 0x8b, 0x05, 0, 0, 0, 0], 3, 7).unwrap_err();
        assert!(
            error.to_string().contains("(opcode 8b 05)"),
            "{before:02x}: {error}"
        );
    }
    // At the image's start no byte is before it.
    assert!(rewritten(&[0x8b, 0x05, 0, 0, 0, 0], 2, 6).is_err());
}

/// The relocation says that the instruction has no REX prefix: what looks like one is the end of the previous
/// instruction, here `mov al, 0x48`.
#[test]
fn a_byte_of_the_instruction_before_is_no_prefix() {
    let code = [0xb0, 0x48, 0x8b, 0x05, 0, 0, 0, 0];
    assert!(rewritten_as(REX_GOT_X, &code, 4, 7).is_ok());
    let error = rewritten_as(GOT_X, &code, 4, 7).unwrap_err().to_string();
    assert!(
        error.contains("the instruction at image offset 0x2 (opcode 8b 05) uses the address of `f`"),
        "{error}"
    );
    let error = rewritten_as(REX_GOT_X, &[0xb0, 0x48, 0x3b, 0x05, 0, 0, 0, 0], 4, 7).unwrap_err();
    assert!(
        error.to_string().contains("image offset 0x1 (opcode 3b 05)"),
        "{error}"
    );
}

/// Only the form with a displacement and no register uses the table.
#[test]
fn other_forms_of_the_same_opcodes_are_refused() {
    for modrm in 0..=0xff {
        let is_load = modrm & 0xc7 == 0x05;
        let load = rewritten(&[0x48, 0x8b, modrm, 0, 0, 0, 0], 3, 7);
        assert_eq!(load.is_ok(), is_load, "mov {modrm:02x}");
        let is_branch = matches!(modrm, 0x15 | 0x25);
        let branch = rewritten(&[0x90, 0xff, modrm, 0, 0, 0, 0], 3, 7);
        assert_eq!(branch.is_ok(), is_branch, "group 5 {modrm:02x}");
    }
}

/// `add`, `or`, `adc`, `sbb`, `and`, `sub`, `xor`, `cmp`, `test`, `mov` to memory, `push` and `lea` have no form with
/// the address itself.
#[test]
fn every_other_opcode_is_refused() {
    for opcode in (0..=0xff).filter(|opcode| !matches!(opcode, 0x8b | 0xff)) {
        for modrm in [0x05, 0x15, 0x25, 0x35] {
            let error = rewritten(&[0x48, opcode, modrm, 0, 0, 0, 0], 3, 7).unwrap_err();
            let told = format!("opcode {opcode:02x} {modrm:02x}");
            assert!(error.to_string().contains(&told), "{error}");
        }
    }
}

#[test]
fn an_immediate_operand_behind_the_displacement_is_refused() {
    for addend in [-5, -3, 0, -8] {
        let relocation = Relocation {
            at: 3,
            kind: GOT,
            symbol: 0,
            addend,
        };
        let mut code = [0x48, 0x8b, 0x05, 0, 0, 0, 0, 1];
        let error = rewrite(&mut code, &relocation, 7, "f").unwrap_err().to_string();
        assert!(
            error.contains("reads the address of `f` with an immediate operand"),
            "{error}"
        );
    }
}

#[test]
fn an_instruction_lies_in_the_code_as_a_whole() {
    let code = [0x48, 0x8b, 0x05, 0, 0, 0, 0];
    assert!(rewritten(&code, 3, 7).is_ok());
    for at in [0, 1, 4, 7, 1 << 40] {
        let error = rewritten(&code, at, 7).unwrap_err().to_string();
        assert!(
            error.contains("something other than an instruction uses the linker's table"),
            "{at}: {error}"
        );
    }
}

#[test]
fn a_distance_has_four_bytes() {
    let call = [0x90, 0xff, 0x15, 0, 0, 0, 0];
    let far = |target| rewritten(&call, 3, target).map(|(code, _)| code[3..].to_vec());
    assert_eq!(far(7 + 0x7fff_ffff).unwrap(), [0xff, 0xff, 0xff, 0x7f]);
    assert_eq!(far(7u64.wrapping_sub(0x8000_0000)).unwrap(), [0, 0, 0, 0x80]);
    for target in [
        7 + 0x8000_0000,
        7u64.wrapping_sub(0x8000_0001),
        1 << 63,
        (1 << 63) + 6,
    ] {
        let error = far(target).unwrap_err().to_string();
        assert!(
            error.contains("`f` is too far away from image offset 0x3"),
            "{error}"
        );
    }
}

/// The target of each type of relocation, from code and from constants.
#[test]
fn references_lead_to_what_is_meant() {
    let code = [0x90; 32];
    let mut sample = Sample::new(Processor::X86_64, &code, &[0; 32]);
    let table = sample.symbol("TABLE", OBJECT, IMAGE, 40, 16);
    for (at, kind, addend) in [
        (4, elf::R_X86_64_PC32, -4),
        (8, elf::R_X86_64_PLT32, -4),
        (16, elf::R_X86_64_PC64, -8),
        // The last place of the code, and the first and second one of the constants.
        (28, elf::R_X86_64_PC32, -1),
        (32, elf::R_X86_64_PC32, 3),
        (40, elf::R_X86_64_PC64, 5),
        (56, elf::R_X86_64_NONE, 0),
        (60, elf::R_X86_64_32, 0),
    ] {
        sample.relocation(IMAGE, at, kind, table, addend);
    }
    let linked = sample.linked();
    let mut bytes = linked.bytes.clone();
    let references = resolve(&linked, &mut bytes).unwrap();
    let told: Vec<_> = references.iter().map(|r| (r.at, r.target)).collect();
    assert_eq!(told, [(4, 40), (8, 40), (16, 40), (28, 43), (32, 43), (40, 45)]);
    assert_eq!(bytes, linked.bytes);
}

/// Only code uses the table, and its entries have no place in the image.
#[test]
fn references_by_the_table_lead_past_it() {
    let mut code = [0x90; 32];
    code[..6].copy_from_slice(&[0xff, 0x25, 1, 2, 3, 4]);
    code[8..15].copy_from_slice(&[0x4c, 0x8b, 0x3d, 1, 2, 3, 4]);
    let mut sample = Sample::new(Processor::X86_64, &code, &[0xff, 0x25, 0, 0, 0, 0]);
    let f = sample.symbol("f", FUNCTION, IMAGE, 20, 4);
    sample.relocation(IMAGE, 2, GOT, f, -4);
    sample.relocation(IMAGE, 11, REX_GOT_X, f, -4);
    let linked = sample.linked();
    let mut bytes = linked.bytes.clone();
    let references = resolve(&linked, &mut bytes).unwrap();
    let told: Vec<_> = references.iter().map(|r| (r.at, r.target)).collect();
    assert_eq!(told, [(1, 20), (11, 20)]);
    assert_eq!(bytes[..6], [0xe9, 15, 0, 0, 0, 0x90]);
    assert_eq!(bytes[8..15], [0x4c, 0x8d, 0x3d, 5, 0, 0, 0]);

    sample.relocation(IMAGE, 34, GOT, f, -4);
    let error = sample.image(&["f"], &[]).unwrap_err().to_string();
    assert!(
        error.contains("uses the linker's table of addresses, at image offset 0x22"),
        "{error}"
    );
}

/// The relocation types, by the numbers of the System V ABI for AMD64, table 4.9.
#[test]
fn kinds_are_those_of_the_abi() {
    let (mut absolute, mut known) = (Vec::new(), Vec::new());
    for number in 0..64 {
        let kind = RelocationType(number);
        if is_absolute(kind) {
            absolute.push(number);
        }
        if is_known(kind) {
            known.push(number);
        }
    }
    // 64, 32, 32S.
    assert_eq!(absolute, [1, 10, 11]);
    // NONE, PC32, PLT32, GOTPCREL, PC64, GOTPCRELX, REX_GOTPCRELX.
    assert_eq!(known, [0, 2, 4, 9, 24, 41, 42]);
}

/// Addresses of thread-locals and of writable data look like any other.
#[test]
fn a_section_beside_the_image_is_not_read_as_a_part_of_it() {
    let mut sample = Sample::new(Processor::X86_64, &[0xc3; 16], &[]);
    sample.section(".data", WRITE, 0x100, &[1; 8]);
    sample.section(".other", READ, 0x200, &[1; 8]);
    assert_eq!(sample.linked().bytes, [0xc3; 16]);
}
