//! The assembler's output for what it is given: the same bytes as in the image, wherever possible.

use std::collections::BTreeSet;

use iced_x86::{Decoder, DecoderOptions, Instruction};

use super::epilogue::Epilogue;
use super::pieces::{PADDING, Piece, adjust_length, effect, piece};
use super::{Plan, START, relro};
use crate::check::{Analysis, analyse};
use crate::export::Export;
use crate::image::{Entry, Function, Image, Import, Reference};
use crate::processor::Processor;
use crate::testing::{go_assembled, image, origin};

fn decode(bytes: &[u8]) -> Instruction {
    let instruction = Decoder::with_ip(64, bytes, 0, DecoderOptions::NONE).decode();
    assert_eq!(instruction.len(), bytes.len(), "{bytes:x?}");
    instruction
}

/// A piece in Go's syntax.
fn go(piece: &Piece) -> String {
    match piece {
        Piece::Push(name) => format!("PUSHQ {name}"),
        Piece::Pop(name) => format!("POPQ {name}"),
        Piece::Adjust(amount) => format!("ADJSP ${amount}"),
        Piece::Instruction(text) => text.clone(),
        Piece::Raw(_) => panic!("raw data"),
    }
}

/// The assembler's output for each text.
fn assembled(texts: &[String]) -> Vec<Vec<u8>> {
    let functions: String = texts
        .iter()
        .enumerate()
        .map(|(number, text)| format!("TEXT ·f{number}(SB), NOSPLIT|NOFRAME, $0-0\n\t{text}\n"))
        .collect();
    let source = format!(
        "#include \"textflag.h\"\nDATA rustdata<>+0(SB)/8, $1\nGLOBL rustdata<>(SB), RODATA|NOPTR, $256\n{functions}"
    );
    let mut code = go_assembled(Processor::X86_64, &source);
    (0..texts.len())
        .map(|number| code.remove(&format!("f{number}")).unwrap())
        .collect()
}

#[test]
fn tracked_instructions_are_the_images_bytes() {
    let mut originals = Vec::new();
    for register in 0..8u8 {
        // push and pop of all registers but the stack pointer.
        for (code, has_prefix) in [(0x50, false), (0x58, false), (0x50, true), (0x58, true)] {
            if register != 4 || has_prefix {
                let prefix: &[u8] = if has_prefix { &[0x41] } else { &[] };
                originals.push([prefix, &[code + register]].concat());
            }
        }
    }
    // sub and add, of 8 bits and of 32.
    for amount in [-128i8, -127, -8, -1, 1, 8, 127] {
        originals.push(vec![0x48, 0x83, 0xec, amount as u8]);
        originals.push(vec![0x48, 0x83, 0xc4, amount as u8]);
    }
    for amount in [-4096i32, -129, 129, 136, 4096] {
        let bytes = amount.to_le_bytes();
        originals.push([&[0x48, 0x81, 0xec][..], &bytes].concat());
        originals.push([&[0x48, 0x81, 0xc4][..], &bytes].concat());
    }
    originals.push(vec![0x48, 0x81, 0xec, 0, 0, 1, 0]);
    originals.push(vec![0x48, 0x81, 0xc4, 0, 0, 0xff, 0xff]);
    let pieces: Vec<Piece> = originals
        .iter()
        .map(|bytes| piece(&decode(bytes), 0, None).unwrap_or_else(|| panic!("{bytes:x?} is not tracked")))
        .collect();
    let texts: Vec<String> = pieces.iter().map(go).collect();
    for ((original, text), made) in originals.iter().zip(&texts).zip(assembled(&texts)) {
        // The assembler may flip the sign of an addend.
        let is_adjust = text.starts_with("ADJSP");
        assert_eq!(made.len(), original.len(), "{text}: {made:x?}, not {original:x?}");
        if !is_adjust {
            assert_eq!(made, *original, "{text}");
        } else {
            assert_eq!(
                moved(&made),
                moved(original),
                "{text}: {made:x?}, not {original:x?}"
            );
        }
    }
    for (bytes, piece) in originals.iter().zip(&pieces) {
        assert_eq!(effect(piece), -moved(bytes), "{bytes:x?}");
    }
}

/// The number of bytes by which an instruction moves the stack pointer up.
fn moved(bytes: &[u8]) -> i64 {
    match bytes {
        [0x48, 0x83, 0xec, amount] => -i64::from(*amount as i8),
        [0x48, 0x83, 0xc4, amount] => i64::from(*amount as i8),
        [0x48, 0x81, 0xec, amount @ ..] => -i64::from(i32::from_le_bytes(amount.try_into().unwrap())),
        [0x48, 0x81, 0xc4, amount @ ..] => i64::from(i32::from_le_bytes(amount.try_into().unwrap())),
        // lea rsp, [rsp + x]
        [0x48, 0x8d, 0x64, 0x24, amount] => i64::from(*amount as i8),
        [0x48, 0x8d, 0xa4, 0x24, amount @ ..] => i64::from(i32::from_le_bytes(amount.try_into().unwrap())),
        [0x41, code] | [code] if (0x50..0x58).contains(code) => -8,
        [0x41, code] | [code] if (0x58..0x60).contains(code) => 8,
        _ => panic!("{bytes:x?}"),
    }
}

#[test]
fn what_the_assembler_would_change_stays_raw() {
    for bytes in [
        &[0x54][..],                                 // push rsp
        &[0x5c],                                     // pop rsp
        &[0x48, 0x55],                               // push rbp, with a prefix that it doesn't need
        &[0x40, 0x5d],                               // pop rbp, likewise
        &[0x66, 0x50],                               // push ax
        &[0xff, 0xf5],                               // push rbp, in the longer form
        &[0x6a, 0x08],                               // push 8
        &[0x48, 0x83, 0xe8, 0x08],                   // sub rax, 8
        &[0x48, 0x83, 0x2c, 0x24, 0x08],             // sub qword ptr [rsp], 8
        &[0x83, 0xec, 0x08],                         // sub esp, 8
        &[0x48, 0x29, 0xc4],                         // sub rsp, rax
        &[0x48, 0x83, 0xd4, 0x08],                   // adc rsp, 8
        &[0x4a, 0x83, 0xec, 0x08, 0x90][..4],        // sub rsp, 8, with a prefix that says nothing
        &[0x48, 0x81, 0xe4, 0x80, 0xff, 0xff, 0xff], // and rsp, -128, of unknown depth
        &[0x48, 0x8d, 0x64, 0x24, 0x08],             // lea rsp, [rsp + 8]
        &[0xc9],                                     // leave
        &[0x90],
    ] {
        let found = piece(&decode(bytes), 16, None);
        let is_as_long = matches!(&found, Some(Piece::Adjust(amount)) if adjust_length(i64::from(*amount)) == bytes.len() as u64);
        assert!(found.is_none() || is_as_long, "{bytes:x?}: {found:?}");
    }
    // By zero, which the assembler refuses.
    for code in [0xec, 0xc4] {
        assert_eq!(piece(&decode(&[0x48, 0x83, code, 0]), 0, Some(0)), None);
        assert_eq!(piece(&decode(&[0x48, 0x81, code, 0, 0, 0, 0]), 0, Some(0)), None);
    }
    // As long as a subtraction of 32 bits, although the amount would fit into 8.
    let long = |amount: i32| [&[0x48, 0x81, 0xec][..], &amount.to_le_bytes()].concat();
    for amount in [-128, -8, 8, 127, 128] {
        // Shorter by the length of the padding.
        assert_eq!(
            piece(&decode(&long(amount)), 0, None),
            Some(Piece::Adjust(amount)),
            "{amount}"
        );
    }
    let padding = &assembled(&[PADDING.to_owned()])[0];
    assert_eq!(decode(padding).mnemonic(), iced_x86::Mnemonic::Nop);
    assert_eq!(padding.len(), 3);
}

#[test]
fn alignments_are_known_distances() {
    let short = decode(&[0x48, 0x83, 0xe4, 0xc0]);
    let long = decode(&[0x48, 0x81, 0xe4, 0x80, 0xff, 0xff, 0xff]);
    for (instruction, depth, after, expected) in [
        (
            &short,
            16,
            Some(16),
            Some(Piece::Instruction("LONG $0x00401f0f".to_owned())),
        ),
        (&short, 16, Some(56), Some(Piece::Adjust(40))),
        (&short, 16, Some(16 + 128), Some(Piece::Adjust(128))),
        (&short, 16, Some(16 + 136), None),
        (&short, 16, Some(8), None),
        (&short, 16, None, None),
        (&long, 16, Some(16 + 136), Some(Piece::Adjust(136))),
        (&long, 16, Some(16 + 128), None),
        (&long, 16, Some(16), None),
        // Another register.
        (&decode(&[0x48, 0x83, 0xe0, 0xc0]), 16, Some(56), None),
        // In memory.
        (&decode(&[0x48, 0x83, 0x24, 0x24, 0xc0]), 16, Some(56), None),
    ] {
        assert_eq!(
            piece(instruction, depth, after),
            expected,
            "{instruction:?} {after:?}"
        );
    }
    let nothing = &assembled(&["LONG $0x00401f0f".to_owned()])[0];
    assert_eq!(
        (nothing.len(), decode(nothing).mnemonic()),
        (4, iced_x86::Mnemonic::Nop)
    );
}

/// An image with this code, followed by 64 bytes that hold addresses, to which the code refers at one place.
fn referring(code: &[u8], at: u64, target: u64) -> Image {
    let mut image = image(Processor::X86_64, code);
    image
        .edit(|image| {
            image.bytes.resize(code.len().next_multiple_of(32) + 64, 0);
            image.relro.start = code.len().next_multiple_of(32) as u64;
            image.relro.alignment = 32;
            image.relro.uses = vec![Reference {
                at,
                target: image.relro.start + target,
            }];
        })
        .unwrap();
    image
}

/// The instructions with a distance of zero to memory, for each of the sixteen registers that they may load.
fn loads() -> Vec<Vec<u8>> {
    let mut loads = Vec::new();
    for register in 0..16u8 {
        let (high, field) = (register >> 3, 0x05 | (register & 7) << 3);
        let rex = if high == 1 { vec![0x44] } else { vec![] };
        let end = [field, 0, 0, 0, 0];
        // lea, mov of 64 bits; the stack pointer can't be loaded so.
        for code in [0x8d, 0x8b] {
            if register != 4 {
                loads.push([&[0x48 | high << 2, code][..], &end].concat());
            }
        }
        if register != 4 {
            loads.push([&rex[..], &[0x8b], &end].concat());
        }
        // movups, movaps; movupd, movapd, movdqa; movdqu; movsd.
        for (prefix, code) in [
            (None, 0x10),
            (None, 0x28),
            (Some(0x66), 0x10),
            (Some(0x66), 0x28),
            (Some(0x66), 0x6f),
            (Some(0xf3), 0x6f),
            (Some(0xf2), 0x10),
        ] {
            let prefix: Vec<u8> = prefix.into_iter().collect();
            loads.push([&prefix[..], &rex, &[0x0f, code], &end].concat());
        }
        // vmovups, vmovaps, vmovdqu, vmovdqa, of 128 bits and of 256.
        for wide in [0, 4] {
            for (prefix, code) in [(0, 0x10), (0, 0x28), (2, 0x6f), (1, 0x6f)] {
                let vex = (1 - high) << 7 | 0x78 | wide | prefix;
                loads.push([&[0xc5, vex, code][..], &end].concat());
            }
        }
    }
    loads
}

#[test]
fn loads_of_addresses_are_the_images_bytes() {
    let loads = loads();
    let mut texts = Vec::new();
    for load in &loads {
        // Something before and something after.
        let code = [&[0x90][..], load, &[0xc3]].concat();
        let end = 1 + load.len() as u64;
        let image = referring(&code, end - 4, 24);
        let pieces = [(0, Piece::Raw(0..code.len() as u64))];
        let split = relro::split(&image, &pieces).unwrap_or_else(|error| panic!("{load:x?}: {error}"));
        let [
            (0, Piece::Raw(before)),
            (1, Piece::Instruction(text)),
            (after, Piece::Raw(behind)),
        ] = &split[..]
        else {
            panic!("{load:x?}: {split:?}");
        };
        assert_eq!(
            (before.clone(), *after, behind.clone()),
            (0..1, end, end..end + 1)
        );
        assert!(text.contains(" rustdata<>+24(SB), "), "{text}");
        texts.push(text.clone());
    }
    for ((load, text), made) in loads.iter().zip(&texts).zip(assembled(&texts)) {
        assert_eq!(made, *load, "{text}");
    }
}

#[test]
fn other_references_to_addresses_are_refused() {
    for (code, reference) in [
        // cmp rax, [rip]; jmp [rip]; mov [rip], rax; lea eax, [rip]
        (&[0x48, 0x3b, 0x05, 0, 0, 0, 0][..], 3),
        (&[0xff, 0x25, 0, 0, 0, 0], 2),
        (&[0x48, 0x89, 0x05, 0, 0, 0, 0], 3),
        (&[0x8d, 0x05, 0, 0, 0, 0], 2),
        // lea rsp, [rip]; mov esp, [rip]
        (&[0x48, 0x8d, 0x25, 0, 0, 0, 0], 3),
        (&[0x8b, 0x25, 0, 0, 0, 0], 2),
        // movups xmm0, [rip] with a prefix that it doesn't need, and vmovups in three bytes.
        (&[0x40, 0x0f, 0x10, 0x05, 0, 0, 0, 0], 4),
        (&[0xc4, 0xe1, 0x78, 0x10, 0x05, 0, 0, 0, 0], 5),
        // mov eax, [rip] with one.
        (&[0x40, 0x8b, 0x05, 0, 0, 0, 0], 3),
        // lea rax, [rax + 0]: not relative.
        (&[0x48, 0x8d, 0x80, 0, 0, 0, 0], 3),
    ] {
        let image = referring(code, reference, 0);
        let error = relro::split(&image, &[(0, Piece::Raw(0..code.len() as u64))]).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("Go's assembler has no such instruction"),
            "{code:x?}: {error}"
        );
    }
    // Before the constants: an address that later code adds to.
    let code = [0x48, 0x8d, 0x05, 0, 0, 0, 0];
    let mut image = referring(&code, 3, 0);
    image
        .edit(|image| {
            image.relro.uses[0].target -= 8;
        })
        .unwrap();
    let split = relro::split(&image, &[(0, Piece::Raw(0..7))]).unwrap();
    assert_eq!(
        split,
        [(0, Piece::Instruction("LEAQ rustdata<>-8(SB), AX".to_owned()))]
    );
}

/// An image of functions, the first of which is exported, with `int3` between them.
fn functions(functions: &[&[&[u8]]], gap: usize) -> (Image, Analysis) {
    let mut code = Vec::new();
    let mut list = Vec::new();
    for (number, parts) in functions.iter().enumerate() {
        let function = parts.concat();
        list.push(Function {
            name: format!("f{number}"),
            start: code.len() as u64,
            size: function.len() as u64,
        });
        code.extend(function);
        code.extend(vec![0xcc; gap]);
    }
    let mut image = image(Processor::X86_64, &code);
    image
        .edit(|image| {
            image.functions = list;
            image.entries = vec![Entry {
                export: Export::undeclared("f0"),
                at: 0,
            }];
        })
        .unwrap();
    let analysis = analyse(&image);
    assert!(analysis.findings.is_empty(), "{:?}", analysis.findings);
    (image, analysis)
}

const ENTER: &[u8] = &[0x55, 0x48, 0x89, 0xe5];
const LEAVE: &[u8] = &[0x5d, 0xc3];

/// The plan's promises, checked from its pieces alone.
fn judge(image: &Image, plan: &Plan) {
    // The pieces cover the image, except code that moves because of something longer.
    let mut depth = plan.first;
    let mut seen = 0;
    for (number, (at, piece)) in plan.pieces.iter().enumerate() {
        if let Some(&recorded) = plan.recorded.get(at) {
            assert_eq!(recorded, depth, "{at:#x}");
            seen += 1;
            let is_exact = plan.depths[at] as i64 == recorded;
            let is_told = plan.epilogues.contains(at) || plan.probes.contains(at);
            assert_eq!(
                is_exact, !is_told,
                "{at:#x}: {recorded}, truly {}",
                plan.depths[at]
            );
        }
        depth += effect(piece);
        if let Piece::Instruction(text) = piece
            && text == PADDING
        {
            // Right after the `ADJSP` that is shorter than the instruction it replaces.
            let (before, adjust) = &plan.pieces[number - 1];
            assert_eq!(*at, before + adjust_length(effect(adjust)));
        }
        if let (Piece::Raw(range), Some((next, _))) = (piece, plan.pieces.get(number + 1)) {
            assert_eq!((range.start, range.end), (*at, *next), "piece {number}");
        }
    }
    assert_eq!(seen, plan.depths.len(), "every reached instruction is a piece");
    for call in plan.epilogues.iter().chain(&plan.probes) {
        assert_ne!(image.bytes[*call as usize], 0xe8, "a return address is wrong");
    }
}

#[test]
fn frames_are_tracked() {
    let call = |distance: i32| [&[0xe8][..], &distance.to_le_bytes()].concat();
    // A frame of 128 bytes, in the compiler's longer form, around a call to the next function.
    let grow = &[0x48, 0x81, 0xec, 0x80, 0, 0, 0];
    let shrink = &[0x48, 0x81, 0xc4, 0x80, 0, 0, 0];
    let to_next = call(7 + 2 + 8);
    let (image, analysis) = functions(&[&[ENTER, grow, &to_next, shrink, LEAVE], &[ENTER, LEAVE]], 8);
    let plan = Plan::exact(&image, &analysis).unwrap();
    judge(&image, &plan);
    assert!(plan.is_exact() && plan.epilogues.is_empty() && plan.moved.is_empty());
    let tracked: Vec<&Piece> = plan
        .pieces
        .iter()
        .map(|(_, piece)| piece)
        .filter(|piece| !matches!(piece, Piece::Raw(_)))
        .collect();
    let padding = Piece::Instruction(PADDING.to_owned());
    assert_eq!(
        tracked,
        [
            &Piece::Push("BP"),
            &Piece::Adjust(128),
            &padding,
            &Piece::Adjust(-128),
            &padding,
            &Piece::Pop("BP"),
            &Piece::Push("BP"),
            &Piece::Pop("BP"),
        ]
    );
    let opaque = Plan::opaque(&image);
    assert!(!opaque.is_exact());
    assert!(
        opaque
            .pieces
            .iter()
            .all(|(_, piece)| matches!(piece, Piece::Raw(_)))
    );
    let covered: u64 = opaque
        .pieces
        .iter()
        .map(|(_, piece)| match piece {
            Piece::Raw(range) => range.end - range.start,
            _ => 0,
        })
        .sum();
    assert_eq!(covered, image.bytes.len() as u64);
}

/// `sub rsp, 0` occurs in hand-written code; Go's assembler has no form for it.
#[test]
fn a_frame_of_nothing_is_raw() {
    let nothing = &[0x48, 0x83, 0xec, 0x00];
    let (image, analysis) = functions(&[&[ENTER, nothing, LEAVE]], 8);
    let plan = Plan::exact(&image, &analysis).unwrap();
    judge(&image, &plan);
    let text = super::write(&origin(), &image, &plan).unwrap();
    let code = go_assembled(Processor::X86_64, &text).remove("rust").unwrap();
    assert_eq!(code[START as usize..][..image.bytes.len()], image.bytes);
}

/// `test edi, edi; je` over an early return.
#[test]
fn early_returns_are_epilogues() {
    let branch = &[0x85, 0xff, 0x74, 0x02];
    let (image, analysis) = functions(&[&[ENTER, branch, LEAVE, &[0x90], LEAVE]], 8);
    let plan = Plan::exact(&image, &analysis).unwrap();
    judge(&image, &plan);
    // `ret` is recorded with the depth of the code after it.
    assert_eq!(plan.epilogues, BTreeSet::from([9]));
    let pops = plan
        .pieces
        .iter()
        .filter(|(_, piece)| *piece == Piece::Pop("BP"))
        .count();
    assert_eq!(pops, 1, "the second epilogue is tracked");
}

/// The stack pointer is set from an address: correct if nothing is called before it is restored.
#[test]
fn calls_from_unknown_depths_are_no_frames() {
    let (down, up) = (&[0x48, 0x8d, 0x64, 0x24, 0xc0], &[0x48, 0x8d, 0x64, 0x24, 0x40]);
    let call = |distance: i32| [&[0xe8][..], &distance.to_le_bytes()].concat();
    let to_next = call(5 + 2 + 8);
    let next: &[&[u8]] = &[ENTER, LEAVE];
    let (image, analysis) = functions(&[&[ENTER, down, &to_next, up, LEAVE], next], 8);
    let inexact = Plan::exact(&image, &analysis).unwrap_err();
    assert_eq!((inexact.function.as_str(), inexact.at), ("f0", 9), "{inexact}");
    assert!(inexact.reason.contains("calls from there"), "{inexact}");
    let (image, analysis) = functions(&[&[ENTER, down, &[0x90; 5], up, LEAVE], next], 8);
    judge(&image, &Plan::exact(&image, &analysis).unwrap());
}

/// A function that ends deep is followed by one that starts at depth zero: an `ADJSP` goes into the gap, if there is
/// room.
#[test]
fn the_next_function_s_depth_is_told_in_the_gap() {
    let call = |distance: i32| [&[0xe8][..], &distance.to_le_bytes()].concat();
    for (gap, fits) in [(8, true), (4, true), (3, false), (0, false)] {
        // push rbp; mov rbp, rsp; call the next function; ud2
        let to_next = call(2 + gap);
        let (image, analysis) = functions(
            &[&[ENTER, &to_next, &[0x0f, 0x0b]], &[ENTER, LEAVE]],
            gap as usize,
        );
        match Plan::exact(&image, &analysis) {
            Ok(plan) => {
                assert!(fits, "{gap}");
                judge(&image, &plan);
                let told = plan.pieces.iter().find(|(at, _)| *at == 11);
                assert_eq!(told, Some(&(11, Piece::Adjust(-8))), "{gap}");
            }
            Err(inexact) => {
                assert!(
                    !fits && inexact.reason.contains("has no room before it"),
                    "{inexact}"
                );
            }
        }
    }
}

/// A loop that probes a large frame goes deeper in steps. Its full depth is recorded from the function's entry on, by a
/// directive before it.
#[test]
fn probed_frames_are_told_in_front() {
    // lea r11, [rsp - 8192]; 1: sub rsp, 4096; mov qword ptr [rsp], 0; cmp rsp, r11; jne 1b
    let probe: &[u8] = &[
        0x4c, 0x8d, 0x9c, 0x24, 0x00, 0xe0, 0xff, 0xff, 0x48, 0x81, 0xec, 0x00, 0x10, 0x00, 0x00, 0x48, 0xc7,
        0x04, 0x24, 0, 0, 0, 0, 0x4c, 0x39, 0xdc, 0x75, 0xec,
    ];
    let shrink: &[u8] = &[0x48, 0x81, 0xc4, 0x00, 0x20, 0, 0];
    let call = |distance: i32| [&[0xe8][..], &distance.to_le_bytes()].concat();
    let large = |distance| [ENTER, probe, &call(distance), shrink, LEAVE].concat();
    // The export itself, then a function that it calls; each calls the next.
    let to_next = 7 + 2 + 8;
    let first = large(to_next);
    let (image, analysis) = functions(&[&[&first], &[&large(to_next)], &[ENTER, LEAVE]], 8);
    let plan = Plan::exact(&image, &analysis).unwrap();
    judge(&image, &plan);
    assert_eq!(plan.first, 8192);
    let second = image.functions[1].start;
    // After the first function the recorded depth is 8192 minus what that released: it has to be set again.
    let told: Vec<_> = plan
        .pieces
        .iter()
        .filter(|(at, piece)| matches!(piece, Piece::Adjust(_)) && image.function_at(*at).is_none())
        .collect();
    assert_eq!(told, [&(first.len() as u64, Piece::Adjust(8192))]);
    // The loop and the code before it have another depth, and nothing else.
    let loops = [0, second].map(|start| (start..start + 4 + probe.len() as u64).collect::<Vec<_>>());
    assert!(
        plan.probes.iter().all(|at| loops.concat().contains(at)),
        "{:x?}",
        plan.probes
    );
    assert!(plan.probes.len() >= 8 && plan.epilogues.is_empty());
    let text = super::write(&origin(), &image, &plan).unwrap();
    assert!(text.contains("\tADJSP $8192\n\tPCALIGN $128\n"), "{text}");
    let code = go_assembled(Processor::X86_64, &text).remove("rust").unwrap();
    let code = &code[START as usize..];
    for function in &image.functions {
        let range = function.start as usize..function.end() as usize;
        assert_eq!(code[range.clone()], image.bytes[range]);
    }
}

/// The place of moved code in Go. The code around it stays.
#[test]
fn moved_places_are_known() {
    // push rbp; mov rbp, rsp; and rsp, -64; sub rsp, 256; mov rsp, rbp; pop rbp; ret
    let parts: &[&[u8]] = &[
        ENTER,
        &[0x48, 0x83, 0xe4, 0xc0],
        &[0x48, 0x81, 0xec, 0, 1, 0, 0],
        &[0x48, 0x89, 0xec],
        LEAVE,
    ];
    let (image, analysis) = functions(&[parts, &[ENTER, LEAVE]], 8);
    let plan = Plan::exact(&image, &analysis).unwrap();
    assert_eq!(plan.moved, [(18..20, 4)]);
    for (at, place) in [(0, 0), (15, 15), (17, 17), (18, 22), (19, 23), (20, 20), (28, 28)] {
        assert_eq!(plan.place(at), place, "{at}");
    }
    let text = super::write(&origin(), &image, &plan).unwrap();
    let code = go_assembled(Processor::X86_64, &text).remove("rust").unwrap();
    assert_eq!(code[START as usize..][22..24], *LEAVE);
    assert_eq!(code[START as usize..][28..34], image.bytes[28..34]);
}

/// Adjacent data is one piece, however many instructions it was: the largest directives that fit.
#[test]
fn data_is_written_in_words() {
    let (image, _) = functions(&[&[&[0x90; 23], &[0xc3]]], 0);
    let text = super::write(&origin(), &image, &Plan::opaque(&image)).unwrap();
    assert!(
        text.ends_with("\tQUAD $0x9090909090909090; QUAD $0x9090909090909090; QUAD $0xc390909090909090\n"),
        "{text}"
    );
}

/// The assembler's own bytes after the prologue are the image's.
#[test]
fn the_assembler_makes_the_image_again() {
    let call = [&[0xe8][..], &(16i32).to_le_bytes()].concat();
    let (mut image, _) = functions(
        &[
            &[
                ENTER,
                &[0x48, 0x83, 0xec, 0x10],
                &call,
                &[0x48, 0x83, 0xc4, 0x10],
                LEAVE,
            ],
            &[&[0x41, 0x57, 0x53], &[0x90], &[0x5b, 0x41, 0x5f, 0xc3]],
        ],
        10,
    );
    // Constants of every length after the code.
    for length in 0..16 {
        image
            .edit(|image| {
                image.bytes.truncate(image.code_size as usize);
                image.bytes.extend((1..=length).map(|byte| byte as u8));
                image.relro.start = image.bytes.len() as u64;
            })
            .unwrap();
        let analysis = analyse(&image);
        for plan in [Plan::exact(&image, &analysis).unwrap(), Plan::opaque(&image)] {
            let text = super::write(&origin(), &image, &plan).unwrap();
            let code = go_assembled(Processor::X86_64, &text).remove("rust").unwrap();
            assert_eq!(
                code[START as usize..][..image.bytes.len()],
                image.bytes,
                "{length} bytes of constants\n{text}"
            );
            let is_traced = text.contains("TOPFRAME");
            assert_eq!(is_traced, !plan.is_exact());
        }
    }
}

/// Branches to the host come first, each in 16 bytes.
#[test]
fn imports_are_branches() {
    let mut code = vec![0xaa; 32];
    code.extend([0xc3]);
    let mut image = image(Processor::X86_64, &code);
    image
        .edit(|image| {
            image.functions[0].start = 32;
            image.functions[0].size = 1;
            image.entries = vec![Entry {
                export: Export::undeclared("f"),
                at: 32,
            }];
            image.imports = ["rustgo_panic", "rustgo_write"]
                .iter()
                .zip([0, 16])
                .map(|(name, at)| Import {
                    name: (*name).to_owned(),
                    at,
                    returns: at > 0,
                })
                .collect();
        })
        .unwrap();
    let analysis = analyse(&image);
    let exact = Plan::exact(&image, &analysis).unwrap();
    for plan in [&exact, &Plan::opaque(&image)] {
        let text = super::write(&origin(), &image, plan).unwrap();
        assert!(
            text.contains("\tPCALIGN $128\n\tJMP ·rustgo_panic(SB)\n")
                && text.contains("\tJMP ·rustgo_write(SB)\n"),
            "{text}"
        );
        let code = go_assembled(Processor::X86_64, &text);
        let slot = [&[0xe9, 0, 0, 0, 0][..], &[0xcc; 11]].concat();
        assert_eq!(code["rust"][128..][..33], [&slot[..], &slot, &[0xc3]].concat());
        // The stub that leaves the image knows its end.
        let end = format!("LEAQ ·rust+{}(SB), R9", 128 + 33);
        assert_eq!(text.contains(&end), !plan.is_exact(), "{text}");
    }
}

/// The epilogue of a function that aligned its frame.
fn epilogue(tail: &[u8], depth: u64, gap: usize, entered: Option<u64>) -> Option<Epilogue> {
    // push rbp; mov rbp, rsp; push rbx; and rsp, -64
    let start: &[u8] = &[0x55, 0x48, 0x89, 0xe5, 0x53, 0x48, 0x83, 0xe4, 0xc0];
    let code = [start, tail, &vec![0xcc; gap]].concat();
    let mut image = image(Processor::X86_64, &code);
    image
        .edit(|image| {
            image.functions[0].size = (start.len() + tail.len()) as u64;
        })
        .unwrap();
    let function = image.functions[0].clone();
    let instructions: Vec<Instruction> =
        Decoder::with_ip(64, &code[..function.size as usize], 0, DecoderOptions::NONE)
            .iter()
            .collect();
    let back = instructions
        .iter()
        .find(|instruction| instruction.ip() >= start.len() as u64)
        .unwrap();
    let (before, behind) = (back.ip(), back.next_ip());
    let depths = move |at: u64| match at {
        at if at == before => Some(depth),
        at if at == behind => Some(16),
        _ => None,
    };
    let limit = code.len() as u64;
    Epilogue::find(
        &image,
        &function,
        &instructions,
        depths,
        &entered.into_iter().collect(),
        limit,
    )
}

#[test]
fn ends_of_aligned_frames_move() {
    // lea rsp, [rbp - 8]; pop rbx; pop rbp; ret
    let short = &[0x48, 0x8d, 0x65, 0xf8, 0x5b, 0x5d, 0xc3];
    // mov rsp, rbp in both encodings; pop rbp; ret
    let moves: [&[u8]; 2] = [&[0x48, 0x89, 0xec, 0x5d, 0xc3], &[0x48, 0x8b, 0xe5, 0x5d, 0xc3]];
    // lea rsp, [rbp - 136]; ret
    let long = &[0x48, 0x8d, 0xa5, 0x78, 0xff, 0xff, 0xff, 0xc3];
    let with_jump = &[
        0x48, 0x8d, 0x65, 0xf8, 0x5b, 0x5d, 0xc5, 0xf8, 0x77, 0xe9, 0x10, 0, 0, 0,
    ];
    for (tail, depth, by) in [
        (&short[..], 16 + 128, 0),
        (short, 16 + 129, 3),
        (short, 16 + 4096, 3),
        (moves[0], 16 + 64, 1),
        (moves[1], 16 + 64, 1),
        (moves[0], 16 + 256, 4),
        (long, 16 + 256, 0),
        (long, 16 + 8, 0),
        (with_jump, 16 + 256, 3),
    ] {
        let found = epilogue(tail, depth, 8, None).unwrap_or_else(|| panic!("{tail:x?}"));
        assert_eq!((found.at, found.by), (9, by), "{tail:x?} from {depth}");
        assert_eq!(i64::from(found.amount), depth as i64 - 16);
        assert_eq!(found.rest.end, 9 + tail.len() as u64);
        assert_eq!(found.piece(9), Some(Piece::Adjust(-found.amount)));
        assert_eq!(found.piece(found.rest.start), None);
        // Exactly enough room.
        assert!(epilogue(tail, depth, by as usize, None).is_some());
        assert!(
            by == 0 || epilogue(tail, depth, by as usize - 1, None).is_none(),
            "{tail:x?}"
        );
    }
    // A jump out of the function keeps its target.
    let found = epilogue(with_jump, 16 + 256, 8, None).unwrap();
    let jump = 9 + with_jump.len() as u64 - 5;
    assert_eq!(
        found.piece(jump),
        Some(Piece::Instruction("BYTE $0xe9; LONG $0x0000000d".to_owned())),
        "16 less what it moves by, 3"
    );
}

#[test]
fn other_ends_stay() {
    let short = &[0x48, 0x8d, 0x65, 0xf8, 0x5b, 0x5d, 0xc3];
    assert!(epilogue(short, 16 + 256, 8, None).is_some());
    // Entered from elsewhere: at each instruction that would move, but not at the one that stays.
    for at in [13, 14, 15] {
        assert!(epilogue(short, 16 + 256, 8, Some(at)).is_none(), "{at}");
    }
    assert!(epilogue(short, 16 + 256, 8, Some(9)).is_some());
    assert!(epilogue(short, 16 + 256, 8, Some(16)).is_some());
    assert!(
        epilogue(short, 16, 8, None).is_none(),
        "it moves the stack pointer by nothing"
    );
    assert!(epilogue(short, 8, 8, None).is_none(), "it goes deeper");
    for tail in [
        // lea rsp, [rbp + rax - 8]; lea rsp, [rbx - 8]; lea rbx, [rbp - 8]; mov rsp, rbx; mov rbx, rbp
        &[0x48, 0x8d, 0x64, 0x05, 0xf8, 0xc3][..],
        &[0x48, 0x8d, 0x63, 0xf8, 0xc3],
        &[0x48, 0x8d, 0x5d, 0xf8, 0xc3],
        &[0x48, 0x89, 0xdc, 0xc3],
        &[0x48, 0x89, 0xeb, 0xc3],
        // Something else after it: mov eax, ebx.
        &[0x48, 0x8d, 0x65, 0xf8, 0x89, 0xd8, 0xc3],
        // A short jump, a jump through a register, no end at all.
        &[0x48, 0x8d, 0x65, 0xf8, 0xeb, 0x00],
        &[0x48, 0x8d, 0x65, 0xf8, 0xff, 0xe0],
        &[0x48, 0x8d, 0x65, 0xf8, 0x5b],
    ] {
        assert!(epilogue(tail, 16 + 256, 8, None).is_none(), "{tail:x?}");
    }
}

#[test]
fn gaps_hold_nothing_else() {
    let bytes = [0xc3, 0xcc, 0xcc, 0x90, 0x0f, 0x1f, 0x00, 0xcc, 0xc3, 0xcc, 0xcc];
    let image = image(Processor::X86_64, &bytes);
    let is_gap = |range: std::ops::Range<u64>| super::pieces::is_gap(&image, range);
    assert!(is_gap(1..8) && is_gap(3..7) && is_gap(9..11) && is_gap(4..4));
    assert!(!is_gap(0..8), "a return in front");
    assert!(!is_gap(1..9), "one at the end");
    assert!(!is_gap(9..12), "it ends behind the code");
}

/// Addresses, and data between and after them, as directives that give the same bytes.
#[test]
fn constants_with_addresses_are_data() {
    use crate::go::relro;
    use crate::image::Address;
    let mut image = image(Processor::X86_64, &[0xc3]);
    for length in 0..=17usize {
        let first = 64 + 8 + length as u64;
        let edited = image.edit(|image| {
            image.relro.start = 64;
            image.relro.alignment = 16;
            image.bytes.truncate(1);
            image.bytes.resize(64, 0);
            // Data, an address of code, one of these constants, and data; a zero needs no directive.
            image.bytes.extend((0..8 + length).map(|byte| 0x80 | byte as u8));
            image.bytes.extend([0; 16]);
            image.bytes.extend([7, 0, 0, 0, 0, 0, 0, 0, 0, 9, 8]);
            image.relro.addresses = vec![
                Address {
                    at: first,
                    target: 0,
                    is_relro: false,
                },
                Address {
                    at: first + 8,
                    target: 72,
                    is_relro: true,
                },
            ];
        });
        edited.unwrap();
        let text = relro::write(&image, 128).unwrap();
        let relro = image.relro();
        let mut made = vec![0; relro.len()];
        let mut addresses = Vec::new();
        for line in text.lines().filter(|line| line.starts_with("DATA ")) {
            let line = line.strip_prefix("DATA rustdata<>+").unwrap();
            let (place, value) = line.split_once(", $").unwrap();
            let (at, size) = place.split_once("(SB)/").unwrap();
            let (at, size): (usize, usize) = (at.parse().unwrap(), size.parse().unwrap());
            match value.strip_prefix("0x") {
                Some(digits) => {
                    let value = u64::from_str_radix(digits, 16).unwrap();
                    assert_ne!(value, 0);
                    assert!(made[at..at + size].iter().all(|byte| *byte == 0), "twice: {text}");
                    made[at..at + size].copy_from_slice(&value.to_le_bytes()[..size]);
                }
                None => addresses.push((at as u64 + 64, size, value.to_owned())),
            }
        }
        assert_eq!(made, relro, "{text}");
        assert_eq!(
            addresses,
            [
                (first, 8, "·rust+128(SB)".to_owned()),
                (first + 8, 8, "rustdata<>+8(SB)".to_owned())
            ]
        );
        // Go's linker derives the alignment from the size.
        let size = relro.len().next_multiple_of(16);
        assert!(
            text.ends_with(&format!("GLOBL rustdata<>(SB), RODATA|NOPTR, ${size}\n")),
            "{text}"
        );
    }
    for (alignment, is_fine) in [(32, true), (64, false)] {
        image.edit(|image| image.relro.alignment = alignment).unwrap();
        let written = relro::write(&image, 128);
        assert_eq!(written.is_ok(), is_fine, "{alignment}");
    }
    let edited = image.edit(|image| {
        image.bytes.truncate(64);
        image.relro.addresses.clear();
    });
    edited.unwrap();
    assert_eq!(relro::write(&image, 128).unwrap(), "");
}
