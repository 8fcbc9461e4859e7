//! One case for each instruction that is rewritten, with every register and at the limits of its range.

use super::*;
use crate::image::sample::{FUNCTION, IMAGE, OBJECT, Sample};
use crate::processor::Processor;

const MEBIBYTE: i64 = 1 << 20;

/// `adrp`, as an assembler writes it for any page.
fn adrp(register: u32, pages: i32) -> u32 {
    0x9000_0000 | (pages as u32 & 3) << 29 | (pages as u32 >> 2 & 0x7_ffff) << 5 | register
}

/// The register and the distance of an `adr` (Arm Architecture Reference Manual, C6.2.12).
fn adr(word: u32) -> (u32, i64) {
    assert_eq!(word & 0x9f00_0000, 0x1000_0000, "{word:08x} is no `adr`");
    let distance = (word >> 5 & 0x7_ffff) << 2 | word >> 29 & 3;
    (word & 0x1f, i64::from((distance << 11) as i32 >> 11))
}

fn rewritten(word: u32, at: u64, target: u64) -> Result<u32> {
    let mut bytes = vec![0xaa; at as usize];
    bytes.extend(word.to_le_bytes());
    bytes.extend([0xbb; 4]);
    adrp_to_adr(&mut bytes, at, target)?;
    assert!(bytes[..at as usize].iter().all(|&byte| byte == 0xaa));
    assert_eq!(bytes[at as usize + 4..], [0xbb; 4]);
    Ok(u32::from_le_bytes(bytes[at as usize..][..4].try_into().unwrap()))
}

#[test]
fn adrp_becomes_adr_with_the_distance_in_bytes() {
    // adrp x3 at 0x10 becomes adr x3, #0xff0
    assert_eq!(rewritten(0x9000_0003, 0x10, 0x1000).unwrap(), 0x1000_7f83);
    for register in 0..32 {
        for distance in [
            0, 1, 2, 3, 4, 7, 0xfff, 0x1000, 0x1234, 0x1235, 0x1236, 0x1237, 0xf_fffc,
        ] {
            for pages in [0, -1, 0xf_ffff, 0x5_5555] {
                let word = rewritten(adrp(register, pages), 8, 8 + distance).unwrap();
                assert_eq!(adr(word), (register, distance as i64));
            }
        }
    }
}

#[test]
fn a_distance_may_lead_back() {
    for distance in [-1, -4, -0xfff, -0x1000, -0x1235] {
        let at = 0x4000;
        let word = rewritten(adrp(9, 3), at, at.wrapping_add_signed(distance)).unwrap();
        assert_eq!(adr(word), (9, distance));
    }
}

#[test]
fn a_distance_of_a_mebibyte_is_refused() {
    let at = 0x20;
    for (distance, reaches) in [
        (MEBIBYTE - 1, true),
        (MEBIBYTE, false),
        (MEBIBYTE + 1, false),
        (-MEBIBYTE, true),
        (-MEBIBYTE - 1, false),
        (i64::MAX, false),
        (i64::MIN, false),
    ] {
        let result = rewritten(adrp(3, 0), at, at.wrapping_add_signed(distance));
        match result {
            Ok(word) => {
                assert!(reaches, "{distance}");
                assert_eq!(adr(word), (3, distance));
            }
            Err(error) => {
                assert!(!reaches, "{distance}");
                let message = format!("the `adrp` at image offset 0x20 is {distance} bytes away");
                assert!(error.to_string().contains(&message), "{error}");
                assert!(error.to_string().contains("1 MiB"), "{error}");
            }
        }
    }
}

#[test]
fn what_is_no_adrp_is_refused() {
    // adr, add, ldr, b, and each bit of the opcode flipped.
    for word in [
        0x1000_0003,
        0x9100_0003,
        0xf940_0003,
        0x1400_0000,
        0xb000_0003 ^ 1 << 24,
    ] {
        let error = rewritten(word, 4, 0x1000).unwrap_err().to_string();
        assert!(
            error.contains("the instruction at image offset 0x4 is not an `adrp`"),
            "{error}"
        );
    }
    for bit in [24, 25, 26, 27, 28, 31] {
        assert!(rewritten(adrp(3, 0) ^ 1 << bit, 4, 0x1000).is_err(), "bit {bit}");
    }
    for bit in [0, 4, 5, 23, 29, 30] {
        assert!(rewritten(adrp(3, 0) ^ 1 << bit, 4, 0x1000).is_ok(), "bit {bit}");
    }
}

#[test]
fn an_instruction_lies_in_the_image_as_a_whole() {
    let mut bytes = [adrp(0, 0), adrp(0, 0)].map(u32::to_le_bytes).concat();
    assert!(adrp_to_adr(&mut bytes, 4, 0).is_ok());
    for at in [5, 8, 12] {
        let error = adrp_to_adr(&mut bytes, at, 0).unwrap_err().to_string();
        assert_eq!(
            error,
            format!("the relocation at {at:#x} is outside of the image")
        );
    }
}

fn moved(ldr: u32) -> Result<u32> {
    let mut bytes = ldr.to_le_bytes().to_vec();
    let relocation = Relocation {
        at: 0,
        kind: elf::R_AARCH64_LD64_GOT_LO12_NC,
        symbol: 0,
        addend: 0,
    };
    load_to_move(&mut bytes, &relocation)?;
    Ok(u32::from_le_bytes(bytes[..].try_into().unwrap()))
}

#[test]
fn a_load_from_the_table_becomes_a_move() {
    // ldr x8, [x9, #16] -> mov x8, x9
    assert_eq!(moved(0xf940_0928).unwrap(), 0xaa09_03e8);
    for target in 0..32 {
        for base in 0..31 {
            for offset in [0, 1, 0x1ff, 0xfff] {
                let mov = moved(0xf940_0000 | offset << 10 | base << 5 | target).unwrap();
                assert_eq!(mov, 0xaa00_03e0 | base << 16 | target);
            }
        }
    }
}

/// Loads of other widths, sign-extending loads, loads of vector registers, stores, and loads that write back.
#[test]
fn other_loads_from_the_table_are_refused() {
    for bit in 22..32 {
        let error = moved(0xf940_0928 ^ 1 << bit).unwrap_err().to_string();
        assert!(
            error.contains("the instruction at image offset 0x0 is not a load of an address"),
            "bit {bit}: {error}"
        );
    }
    // ldr x0, [sp, #16]: a move would take the zero register.
    let error = moved(0xf940_0be0).unwrap_err().to_string();
    assert!(
        error.contains("loads an address relative to the stack pointer"),
        "{error}"
    );
}

/// The code of a sample: `adrp` for every relocation, so that an unwanted rewrite is seen.
fn sample(words: &[u32]) -> Sample {
    let code: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    let mut sample = Sample::new(Processor::Aarch64, &code, &[0; 0x3000]);
    sample.symbol("TABLE", OBJECT, IMAGE, 0x1238, 16);
    sample
}

const TABLE: u32 = 2;

#[test]
fn pages_are_reached_by_their_bytes() {
    let add = 0x9100_0000 | 0x240 << 10;
    let mut sample = sample(&[adrp(0, 1), add, adrp(1, 1), adrp(2, 1), 0xf940_0042, adrp(3, 0)]);
    for (at, kind, addend) in [
        (0, elf::R_AARCH64_ADR_PREL_PG_HI21, 8),
        (4, elf::R_AARCH64_ADD_ABS_LO12_NC, 8),
        (8, elf::R_AARCH64_ADR_PREL_PG_HI21_NC, 0x1000),
        (12, elf::R_AARCH64_ADR_GOT_PAGE, 4),
        (16, elf::R_AARCH64_LD64_GOT_LO12_NC, 4),
        // A place whose relocation the linker removed.
        (20, elf::R_AARCH64_NONE, 0),
    ] {
        sample.relocation(IMAGE, at, kind, TABLE, addend);
    }
    let linked = sample.linked();
    let mut bytes = linked.bytes.clone();
    let references = resolve(&linked, &mut bytes).unwrap();
    let told: Vec<_> = references.iter().map(|r| (r.at, r.target)).collect();
    assert_eq!(
        told,
        [(0, 0x1240), (4, 0x1240), (8, 0x2238), (12, 0x123c), (16, 0x123c)]
    );
    let word = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
    assert_eq!(adr(word(0)), (0, 0x1000));
    assert_eq!(word(4), add);
    assert_eq!(adr(word(8)), (1, 0x2000 - 8));
    assert_eq!(adr(word(12)), (2, 0x123c - 12));
    // mov x2, x2
    assert_eq!(word(16), 0xaa02_03e2);
    assert_eq!(adr(word(20)), (3, 0));
}

/// The page is that of the sum, not the page of the symbol plus the addend.
#[test]
fn what_is_added_may_lead_to_another_page() {
    let mut sample = sample(&[adrp(0, 1), adrp(0, 1)]);
    sample.relocation(IMAGE, 0, elf::R_AARCH64_ADR_PREL_PG_HI21, TABLE, 0xdc8);
    sample.relocation(IMAGE, 4, elf::R_AARCH64_ADR_PREL_PG_HI21, TABLE, -0x239);
    let linked = sample.linked();
    let mut bytes = linked.bytes.clone();
    resolve(&linked, &mut bytes).unwrap();
    let word = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
    assert_eq!(adr(word(0)), (0, 0x2000));
    assert_eq!(adr(word(4)), (0, -4));
}

/// A place without a relocation is left alone, unless it holds `adrp`.
#[test]
fn only_adrp_is_rewritten_where_no_relocation_is_left() {
    let mut sample = sample(&[0x9100_0000, adrp(5, 7)]);
    for at in [0, 4] {
        sample.relocation(IMAGE, at, elf::R_AARCH64_NONE, 0, 0);
    }
    let linked = sample.linked();
    let mut bytes = linked.bytes.clone();
    assert_eq!(resolve(&linked, &mut bytes).unwrap(), []);
    let word = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
    assert_eq!(word(0), 0x9100_0000);
    assert_eq!(adr(word(4)), (5, 0));
}

/// Distances in instructions stay as the linker wrote them.
#[test]
fn distances_are_listed_and_left_alone() {
    let kinds = [
        elf::R_AARCH64_CALL26,
        elf::R_AARCH64_JUMP26,
        elf::R_AARCH64_CONDBR19,
        elf::R_AARCH64_TSTBR14,
        elf::R_AARCH64_ADR_PREL_LO21,
        elf::R_AARCH64_LD_PREL_LO19,
        elf::R_AARCH64_PREL32,
        elf::R_AARCH64_PREL64,
        elf::R_AARCH64_ADD_ABS_LO12_NC,
        elf::R_AARCH64_LDST8_ABS_LO12_NC,
        elf::R_AARCH64_LDST16_ABS_LO12_NC,
        elf::R_AARCH64_LDST32_ABS_LO12_NC,
        elf::R_AARCH64_LDST64_ABS_LO12_NC,
        elf::R_AARCH64_LDST128_ABS_LO12_NC,
    ];
    let mut sample = sample(&[0xffff_ffff; 16]);
    for (kind, at) in kinds.into_iter().zip((0..).step_by(4)) {
        sample.relocation(IMAGE, at, kind, TABLE, 8);
    }
    // A relocation that is none of these, which is refused elsewhere.
    sample.relocation(IMAGE, 56, elf::R_AARCH64_ABS64, TABLE, 0);
    let linked = sample.linked();
    let mut bytes = linked.bytes.clone();
    let references = resolve(&linked, &mut bytes).unwrap();
    let told: Vec<_> = references.iter().map(|r| (r.at, r.target)).collect();
    let expected: Vec<_> = (0..14).map(|index| (4 * index, 0x1240)).collect();
    assert_eq!(told, expected);
    assert_eq!(bytes, linked.bytes);
}

#[test]
fn what_can_not_be_rewritten_is_an_error() {
    for kind in [
        elf::R_AARCH64_ADR_PREL_PG_HI21,
        elf::R_AARCH64_ADR_PREL_PG_HI21_NC,
        elf::R_AARCH64_ADR_GOT_PAGE,
        elf::R_AARCH64_LD64_GOT_LO12_NC,
    ] {
        let mut sample = sample(&[0xd503_201f; 4]);
        sample.symbol("f", FUNCTION, IMAGE, 0, 16);
        sample.relocation(IMAGE, 4, kind, TABLE, 0);
        let error = sample.image(&["f"], &[]).unwrap_err().to_string();
        assert!(
            error.contains("the instruction at image offset 0x4 is not a"),
            "{error}"
        );
    }
}

/// The relocation types, by the numbers of ELF for the Arm 64-bit Architecture, 5.7.
#[test]
fn kinds_are_those_of_the_abi() {
    let numbers = |is_meant: fn(RelocationType) -> bool| -> Vec<u32> {
        (0..1100)
            .filter(|&number| is_meant(RelocationType(number)))
            .collect()
    };
    // ABS64, ABS32, MOVW_UABS_G0 to MOVW_UABS_G3.
    assert_eq!(
        numbers(is_absolute),
        [257, 258, 263, 264, 265, 266, 267, 268, 269]
    );
    assert_eq!(
        numbers(is_known),
        [
            0, // NONE
            260, 261, // PREL64, PREL32
            273, 274, 275, 276, 277,
            278, // LD_PREL_LO19, ADR_PREL_LO21, ADR_PREL_PG_HI21 and _NC, ADD, LDST8
            279, 280, 282, 283, // TSTBR14, CONDBR19, JUMP26, CALL26
            284, 285, 286, 299, // LDST16, LDST32, LDST64, LDST128
            311, 312, // ADR_GOT_PAGE, LD64_GOT_LO12_NC
        ]
    );
    assert_eq!(
        numbers(is_of_instruction),
        [274, 275, 276, 277, 278, 284, 285, 286, 299, 311, 312]
    );
}
