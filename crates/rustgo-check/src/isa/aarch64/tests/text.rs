//! Compares the text of instructions with that of disarm64, for random words of each definition.
//!
//! Every instruction is compared that disarm64 writes in full. That excludes the scalable extensions, and operands that it
//! writes as the name of their kind. White space and case are not compared. These differ on purpose:
//!
//! - `ld1` to `ld4`, `st1` to `st4`: the table has one definition for all, which disarm64 always calls `ld4` or `st4`;
//! - `movz` and its like: a shift by 0 is not shown, others are decimal;
//! - system registers: those that only the kernel or few programs use are numbers here;
//! - reserved encodings, some of which disarm64 writes, are shown as `.inst`, and so are the kinds in [`NOT_WRITTEN`];
//! - `ldraa` and `ldrab` show an offset of 0 where they move their base;
//! - the instructions in [`errs`], where disarm64 shows a wrong register or width.

use std::collections::BTreeMap;
use std::panic;

use disarm64::InsnDisplay as _;
use disarm64::decoder::{self, Opcode};

use super::definitions::random;
use crate::isa::aarch64::definition::Definition;
use crate::isa::aarch64::instruction::Instruction;
use crate::isa::aarch64::names::{Class, Kind};
use crate::isa::aarch64::table::DEFINITIONS;

/// Kinds of operands that disarm64 writes and this crate shows as `.inst`.
const NOT_WRITTEN: &[Kind] = &[Kind::PAIRREG_OR_XZR, Kind::PSTATEFIELD, Kind::RPRFMOP];

/// Words of each definition.
const WORDS: usize = 400;

/// The offset of the instructions.
const AT: u64 = 0x12_3456_7890;

#[test]
fn instructions_are_written_as_disarm64_writes_them() {
    let mut numbers = random(0x9e37_79b9);
    let (mut compared, mut differing, mut unwritten) = (0, BTreeMap::new(), Vec::new());
    // Some of disarm64's arithmetic overflows on reserved encodings.
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| ()));
    for row in DEFINITIONS.iter().filter(|row| row.class != Class::SCALABLE) {
        let (mut is_written, mut is_expected) = (false, false);
        for rest in numbers.by_ref().take(WORDS) {
            let word = row.value | rest & !row.mask;
            let (Some(here), Some(there)) = (Instruction::decode(word), decoder::decode(word)) else {
                continue;
            };
            let text = here.assembly(AT);
            let Some(expected) = expected(&there) else {
                continue;
            };
            is_expected = true;
            if text.contains(".inst") {
                continue;
            }
            (is_written, compared) = (true, compared + 1);
            if !agree(here.definition(), word, &text, &expected) {
                let mnemonic = (here.definition().mnemonic, format!("{:?}", here.class()));
                differing
                    .entry(mnemonic)
                    .or_insert_with(|| format!("{word:08x}: {text} | {expected}"));
            }
        }
        let is_left_out = row
            .operands
            .iter()
            .any(|operand| NOT_WRITTEN.contains(&operand.kind));
        if is_expected && !is_written && !is_left_out {
            unwritten.push(row);
        }
    }
    panic::set_hook(hook);
    assert!(differing.is_empty(), "{differing:#?}");
    assert!(unwritten.is_empty(), "{unwritten:#?}");
    assert!(compared > 400_000, "{compared}");
}

/// What disarm64 writes. `None` if it does not write all operands.
fn expected(opcode: &Opcode) -> Option<String> {
    let text = panic::catch_unwind(|| opcode.display_at(AT).to_string()).ok()?;
    let words: Vec<_> = text.split_whitespace().collect();
    let text = words.join(" ").to_lowercase();
    (!text.contains("<undefined>") && !text.contains(':')).then_some(text)
}

/// Whether disarm64 shows another register or width than the Arm Architecture Reference Manual.
fn errs(definition: &Definition) -> bool {
    let has = |kind| definition.operands.iter().any(|operand| operand.kind == kind);
    match definition.class {
        // The width of half precision, of a copied element, and of a conversion.
        Class::ASIMDALL | Class::ASISDPAIR | Class::ASISDONE => true,
        Class::FPRCVTFLOAT2INT | Class::FPRCVTINT2FLOAT => true,
        Class::ASISDSHF => ["fcvtzs", "fcvtzu", "scvtf", "ucvtf"].contains(&definition.mnemonic),
        Class::FLOATDP1 => definition.mnemonic == "fcvt",
        Class::ASIMDINS => has(Kind::Ed) && has(Kind::Rn),
        // The width of the operand in memory.
        Class::LSE_ATOMIC => has(Kind::Fm),
        // The second register's number has five bits.
        Class::DOTPRODUCT => has(Kind::Em) || has(Kind::Em16),
        // Two elements of 64 bits.
        Class::ASISDLSO | Class::ASISDLSOP => has(Kind::LVt_AL),
        // The instruction has no third register.
        Class::AARCH64_MISC => definition.mnemonic.starts_with("setgo"),
        _ => false,
    }
}

fn agree(definition: &Definition, word: u32, text: &str, expected: &str) -> bool {
    let (mnemonic, operands) = (
        |text: &str| text.split(' ').next().map(str::to_owned),
        |text: &str| text.split_once(' ').map(|(_, operands)| operands.to_owned()),
    );
    let has = |kind| definition.operands.iter().any(|operand| operand.kind == kind);
    if errs(definition) {
        return mnemonic(text) == mnemonic(expected);
    }
    match definition.class {
        Class::ASISDLSE | Class::ASISDLSEP => operands(text) == operands(expected),
        Class::MOVEWIDE => {
            let (start, shift) = expected.split_once(", lsl #0x").expect("a shift");
            match u32::from_str_radix(shift, 16).unwrap() {
                0 => text == start,
                shift => text == format!("{start}, lsl #{shift}"),
            }
        }
        // Both are right.
        Class::LDST_IMM10 => text.replace(", #0]!", "]!") == expected,
        _ if has(Kind::SYSREG) || has(Kind::SYSREG128) => {
            let number = format!(
                "s{}_{}_c{}_c{}_{}",
                word >> 19 & 3,
                word >> 16 & 7,
                word >> 12 & 15,
                word >> 8 & 15,
                word >> 5 & 7
            );
            text == expected || text.contains(&number)
        }
        _ => text == expected,
    }
}

#[test]
fn what_differs_on_purpose() {
    for (word, text) in [
        (0x4c40_2007, "ld1 { v7.16b, v8.16b, v9.16b, v10.16b }, [x0]"),
        (0x4cdf_7040, "ld1 { v0.16b }, [x2], #16"),
        (0x4cc1_8040, "ld2 { v0.16b, v1.16b }, [x2], x1"),
        (0x4c00_0000, "st4 { v0.16b, v1.16b, v2.16b, v3.16b }, [x0]"),
        (0x0c40_7c00, "ld1 { v0.1d }, [x0]"),
        (0xd280_0020, "movz x0, #0x1"),
        (0xf2e0_0020, "movk x0, #0x1, lsl #48"),
        (0x1e22_c020, "fcvt d0, s1"),
        (0x1e62_4020, "fcvt s0, d1"),
        (0x1ee2_4020, "fcvt s0, h1"),
        (0xd53b_d040, "mrs x0, tpidr_el0"),
        (0xd518_1000, "msr s3_0_c1_c0_0, x0"),
        (0x4e08_1d96, "ins v22.d[0], x12"),
        (0x5e15_0683, "dup b3, v20.b[10]"),
        (0x5e30_da8b, "faddp h11, v20.2h"),
        (0x4e30_ca40, "fmaxnmv h0, v18.8h"),
        (0x4d40_cffc, "ld1r { v28.2d }, [sp]"),
        (0xbc35_0140, "ldfadd s21, s0, [x10]"),
        (0x0f7a_f2df, "bfdot v31.2s, v22.4h, v26.2h[1]"),
        (0x1efa_01ae, "fcvtas s14, h13"),
        (0x9e7c_012b, "scvtf d11, d9"),
        (0x1ddf_808d, "setgoe [x13]!, x4!"),
        (0x5f3c_feed, "fcvtzs s13, s23, #4"),
        // Reserved: a shift of 32 bits by 32, a vector of one element.
        (0x0b00_8000, "add (.inst 0x0b008000)"),
        (0x0ee2_8420, "add (.inst 0x0ee28420)"),
        (0x2520_1c00, "whilelo (.inst 0x25201c00)"),
    ] {
        assert_eq!(
            Instruction::decode(word).unwrap().assembly(0),
            text,
            "{word:#010x}"
        );
    }
}

/// Every instruction has a text.
#[test]
fn no_word_is_too_odd() {
    for word in random(7).take(2_000_000) {
        if let Some(instruction) = Instruction::decode(word) {
            assert!(!instruction.assembly(AT).is_empty());
        }
    }
}
