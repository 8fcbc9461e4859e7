//! An archive with an image of the tests' own, on which each part is tried.

use std::collections::BTreeMap;

use anyhow::Result;
use fastrand::Rng;
use iced_x86::{Decoder, DecoderOptions};
use object::write::{Object, StandardSection, Symbol, SymbolSection};
use object::{Architecture, BinaryFormat, Endianness, SymbolFlags, SymbolKind, SymbolScope};

use crate::image::Image;
use crate::instructions;
use crate::target::{BATCH, Length, Target};
use crate::variable;

/// Takes as many steps as are compared at least: `mov ecx, 60; again: dec ecx; jnz again`.
const LOOP: &[u8] = &[0xb9, 60, 0, 0, 0, 0xff, 0xc9, 0x75, 0xfc];

/// The names of all exports.
fn names() -> Vec<String> {
    let forms = ["scalar_base_mult", "scalar_base_mult_batch"];
    let suffixes = ["", "_bmi2", "_avx2", "_ifma"];
    let names = suffixes
        .iter()
        .flat_map(|suffix| forms.map(|form| format!("{form}{suffix}")));
    names.collect()
}

/// An object with these functions, one after the other. Those whose name starts with a dot are local.
fn object(functions: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut object = Object::new(BinaryFormat::Elf, Architecture::X86_64, Endianness::Little);
    let text = object.section_id(StandardSection::Text);
    for (name, code) in functions {
        let scope = if name.starts_with('.') {
            SymbolScope::Compilation
        } else {
            SymbolScope::Linkage
        };
        let symbol = object.add_symbol(Symbol {
            name: name.trim_start_matches('.').as_bytes().into(),
            value: 0,
            size: 0,
            kind: SymbolKind::Text,
            scope,
            weak: false,
            section: SymbolSection::Section(text),
            flags: SymbolFlags::None,
        });
        object.add_symbol_data(symbol, text, code, 1);
    }
    object.write().unwrap()
}

/// An archive with a file that is no object, an object that is no image, and this one.
fn archive(functions: &[(String, Vec<u8>)]) -> Vec<u8> {
    let other = object(&[("rustgo_panic".to_owned(), vec![0xc3])]);
    let mut bytes = b"!<arch>\n".to_vec();
    for (name, member) in [("a/", b"text".to_vec()), ("b/", other), ("c/", object(functions))] {
        let size = member.len();
        bytes.extend(format!("{name:<16}{:<12}{:<6}{:<6}{:<8}{size:<10}`\n", 0, 0, 0, 644).bytes());
        bytes.extend(member);
        if bytes.len() % 2 == 1 {
            bytes.push(b'\n');
        }
    }
    bytes
}

/// All exports, of which those have this code, and the others return at once.
fn with(code: &[(&str, &[u8])]) -> Vec<(String, Vec<u8>)> {
    let code: BTreeMap<_, _> = code.iter().copied().collect();
    let of = |name: &str| code.get(name).map_or_else(|| vec![0xc3], |code| code.to_vec());
    names()
        .into_iter()
        .map(|name| (name.clone(), of(&name)))
        .collect()
}

fn image(functions: &[(String, Vec<u8>)]) -> Image {
    Image::parse(&archive(functions)).unwrap()
}

#[test]
fn an_image_is_found_in_its_archive() {
    let mut functions = with(&[]);
    functions.push((".local".to_owned(), vec![0x31, 0xc0, 0x48, 0x01, 0xc8, 0xc3]));
    let found = image(&functions);
    assert_eq!(found.function_count(), 9);
    let starts: Vec<_> = found
        .functions()
        .map(|(offset, code)| (offset, code.len()))
        .collect();
    assert_eq!(starts[..2], [(0, 1), (1, 1)]);
    assert_eq!(starts[8], (8, 6));
    assert_eq!(found.boundaries(8), [8, 10, 13]);
    // A local function is no export.
    assert_eq!(found.exports.len(), 8);
    assert_eq!(found.exports["scalar_base_mult_bmi2"], 2);
    assert_eq!(found.address("scalar_base_mult_bmi2"), found.start() + 2);

    let describe = |offset: usize| found.describe(found.start().wrapping_add(offset));
    assert_eq!(describe(0).as_deref(), Some("scalar_base_mult+0x0"));
    assert_eq!(describe(13).as_deref(), Some("local+0x5"));
    assert_eq!(describe(14), None);
    assert_eq!(describe(usize::MAX), None);

    assert!(Image::parse(&archive(&[("other".to_owned(), vec![0xc3])])).is_err());
    assert!(Image::parse(b"no archive").is_err());
}

#[test]
fn planted_code_takes_the_place_of_whole_instructions() {
    let mut functions = with(&[]);
    // xor eax, eax; add rax, rcx; nop; ret
    functions.push((
        ".local".to_owned(),
        vec![0x31, 0xc0, 0x48, 0x01, 0xc8, 0x90, 0xc3],
    ));
    let bytes = archive(&functions);
    let before = Image::parse(&bytes).unwrap();
    for (code, expected) in [
        (&[0xf6, 0xf1][..], [0xf6, 0xf1, 0x48, 0x01, 0xc8, 0x90, 0xc3]),
        (&[0x48, 0xf7, 0xf1], [0x48, 0xf7, 0xf1, 0x90, 0x90, 0x90, 0xc3]),
        (&[0xcc], [0xcc, 0x90, 0x48, 0x01, 0xc8, 0x90, 0xc3]),
        (&[0xcc; 5], [0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0x90, 0xc3]),
        (&[0xcc; 6], [0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xc3]),
    ] {
        let planted = before.with(&bytes, 8, code);
        let after = Image::parse(&planted).unwrap();
        let all: Vec<_> = after.functions().collect();
        assert_eq!(all[8].1, expected);
        assert!(all[..8].iter().all(|(_, code)| *code == [0xc3]));
        assert_eq!(planted.iter().zip(&bytes).filter(|(a, b)| a != b).count(), {
            let old = [0x31, 0xc0, 0x48, 0x01, 0xc8, 0x90, 0xc3];
            old.iter().zip(&expected).filter(|(a, b)| a != b).count()
        });
    }
}

#[test]
fn every_multiplication_is_a_target_and_nothing_else_is() {
    let targets = Target::all(&image(&with(&[]))).unwrap();
    let told: Vec<_> = targets.iter().map(ToString::to_string).collect();
    assert_eq!(told, names());
    for missing in 0..8 {
        let mut functions = with(&[]);
        let (name, _) = functions.remove(missing);
        let error = Target::all(&image(&functions)).unwrap_err().to_string();
        assert_eq!(error, format!("the image has no `{name}`"));
    }
    let mut functions = with(&[]);
    functions.push(("scalar_base_mult_new".to_owned(), vec![0xc3]));
    assert!(Target::all(&image(&functions)).is_err());
}

#[test]
fn a_batch_with_a_table_of_its_own_is_looked_at() {
    for (name, expected) in names()
        .into_iter()
        .zip([true, false, true, false, true, true, true, true])
    {
        assert_eq!(
            Target::Export(name.clone()).chooses_its_own_way(),
            expected,
            "{name}"
        );
    }
}

#[test]
fn scalars_have_every_single_bit() {
    let mut random = Rng::with_seed(1);
    let (mut bits, mut edges, mut scalars) = ([false; 8], 0, [[0; 32]; BATCH]);
    for _ in 0..100 {
        Target::fill(&mut scalars, &mut random);
        for scalar in &scalars {
            let set: u32 = scalar.iter().map(|byte| byte.count_ones()).sum();
            if set == 1 {
                let byte = scalar.iter().find(|byte| **byte != 0).unwrap();
                bits[byte.trailing_zeros() as usize] = true;
            }
            edges += usize::from(scalar.iter().all(|byte| *byte == scalar[0]));
        }
    }
    assert_eq!(bits, [true; 8]);
    // An eighth of 4200 is expected.
    assert!((400..700).contains(&edges), "{edges}");
}

/// An image with as many functions and instructions as are asked for. The last ones are long.
fn large(functions: usize, nops: usize) -> Vec<(String, Vec<u8>)> {
    let mut all = with(&[]);
    for number in 8..functions {
        let code = [vec![0x90; nops], vec![0xc3]].concat();
        all.push((format!(".local{number}"), code));
    }
    for (_, code) in &mut all {
        *code = [&[0x90; 20][..], code].concat();
    }
    all
}

#[test]
fn an_instruction_is_found_wherever_it_is_planted() {
    let functions = large(42, 500);
    let bytes = archive(&functions);
    assert_eq!(
        instructions::find_planted(&bytes).unwrap(),
        3 * variable::PLANTED.len()
    );

    let clean = Image::parse(&bytes).unwrap();
    let looked = instructions::run(&clean).unwrap();
    assert_eq!((looked.functions, looked.instructions), (42, 8 * 21 + 34 * 521));
    assert_eq!(looked.describe(&clean), None);
    let planted = Image::parse(&clean.with(&bytes, 3, &[0x48, 0xf7, 0xf1])).unwrap();
    let told = instructions::run(&planted).unwrap().describe(&planted);
    assert_eq!(told.as_deref(), Some("`div rcx` at scalar_base_mult+0x3"));
}

#[test]
fn too_little_to_look_at_is_an_error() {
    let error = |functions: &[_]| {
        instructions::run(&image(functions))
            .err()
            .map(|error| error.to_string())
    };
    assert_eq!(error(&large(30, 800)), None);
    assert!(error(&large(29, 800)).unwrap().starts_with("29 functions and "));
    assert!(error(&large(30, 600)).unwrap().starts_with("30 functions and 13"));
    // Of an export without a size it is not known where it ends.
    let mut functions = large(31, 800);
    let (name, _) = functions.remove(3);
    functions.push((name, Vec::new()));
    assert!(
        error(&functions)
            .unwrap()
            .contains("`scalar_base_mult_batch_bmi2` was not looked at")
    );
}

mod steps {
    use super::*;
    use crate::step::{addresses, run};

    fn step(code: &[u8]) -> Result<Option<String>> {
        let code = [LOOP, code, &[0xc3]].concat();
        let image = image(&with(&[("scalar_base_mult", &code)]));
        run(
            &image,
            &Target::Export("scalar_base_mult".to_owned()),
            Length::Long,
        )
    }

    #[test]
    fn a_jump_or_an_address_is_found() {
        // mov al, [rsi]; mov [rdi], al: the address of the scalar is no secret.
        assert_eq!(step(&[0x8a, 0x06, 0x88, 0x07]).unwrap(), None);
        // movzx eax, byte [rsi]; and what follows.
        let secret = [0x0f, 0xb6, 0x06];
        for (code, text) in [
            // mov cl, [rdi+rax]; mov [rdi+rax], cl; prefetcht0 [rdi+rax]
            (
                &[0x8a, 0x0c, 0x07][..],
                "`mov cl,[rdi+rax]` at scalar_base_mult+0xc, of [",
            ),
            (&[0x88, 0x0c, 0x07], "`mov [rdi+rax],cl`"),
            (&[0x0f, 0x18, 0x0c, 0x07], "`prefetcht0"),
            // add rax, rdi; push [rax]; pop rax
            (&[0x48, 0x01, 0xf8, 0xff, 0x30, 0x58], "`push"),
            // test al, 16; jz over the nop
            (&[0xa8, 0x10, 0x74, 0x01, 0x90], "of the first call it was `"),
        ] {
            let found = step(&[&secret[..], code].concat()).unwrap().unwrap();
            assert!(found.contains(text), "{found}");
        }
        // lea rcx, [rdi+rax] loads nothing.
        assert_eq!(step(&[0x0f, 0xb6, 0x06, 0x48, 0x8d, 0x0c, 0x07]).unwrap(), None);
    }

    #[test]
    fn what_can_not_be_compared_is_an_error() {
        // ud2 stops it by another signal.
        let error = step(&[0x0f, 0x0b]).unwrap_err().to_string();
        assert!(error.contains("came to"), "{error}");
    }

    #[test]
    fn addresses_are_those_of_the_registers() {
        // SAFETY: a structure of numbers.
        let mut registers: nix::libc::user_regs_struct = unsafe { std::mem::zeroed() };
        let numbered = [
            &mut registers.rax,
            &mut registers.rcx,
            &mut registers.rdx,
            &mut registers.rbx,
            &mut registers.rsp,
            &mut registers.rbp,
            &mut registers.rsi,
            &mut registers.rdi,
            &mut registers.r8,
            &mut registers.r9,
            &mut registers.r10,
            &mut registers.r11,
            &mut registers.r12,
            &mut registers.r13,
            &mut registers.r14,
            &mut registers.r15,
            &mut registers.fs_base,
            &mut registers.gs_base,
        ];
        for (number, register) in numbered.into_iter().enumerate() {
            *register = (number as u64 + 1) << 20;
        }
        let of = |code: &[u8]| {
            let instruction = Decoder::new(64, code, DecoderOptions::NONE).decode();
            assert_eq!(instruction.len(), code.len(), "{code:02x?}");
            addresses(&instruction, &registers)
        };
        for number in 0..16u8 {
            // mov al, [number + 0x1234]
            let low = number & 7;
            let mut code = vec![0x40 | number >> 3, 0x8a, 0x80 | low];
            code.extend((low == 4).then_some(0x24));
            code.extend(0x1234u32.to_le_bytes());
            assert_eq!(
                of(&code),
                [((u64::from(number) + 1) << 20) + 0x1234, 0],
                "{number}"
            );
        }
        // mov al, fs:[16]; mov al, gs:[16]
        assert_eq!(of(&[0x64, 0x8a, 0x04, 0x25, 16, 0, 0, 0]), [(17 << 20) + 16, 0]);
        assert_eq!(of(&[0x65, 0x8a, 0x04, 0x25, 16, 0, 0, 0]), [(18 << 20) + 16, 0]);
        // mov al, [rdi+rcx*4]; push rax; push [rcx]; movsb; lea rax, [rcx]; nop [rax]; add eax, ecx
        assert_eq!(of(&[0x8a, 0x04, 0x8f]), [(8 << 20) + (8 << 20), 0]);
        assert_eq!(of(&[0x50]), [0, 5 << 20]);
        assert_eq!(of(&[0xff, 0x31]), [2 << 20, 5 << 20]);
        assert_eq!(of(&[0xa4]), [7 << 20, 8 << 20]);
        assert_eq!(of(&[0x48, 0x8d, 0x01]), [0, 0]);
        assert_eq!(of(&[0x0f, 0x1f, 0x00]), [0, 0]);
        assert_eq!(of(&[0x01, 0xc8]), [0, 0]);
    }
}
