//! Shims and declarations of a Go package: each word at Go's place for it, in the instruction for its size and sign;
//! checked by Go's compiler, assemblers and vet.

use std::collections::BTreeMap;

use super::aarch64::Aarch64;
use super::assembly::{Assembly, Way, shim};
use super::signature::Signature;
use super::x86_64::X86_64;
use super::{Context, check_names, declarations, names, panic, quoted, refuse_hand_written};
use crate::export::{Export, Type};
use crate::interface::Interface;
use crate::processor::Processor;
use crate::testing::{error, image, interface, origin, plain, raw, run_with, structure, words};
use crate::{Files, Origin, Proof, Stamp, go};

/// Each scalar in Rust and in Go, and its instructions: loads and stores for amd64, then for arm64.
const SCALARS: &[(&str, &str, &str, [&str; 4])] = &[
    ("u8", "byte", "uint8", ["MOVBLZX", "MOVB AX", "MOVBU", "MOVB R0"]),
    (
        "u16",
        "uint16",
        "uint16",
        ["MOVWLZX", "MOVW AX", "MOVHU", "MOVH R0"],
    ),
    ("u32", "uint32", "uint32", ["MOVL", "MOVL AX", "MOVWU", "MOVW R0"]),
    ("u64", "uint64", "uint64", ["MOVQ", "MOVQ AX", "MOVD", "MOVD R0"]),
    ("i8", "int8", "int8", ["MOVBLSX", "MOVB AX", "MOVB", "MOVB R0"]),
    ("i16", "int16", "int16", ["MOVWLSX", "MOVW AX", "MOVH", "MOVH R0"]),
    ("i32", "int32", "int32", ["MOVL", "MOVL AX", "MOVW", "MOVW R0"]),
    ("i64", "int64", "int64", ["MOVQ", "MOVQ AX", "MOVD", "MOVD R0"]),
    ("usize", "uint", "uint", ["MOVQ", "MOVQ AX", "MOVD", "MOVD R0"]),
    ("isize", "int", "int", ["MOVQ", "MOVQ AX", "MOVD", "MOVD R0"]),
    (
        "f32",
        "float32",
        "float32",
        ["MOVSS", "MOVSS X0", "FMOVS", "FMOVS F0"],
    ),
    (
        "f64",
        "float64",
        "float64",
        ["MOVSD", "MOVSD X0", "FMOVD", "FMOVD F0"],
    ),
    ("bool", "bool", "bool", ["MOVBLZX", "MOVB AX", "MOVBU", "MOVB R0"]),
];

fn size(scalar: &str) -> u64 {
    match scalar {
        "u8" | "i8" | "bool" => 1,
        "u16" | "i16" => 2,
        "u32" | "i32" | "f32" => 4,
        _ => 8,
    }
}

fn is_float(scalar: &str) -> bool {
    scalar.starts_with('f')
}

fn assembly<A: Assembly>(interface: &Interface, way: Way) -> String {
    let function = &interface.functions[0];
    shim::<A>(interface, function, &Signature::of(interface, function), way)
}

/// A shim's lines after its `TEXT`, without comments.
fn lines(text: &str) -> Vec<&str> {
    let lines = text.lines().filter(|line| line.starts_with('\t'));
    lines
        .map(|line| line.split("//").next().unwrap().trim())
        .collect()
}

#[test]
fn scalars_travel_in_their_registers() {
    for (rust, _, _, [load_amd64, store_amd64, load_arm64, store_arm64]) in SCALARS {
        let interface = interface(&[plain("f", &[&format!("x: {rust}")], rust)], &[]);
        let (x, y) = if is_float(rust) {
            ("X0", "F0")
        } else {
            ("DI", "R0")
        };
        let amd64 = assembly::<X86_64>(&interface, Way::Call(144));
        assert_eq!(
            lines(&amd64),
            [
                "NO_LOCAL_POINTERS",
                &format!("{load_amd64} x+0(FP), {x}"),
                "CALL_RUST(ENTRY_f, FRAME_f)",
                &format!("{store_amd64}, ret+8(FP)"),
                "RET"
            ],
            "{rust}"
        );
        let arm64 = assembly::<Aarch64>(&interface, Way::Call(144));
        assert_eq!(
            lines(&arm64),
            [
                "NO_LOCAL_POINTERS",
                &format!("{load_arm64} x+0(FP), {y}"),
                "CALL_RUST(ENTRY_f, FRAME_f)",
                &format!("{store_arm64}, ret+8(FP)"),
                "RET"
            ],
            "{rust}"
        );
    }
}

/// Every pair of scalars, and every third one between two of them: offsets are those of a Go struct, with the results
/// at a multiple of a word.
#[test]
fn words_lie_where_go_has_them() {
    let all: Vec<&str> = SCALARS.iter().map(|row| row.0).collect();
    for first in &all {
        for second in &all {
            for ret in ["", "u8", "u32", "u64"] {
                let parameters = [format!("a: {first}"), format!("b: {second}"), "c: u8".to_owned()];
                let parameters: Vec<&str> = parameters.iter().map(String::as_str).collect();
                let interface = interface(&[plain("f", &parameters, ret)], &[]);
                let signature = Signature::of(&interface, &interface.functions[0]);
                let b = size(first).next_multiple_of(size(second));
                let c = b + size(second);
                let end = c + 1;
                let offsets: Vec<u64> = signature.words.iter().map(|word| word.slot.offset).collect();
                assert_eq!(offsets, [0, b, c], "{first}, {second}");
                let results = end.next_multiple_of(8);
                let (at, size) = match ret {
                    "" => (None, end),
                    ret => (Some(results), results + size(ret)),
                };
                assert_eq!(signature.ret.map(|(slot, _)| slot.offset), at);
                assert_eq!(signature.size, size, "{first}, {second}, {ret}");
            }
        }
    }
}

#[test]
fn registers_are_taken_in_order() {
    let parameters = [
        "a: &[u8]", "b: f32", "c: &str", "d: u8", "e: f64", "g: i64", "h: f32", "i: f64", "j: f64", "k: f64",
        "l: f64", "m: f64",
    ];
    let interface = interface(&[plain("f", &parameters, "")], &[]);
    let amd64 = assembly::<X86_64>(&interface, Way::Call(144));
    let registers: Vec<&str> = lines(&amd64)
        .iter()
        .filter_map(|line| line.split_once("(FP), "))
        .map(|(_, register)| register)
        .collect();
    assert_eq!(
        registers,
        [
            "DI", "SI", "X0", "DX", "CX", "R8", "X1", "R9", "X2", "X3", "X4", "X5", "X6", "X7"
        ]
    );
    let arm64 = assembly::<Aarch64>(&interface, Way::Call(144));
    let registers: Vec<&str> = lines(&arm64)
        .iter()
        .filter_map(|line| line.split_once("(FP), "))
        .map(|(_, register)| register)
        .collect();
    assert_eq!(
        registers,
        [
            "R0", "R1", "F0", "R2", "R3", "R4", "F1", "R5", "F2", "F3", "F4", "F5", "F6", "F7"
        ]
    );
    let signature = Signature::of(&interface, &interface.functions[0]);
    let places: Vec<String> = signature.words.iter().map(|word| word.slot.operand()).collect();
    assert_eq!(
        places,
        [
            "a_base+0(FP)",
            "a_len+8(FP)",
            "b+24(FP)",
            "c_base+32(FP)",
            "c_len+40(FP)",
            "d+48(FP)",
            "e+56(FP)",
            "g_+64(FP)",
            "h+72(FP)",
            "i+80(FP)",
            "j+88(FP)",
            "k+96(FP)",
            "l+104(FP)",
            "m+112(FP)",
        ]
    );
}

/// Up to 128 bytes of frame need no stack check: that is Go's own limit, which the linker adds up along chains of such
/// functions.
#[test]
fn stack_checks_begin_above_the_limit() {
    let interface = interface(&[plain("f", &[], "")], &[]);
    for (way, expected) in [
        (Way::Inline, "TEXT ·F(SB), NOSPLIT, $0-0\n"),
        (Way::Call(16), "TEXT ·F(SB), NOSPLIT, $16-0\n"),
        (Way::Call(128), "TEXT ·F(SB), NOSPLIT, $128-0\n"),
        (Way::Call(144), "TEXT ·F(SB), 0, $144-0\n"),
        (Way::Call(65600), "TEXT ·F(SB), 0, $65600-0\n"),
    ] {
        for text in [
            assembly::<X86_64>(&interface, way),
            assembly::<Aarch64>(&interface, way),
        ] {
            assert!(text.contains(expected), "{text}");
            let is_inline = way == Way::Inline;
            assert_eq!(text.contains("INLINE_f"), is_inline);
            assert_eq!(text.contains("CALL_RUST(ENTRY_f, FRAME_f)"), !is_inline);
            assert_eq!(text.contains("NO_LOCAL_POINTERS"), !is_inline);
        }
    }
}

/// References, and pointers to arrays, are read through before the call. Raw pointers may be nil, and Rust checks
/// slices.
#[test]
fn what_must_not_be_nil_is_touched() {
    let touched = |export: Export| {
        let interface = interface(&[export], &[]);
        let amd64 = assembly::<X86_64>(&interface, Way::Call(144));
        let arm64 = assembly::<Aarch64>(&interface, Way::Call(144));
        let registers = |text: &str, start: &str, end: &str| -> Vec<String> {
            lines(text)
                .iter()
                .filter_map(|line| Some(line.strip_prefix(start)?.split(end).next()?.to_owned()))
                .collect()
        };
        (
            registers(&amd64, "TESTB AX, (", ")"),
            registers(&arm64, "MOVBU (", ")"),
        )
    };
    let names = |amd64: &[&str], arm64: &[&str]| {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        (owned(amd64), owned(arm64))
    };
    assert_eq!(
        touched(plain("f", &["x: u64", "y: &u8"], "")),
        names(&["SI"], &["R1"])
    );
    assert_eq!(
        touched(plain("f", &["x: &mut u64", "y: &[u8; 2]"], "")),
        names(&["DI", "SI"], &["R0", "R1"])
    );
    assert_eq!(
        touched(raw("f", &["x: *const [u8; 2]", "y: *mut u8"], "")),
        names(&["DI"], &["R0"])
    );
    assert_eq!(touched(raw("f", &["x: &u8"], "")), names(&["DI"], &["R0"]));
    assert_eq!(touched(plain("f", &["x: &[u8]", "y: &str"], "")), names(&[], &[]));
    assert_eq!(touched(raw("f", &["x: *const c_void"], "")), names(&[], &[]));
    // The check of a pointer reads into a register without an argument, if there is one.
    let interface = interface(&[plain("f", &["x: &u8", "y: u64"], "")], &[]);
    let arm64 = assembly::<Aarch64>(&interface, Way::Call(144));
    assert!(arm64.contains("MOVBU (R0), R2 "), "{arm64}");
}

#[test]
fn values_through_pointers_are_go_s_zero_values_first() {
    let types = [structure("S", 16, 8, &[("a", "u64", 0), ("b", "u32", 8)])];
    for (ret, cleared) in [
        ("Option<u8>", vec![(0, 1)]),
        ("Option<u16>", vec![(0, 2)]),
        ("Option<f32>", vec![(0, 4)]),
        ("Option<u64>", vec![(0, 8)]),
        ("Option<S>", vec![(0, 8), (8, 8)]),
    ] {
        let interface = interface(&[plain("f", &["x: &[u8]"], ret)], &types);
        let amd64 = assembly::<X86_64>(&interface, Way::Call(144));
        let arm64 = assembly::<Aarch64>(&interface, Way::Call(144));
        let sized = |bytes: i32, eight: &str, four: &str, two: &str, one: &str| -> String {
            match bytes {
                8 => eight,
                4 => four,
                2 => two,
                _ => one,
            }
            .to_owned()
        };
        let mut expected_amd64 = vec!["LEAQ ret+24(FP), DX".to_owned()];
        let mut expected_arm64 = vec!["MOVD $ret+24(FP), R2".to_owned()];
        for (at, bytes) in cleared {
            let instruction = sized(bytes, "MOVQ", "MOVL", "MOVW", "MOVB");
            expected_amd64.push(format!("{instruction} $0, {at}(DX)"));
            let instruction = sized(bytes, "MOVD", "MOVW", "MOVH", "MOVB");
            expected_arm64.push(format!("{instruction} ZR, {at}(R2)"));
        }
        // After the slice's two words, before the call.
        let part = |text: &str| {
            let lines = lines(text);
            let call = lines
                .iter()
                .position(|line| line.starts_with("CALL_RUST"))
                .unwrap();
            lines[3..call]
                .iter()
                .map(|line| (*line).to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(part(&amd64), expected_amd64);
        assert_eq!(part(&arm64), expected_arm64);
        let flag = 24
            + interface
                .layout(interface.functions[0].outcome.out().unwrap())
                .size;
        assert!(
            lines(&amd64).contains(&&*format!("MOVB AX, ret1+{flag}(FP)")),
            "{amd64}"
        );
        assert!(
            lines(&arm64).contains(&&*format!("MOVB R0, ret1+{flag}(FP)")),
            "{arm64}"
        );
    }
}

/// Structs of up to 16 bytes are returned in registers: by the System V ABI's classes of each half, or the AAPCS64's
/// homogeneous floats.
#[test]
fn structs_come_back_in_registers() {
    type Fields = &'static [(&'static str, &'static str, u64)];
    let cases: &[(u64, Fields, &[&str], &[&str])] = &[
        (1, &[("a", "u8", 0)], &["MOVB AX, 0(R10)"], &["MOVB R0, 0(R9)"]),
        (
            3,
            &[("a", "[u8; 3]", 0)],
            &["MOVW AX, 0(R10)", "SHRQ $16, AX", "MOVB AX, 2(R10)"],
            &["MOVH R0, 0(R9)", "LSR $16, R0", "MOVB R0, 2(R9)"],
        ),
        (
            7,
            &[("a", "[u8; 7]", 0)],
            &[
                "MOVL AX, 0(R10)",
                "SHRQ $32, AX",
                "MOVW AX, 4(R10)",
                "SHRQ $16, AX",
                "MOVB AX, 6(R10)",
            ],
            &[
                "MOVW R0, 0(R9)",
                "LSR $32, R0",
                "MOVH R0, 4(R9)",
                "LSR $16, R0",
                "MOVB R0, 6(R9)",
            ],
        ),
        (
            16,
            &[("a", "u64", 0), ("b", "u64", 8)],
            &["MOVQ AX, 0(R10)", "MOVQ DX, 8(R10)"],
            &["MOVD R0, 0(R9)", "MOVD R1, 8(R9)"],
        ),
        (
            12,
            &[("a", "u32", 0), ("b", "u32", 4), ("c", "u32", 8)],
            &["MOVQ AX, 0(R10)", "MOVL DX, 8(R10)"],
            &["MOVD R0, 0(R9)", "MOVW R1, 8(R9)"],
        ),
        (
            16,
            &[("a", "f64", 0), ("b", "u8", 8)],
            &["MOVSD X0, 0(R10)", "MOVQ AX, 8(R10)"],
            &["MOVD R0, 0(R9)", "MOVD R1, 8(R9)"],
        ),
        (
            16,
            &[("a", "u8", 0), ("b", "f64", 8)],
            &["MOVQ AX, 0(R10)", "MOVSD X0, 8(R10)"],
            &["MOVD R0, 0(R9)", "MOVD R1, 8(R9)"],
        ),
        (
            8,
            &[("a", "f32", 0), ("b", "u32", 4)],
            &["MOVQ AX, 0(R10)"],
            &["MOVD R0, 0(R9)"],
        ),
        (
            16,
            &[("a", "f64", 0), ("b", "f64", 8)],
            &["MOVSD X0, 0(R10)", "MOVSD X1, 8(R10)"],
            &["FMOVD F0, 0(R9)", "FMOVD F1, 8(R9)"],
        ),
        (4, &[("a", "f32", 0)], &["MOVSS X0, 0(R10)"], &["FMOVS F0, 0(R9)"]),
        (
            12,
            &[("a", "[f32; 3]", 0)],
            &["MOVSD X0, 0(R10)", "MOVSS X1, 8(R10)"],
            &["FMOVS F0, 0(R9)", "FMOVS F1, 4(R9)", "FMOVS F2, 8(R9)"],
        ),
        (
            16,
            &[("a", "[f32; 4]", 0)],
            &["MOVSD X0, 0(R10)", "MOVSD X1, 8(R10)"],
            &[
                "FMOVS F0, 0(R9)",
                "FMOVS F1, 4(R9)",
                "FMOVS F2, 8(R9)",
                "FMOVS F3, 12(R9)",
            ],
        ),
        (
            // Floats of two sizes are not homogeneous.
            16,
            &[("a", "f32", 0), ("b", "f64", 8)],
            &["MOVSD X0, 0(R10)", "MOVSD X1, 8(R10)"],
            &["MOVD R0, 0(R9)", "MOVD R1, 8(R9)"],
        ),
    ];
    for (size, fields, amd64, arm64) in cases {
        let interface = interface(&[plain("f", &[], "S")], &[structure("S", *size, 8, fields)]);
        let text = assembly::<X86_64>(&interface, Way::Call(144));
        let stored = lines(&text);
        assert_eq!(stored[2], "LEAQ ret+0(FP), R10");
        assert_eq!(&stored[3..stored.len() - 1], *amd64, "{fields:?}");
        let text = assembly::<Aarch64>(&interface, Way::Call(144));
        let stored = lines(&text);
        assert_eq!(stored[2], "MOVD $ret+0(FP), R9");
        assert_eq!(&stored[3..stored.len() - 1], *arm64, "{fields:?}");
    }
}

#[test]
fn what_go_hands_over_does_not_escape() {
    let is_noescape = |export: Export| {
        let interface = interface(&[export], &[]);
        Signature::of(&interface, &interface.functions[0]).is_noescape
    };
    assert!(is_noescape(plain("f", &["x: &u8"], "")));
    assert!(is_noescape(plain("f", &["x: &[u8]", "y: u8"], "u8")));
    assert!(is_noescape(plain("f", &["x: &str"], "")));
    // There is nothing to escape, or it is returned.
    assert!(!is_noescape(plain("f", &["x: u8"], "u8")));
    assert!(!is_noescape(raw("f", &["x: *const u8"], "*const u8")));
}

/// Every register of a struct, every form of function, and exact types.
fn guest() -> (Vec<Export>, Vec<Type>, Vec<(String, String)>) {
    let (mut exports, mut types) = (Vec::new(), Vec::new());
    let mut add = |export: Export, go: String| {
        types.push((names::exported(&export.name), go));
        exports.push(export);
    };
    for (rust, _, go, _) in SCALARS {
        let name = |form: &str| format!("{form}_{rust}");
        add(
            plain(&name("scalar"), &[&format!("x: {rust}")], rust),
            format!("func({go}) {go}"),
        );
        add(
            plain(&name("between"), &["a: u8", &format!("x: {rust}"), "b: u8"], rust),
            format!("func(uint8, {go}, uint8) {go}"),
        );
        add(
            plain(&name("shared"), &[&format!("x: &{rust}")], ""),
            format!("func(*{go})"),
        );
        add(
            plain(&name("slice"), &[&format!("x: &mut [{rust}]")], ""),
            format!("func([]{go})"),
        );
        add(
            plain(&name("array"), &[&format!("x: &[{rust}; 3]")], ""),
            format!("func(*[3]{go})"),
        );
        add(
            plain(&name("rows"), &[&format!("x: &[[{rust}; 3]]")], ""),
            format!("func([][3]{go})"),
        );
        add(
            plain(&name("option"), &[], &format!("Option<{rust}>")),
            format!("func() ({go}, bool)"),
        );
        add(
            plain(&name("result"), &["x: &str"], &format!("Result<{rust}, Failure>")),
            format!("func(string) ({go}, error)"),
        );
        add(
            plain(&name("text"), &["x: &str"], rust),
            format!("func(string) ({go}, error)"),
        );
        add(
            raw(
                &name("pointers"),
                &[&format!("x: *mut *const {rust}")],
                &format!("*const {rust}"),
            ),
            format!("func(**{go}) *{go}"),
        );
    }
    add(plain("nothing", &[], ""), "func()".into());
    add(
        plain("fails", &["status: u8", "value: &str"], "Result<(), Failure>"),
        "func(uint8, string) error".into(),
    );
    add(
        plain("by_value", &["x: &Outer", "len: &[Inner]"], "Inner"),
        "func(*Outer, []Inner) Inner".into(),
    );
    add(
        plain("three_floats", &["type: u8"], "Floats"),
        "func(uint8) Floats".into(),
    );
    add(
        plain("maybe", &["x: &[u8]"], "Option<Outer>"),
        "func([]byte) (Outer, bool)".into(),
    );
    add(
        raw("unknown", &["x: *mut Unknown", "y: *const c_void"], "*mut c_void"),
        "func(unsafe.Pointer, unsafe.Pointer) unsafe.Pointer".into(),
    );
    let structures = [
        crate::tests::structures(),
        vec![
            structure("Floats", 12, 4, &[("all", "[f32; 3]", 0)]),
            error(
                "Failure",
                &[("Early", 1, "it is \"early\""), ("TooLate", 7, "late")],
            ),
        ],
    ];
    (exports, structures.concat(), types)
}

/// Writes a package for the guest with images that do nothing, as the tool does.
fn package(folder: &std::path::Path, exports: &[Export], types: &[Type]) {
    let offered = interface(exports, types);
    let mut files = Files::default();
    let mut ways = BTreeMap::new();
    for processor in Processor::ALL {
        let code = match processor {
            Processor::X86_64 => vec![0xe8, 0, 0, 0, 0, 0xc3],
            Processor::Aarch64 => words(&[0x9400_0001, 0xd65f_03c0]),
        };
        let mut image = image(processor, &code);
        let entry = |export: &Export| crate::image::Entry {
            export: export.clone(),
            at: 0,
        };
        image
            .edit(|image| {
                image.entries = exports.iter().map(entry).collect();
            })
            .unwrap();
        let proofs: Vec<Proof> = image
            .entries
            .iter()
            .enumerate()
            .map(|(number, entry)| Proof {
                entry: entry.clone(),
                stack: 16 * number as u64 % 400 + 16,
            })
            .collect();
        let analysis = crate::check::Analysis::default();
        let mine = go::add(&mut files, folder, &origin(), &image, &analysis, &proofs)
            .unwrap()
            .ways;
        ways.insert(processor, mine);
    }
    super::add(&mut files, folder, &origin(), &offered, &ways, None, None).unwrap();
    files.write().unwrap();
}

#[test]
fn go_s_own_tools_agree() {
    let (exports, types, functions) = guest();
    let folder = tempfile::tempdir().unwrap();
    package(folder.path(), &exports, &types);
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("go.mod", "module example.org/guest\n\ngo 1.24\n");
    let package = panic::package(folder.path());
    let mut text = format!("package {package}\n\nimport \"unsafe\"\n\nvar _ unsafe.Pointer\n\n");
    for (name, ty) in &functions {
        // A type of its own, which nothing is converted to.
        text.push_str(&format!(
            "var _ *{ty} = func() *{ty} {{ f := {name}; return &f }}()\n"
        ));
    }
    for ((_, _, go, _), field) in SCALARS.iter().zip("ABCDEFGHIJKLM".chars()) {
        text.push_str(&format!("var _ *{go} = &(&Outer{{}}).{field}\n"));
    }
    text.push_str("var _ *[2]Inner = &(&Outer{}).Class\nvar _ *[2][3]uint16 = &(&Outer{}).Rows\n");
    text.push_str("var _ [1]int = [FailureEarly]int{}\nvar _ [7]int = [FailureTooLate]int{}\n");
    text.push_str("var _ error = FailureEarly\nvar _ error = ErrNotUTF8\n");
    write("types_only_test.go", &text);
    for processor in Processor::ALL {
        let environment = [
            ("GOARCH", processor.go_name()),
            ("GOFLAGS", ""),
            ("CGO_ENABLED", "0"),
        ];
        // Vet knows the places and sizes of arguments, and the minimum sizes of frames.
        run_with(folder.path(), "go", &["vet", "./..."], &environment)
            .unwrap_or_else(|error| panic!("{error}"));
    }
    let environment = [("GOFLAGS", ""), ("CGO_ENABLED", "0"), ("GOARCH", "amd64")];
    run_with(
        folder.path(),
        "go",
        &["test", "-run", "TestABI", "./..."],
        &environment,
    )
    .unwrap_or_else(|error| panic!("{error}"));
    let unformatted = run_with(folder.path(), "gofmt", &["-l", "."], &environment).unwrap();
    assert_eq!(unformatted, "", "gofmt writes these otherwise");
}

/// The test of the ABI in each package detects another layout.
#[test]
fn the_package_s_own_test_notices() {
    let fields = [("a", "u8", 0), ("b", "u64", 8), ("c", "u16", 16)];
    for (size, align, offset, fails) in [
        (24, 8, 8, false),
        (32, 8, 8, true),
        (24, 4, 8, true),
        (24, 8, 4, true),
    ] {
        let mut fields = fields;
        fields[1].2 = offset;
        let folder = tempfile::tempdir().unwrap();
        package(
            folder.path(),
            &[plain("f", &["x: &S"], "u16")],
            &[structure("S", size, align, &fields)],
        );
        std::fs::write(
            folder.path().join("go.mod"),
            "module example.org/guest\n\ngo 1.24\n",
        )
        .unwrap();
        let environment = [("GOFLAGS", ""), ("CGO_ENABLED", "0"), ("GOARCH", "amd64")];
        let result = run_with(folder.path(), "go", &["test", "-vet=off", "./..."], &environment);
        assert_eq!(result.is_err(), fails, "{result:?}");
        if let Err(error) = result {
            assert!(error.contains("Go has "), "{error}");
        }
    }
}

fn context<'a>(origin: &'a Origin, interface: &'a Interface, processors: &[&'static str]) -> Context<'a> {
    Context {
        origin,
        interface,
        package: "guest".to_owned(),
        processors: processors.to_vec(),
    }
}

#[test]
fn processors_without_an_image_are_told() {
    let (origin, interface) = (origin(), interface(&[plain("f", &[], "")], &[]));
    let one = context(&origin, &interface, &["amd64"]);
    let two = context(&origin, &interface, &["amd64", "arm64"]);
    assert_eq!(
        (one.constraint(), one.no_constraint()),
        ("amd64 && gc && !purego".into(), "!amd64 || !gc || purego".into())
    );
    assert_eq!(
        (two.constraint(), two.no_constraint()),
        (
            "(amd64 || arm64) && gc && !purego".into(),
            "!(amd64 || arm64) || !gc || purego".into()
        )
    );
    // Each build without the image has one file alone, whose undefined name is the reason.
    let texts = super::other(&two, None);
    let refused = |constraint: &str, name: &str| {
        let start = format!("//go:build {constraint}\n\npackage guest\n\n// ");
        let end = format!("\nvar _ = {name}\n");
        let one = |(_, text): &&(&str, String)| text.contains(&start) && text.ends_with(&end);
        assert_eq!(texts.iter().filter(one).count(), 1, "{name}: {texts:?}");
    };
    refused(
        "!(amd64 || arm64) && gc && !purego",
        "this_package_has_machine_code_for_amd64_and_arm64_only",
    );
    refused("!gc && !purego", "this_package_is_for_the_compiler_gc_only");
    refused("purego", "this_package_has_nothing_for_the_build_tag_purego");
    assert_eq!(texts.len(), 3);
    let fallback = "// Mine.\n//go:build ignore\n\npackage other // x\n\nfunc F() {}\n";
    let [(name, text)] = &super::other(&one, Some(fallback))[..] else {
        panic!("the fallback is one file");
    };
    assert_eq!(*name, "exports_other.go");
    assert!(
        text.ends_with("//go:build !amd64 || !gc || purego\n\npackage guest\n\nfunc F() {}\n"),
        "{text}"
    );
}

#[test]
fn errors_say_whose_they_are() {
    let failure = error(
        "Failure",
        &[("Early", 1, "it is \"early\""), ("TooLate", 7, "late")],
    );
    let (origin, offered) = (
        origin(),
        interface(&[plain("f", &["x: &str"], "Result<u8, Failure>")], &[failure]),
    );
    let context = context(&origin, &offered, &["amd64"]);
    let types = declarations::types(&context).unwrap();
    for part in [
        "const FailureEarly Failure = 1\n",
        "const FailureTooLate Failure = 7\n",
        "\tcase FailureEarly:\n\t\treturn \"guest: it is \\\"early\\\"\"\n",
        "\treturn \"guest: an unknown Failure\"\n",
        "var ErrNotUTF8 = errors.New(\"guest: text is not UTF-8\")\n",
    ] {
        assert!(types.contains(part), "{part}: {types}");
    }
    let functions = declarations::functions(&context, &offered.functions.iter().collect::<Vec<_>>());
    for part in [
        "\tvalue, status := callF(x)\n\tif status > 0 {\n\t\treturn value, Failure(status)\n\t}\n\tif status < 0 {\n\t\t\
         return value, rustMisused(\"F\", status)\n\t}\n\treturn value, nil\n",
        "\tcase -1:\n\t\tpanic(\"guest.\" + name + \": an argument is null\")\n",
        "\tcase -4:\n\t\tpanic(\"guest.\" + name + \": two arguments overlap, and one of them is written to\")\n",
        "\tcase -5:\n\t\treturn ErrNotUTF8\n",
        "\tpanic(\"guest.\" + name + \": Rust returned what it never does\")\n",
        "// The error is ErrNotUTF8 for a string that is not UTF-8.\n",
        "//go:noescape\nfunc callF(x string) (byte, int32)\n",
    ] {
        assert!(functions.contains(part), "{part}: {functions}");
    }
    // If no text is passed, that status never occurs.
    let failure = error("Failure", &[("Early", 1, "early")]);
    let offered = interface(&[plain("f", &["status: u8"], "Result<u8, Failure>")], &[failure]);
    let context = self::context(&origin, &offered, &["amd64"]);
    let functions = declarations::functions(&context, &offered.functions.iter().collect::<Vec<_>>());
    assert!(
        !functions.contains("case -5") && functions.contains("case -4"),
        "{functions}"
    );
    assert!(
        functions.contains("\tvalue, status_ := callF(status)\n"),
        "{functions}"
    );
    assert!(!functions.contains("noescape"), "{functions}");
}

#[test]
fn documentation_says_what_go_adds() {
    let origin = origin();
    let notes = |export: Export| {
        let offered = interface(&[export], &[]);
        let context = context(&origin, &offered, &["amd64"]);
        let text = declarations::functions(&context, &offered.functions.iter().collect::<Vec<_>>());
        let overlap = text.contains("// It panics when what is written to overlaps another argument.\n");
        let option = text.contains("// The bool says whether there is a value.\n");
        (overlap, option)
    };
    assert_eq!(notes(plain("f", &["x: &u8", "y: &mut u8"], "")), (true, false));
    assert_eq!(notes(plain("f", &["x: &mut [u8]", "y: &str"], "")), (true, false));
    assert_eq!(notes(plain("f", &["x: &u8", "y: &[u8]"], "")), (false, false));
    assert_eq!(
        notes(plain("f", &["x: u8", "y: &mut u8"], "Option<u8>")),
        (false, true)
    );
    assert_eq!(
        notes(raw("f", &["x: &u8", "y: &mut u8"], "")),
        (false, false),
        "it checks nothing"
    );
}

#[test]
fn what_a_person_wrote_stays() {
    let folder = tempfile::tempdir().unwrap();
    let mine = [("exports.go".to_owned(), String::new())];
    let stamp = format!("// {}\n", origin().line());
    let refused = || refuse_hand_written(folder.path(), &mine).is_err();
    assert!(refuse_hand_written(&folder.path().join("missing"), &mine).is_ok());
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("other.go", "package guest\n");
    assert!(!refused());
    write("exports.go", &stamp);
    write("rust_amd64.s", &stamp);
    assert!(!refused());
    write("exports.go", "package guest\n");
    assert!(refused());
    write("exports.go", &stamp);
    write("mine.s", "// Mine.\n");
    assert!(refused());
    assert!(Stamp::find(stamp.as_bytes()).is_some());
}

#[test]
fn literals_are_go_s() {
    assert_eq!(quoted("a\"b\\c\nd\u{7f}ä?"), r#""a\"b\\c\u000ad\u007fä?""#);
}

/// The Go specification's keywords, the predeclared names that generated code uses, and results' names.
#[test]
fn parameters_avoid_go_s_words() {
    let keywords = "break case chan const continue default defer else fallthrough for func go goto if import interface \
                    map package range return select struct switch type var";
    for word in keywords
        .split_whitespace()
        .chain(["nil", "true", "false", "error", "string", "ret", "ret1", "g"])
    {
        assert_eq!(names::parameter(word), format!("{word}_"));
        assert_eq!(names::parameter(&format!("{word}_x")), format!("{word}X"));
    }
    for name in ["gg", "breaks", "ret2", "typ", "x"] {
        assert_eq!(names::parameter(name), name);
    }
}

#[test]
fn what_go_would_have_twice_is_refused() {
    let function = |name: &str, parameters: &[&str], ret: &str| -> Export {
        let parameter = |name: &&str| format!(r#"{{"name":"{name}","type":"u32"}}"#);
        let parameters = parameters.iter().map(parameter).collect::<Vec<_>>().join(",");
        let text = format!(r#"{{"v":4,"name":"{name}","safe_fn":true,"args":[{parameters}],"ret":{ret}}}"#);
        serde_json::from_str(&text).unwrap()
    };
    let text: Export = serde_json::from_str(
        r#"{"v":4,"name":"f","safe_fn":true,"args":[{"name":"x","type":"&str"}],"ret":"S"}"#,
    )
    .unwrap();
    let structure = |other: &str| -> Type {
        let text = format!(
            r#"{{"v":4,"kind":"struct","name":"S","size":8,"align":4,"doc":"","fields":[
                {{"name":"a_b","type":"u32","offset":0}},{{"name":"{other}","type":"u32","offset":4}}]}}"#
        );
        serde_json::from_str(&text).unwrap()
    };
    let error: Type = serde_json::from_str(
        r#"{"v":4,"kind":"error","name":"Failure","variants":[{"name":"Late","value":1,"doc":"","text":""}]}"#,
    )
    .unwrap();
    let fails = function("g", &[], r#""Result<u8, Failure>""#);
    for (functions, types, expected) in [
        (
            vec![function("hello", &[], "null"), function("Hello", &[], "null")],
            vec![],
            "`hello` and `Hello` would both be `Hello` in Go: rename one",
        ),
        (
            vec![function("g", &["a_b", "aB"], "null")],
            vec![],
            "`a_b` of `g` and `aB` of `g` would both be `aB` in Go: rename one",
        ),
        (
            vec![text.clone()],
            vec![structure("aB")],
            "`S::a_b` and `S::aB` would both be `AB` in Go: rename one",
        ),
        (
            vec![text.clone(), function("s", &[], "null")],
            vec![structure("c")],
            "`S` and `s` would both be `S` in Go: rename one",
        ),
        (
            vec![text, function("errNotUTF8", &[], "null")],
            vec![structure("c")],
            "the error of text that is not UTF-8 and `errNotUTF8` would both be `ErrNotUTF8` in Go: rename one",
        ),
        (
            vec![fails, function("failure_late", &[], "null")],
            vec![error],
            "`Failure::Late` and `failure_late` would both be `FailureLate` in Go: rename one",
        ),
    ] {
        let interface = Interface::new(&functions, &types).unwrap();
        assert_eq!(check_names(&interface).unwrap_err().to_string(), expected);
    }
}

/// Functions in one processor's image only are declared for that processor only.
#[test]
fn functions_of_one_processor() {
    let (origin, offered) = (
        origin(),
        interface(&[plain("f", &["x: &u8"], ""), plain("g", &[], "u8")], &[]),
    );
    let context = context(&origin, &offered, &["amd64", "arm64"]);
    let functions: Vec<_> = offered.functions.iter().collect();
    let text = declarations::of_one(&context, "arm64", &functions);
    let start = format!(
        "// {}\n\n//go:build arm64 && gc && !purego\n\npackage guest\n\n",
        origin.line()
    );
    assert_eq!(
        text,
        start + "// F does f.\n//\n//go:noescape\nfunc F(x *byte)\n\n// G does g.\nfunc G() byte\n"
    );
}

/// Shims of several builds: one name that jumps by the number of the selected one, and one shim for each.
#[test]
fn builds_are_chosen_by_a_number() {
    use super::variants;
    use crate::variants::Table;
    let (origin, offered) = (
        origin(),
        interface(&[plain("count", &["x: &[u8]"], "u32"), plain("g", &[], "")], &[]),
    );
    let context = context(&origin, &offered, &["amd64"]);
    let table = Table {
        chooser: "choose".to_owned(),
        names: ["portable", "v3", "v4"].map(str::to_owned).to_vec(),
        features: vec![vec![], vec!["sse4.1", "avx2"], vec!["avx2", "sse4.1", "avx512f"]],
        exports: vec!["count".to_owned()],
    };
    let ways: BTreeMap<String, Way> = [
        ("count_portable", Way::Call(48)),
        ("count_v3", Way::Call(144)),
        ("count_v4", Way::Inline),
        ("choose", Way::Call(64)),
    ]
    .map(|(name, way)| (name.to_owned(), way))
    .into();
    let text = variants::shims(&context, &offered.functions[0], &table, &ways);
    let jump = "\n// func Count(x []byte) uint32\nTEXT ·Count(SB), NOSPLIT|NOFRAME, $0-28\n\tMOVL ·rustVariant(SB), AX\n\tCMPL AX, \
                $1\n\tJEQ  v3\n\tCMPL AX, $2\n\tJEQ  v4\n\tJMP  ·rustCountPortable(SB)\nv3:\n\tJMP  \
                ·rustCountV3(SB)\nv4:\n\tJMP  ·rustCountV4(SB)\n";
    assert!(text.starts_with(jump), "{text}");
    for part in [
        "TEXT ·rustCountPortable(SB), NOSPLIT, $48-28\n",
        "TEXT ·rustCountV3(SB), 0, $144-28\n",
        "TEXT ·rustCountV4(SB), NOSPLIT, $0-28\n",
        "\tCALL_RUST(ENTRY_count_portable, FRAME_count_portable)\n",
        "\tCALL_RUST(ENTRY_count_v3, FRAME_count_v3)\n",
        "\tINLINE_count_v4\n",
        "// func rustCountV3(x []byte) uint32\n",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let choose = variants::choose(&context, &table, &ways);
    assert_eq!(
        choose,
        "\n// func rustChoose() uint32\nTEXT ·rustChoose(SB), NOSPLIT, $64-4\n\tNO_LOCAL_POINTERS\n\tCALL_RUST(ENTRY_choose, \
         FRAME_choose)\n\tMOVL AX, ret+0(FP)\n\tRET\n"
    );
    let go = variants::declarations(&context, "amd64", &table);
    for part in [
        "//go:build amd64 && gc && !purego\n",
        "0 is the portable one, 1 v3, 2 v4.\nvar rustVariant = rustAllowed(rustChoose())\n\nfunc rustChoose() uint32\n",
        "string{\n\t{},\n\t{\"sse41\", \"avx2\"},\n\t{\"avx2\", \"sse41\", \"avx512f\"},\n}\n",
        "// rustCountV3 is Count, as v3 has it.\n",
        "//go:noescape\nfunc rustCountPortable(x []byte) uint32\n",
        "//go:noescape\nfunc rustCountV4(x []byte) uint32\n",
    ] {
        assert!(go.contains(part), "{part}: {go}");
    }
    assert!(!go.contains("rustG"), "{go}");
    // Only functions with several builds use the variable.
    let all: BTreeMap<String, Way> = ways
        .into_iter()
        .chain([("g".to_owned(), Way::Call(16))])
        .collect();
    let text = super::shims::write(&context, Processor::X86_64, &all, Some(&table));
    for part in [
        "TEXT ·G(SB), NOSPLIT, $16-0\n",
        "TEXT ·Count(SB), NOSPLIT|NOFRAME",
        "TEXT ·rustChoose(SB)",
    ] {
        assert_eq!(text.matches(part).count(), 1, "{part}: {text}");
    }
}

/// What GODEBUG turns off, in Go, run: the number of the build that is left.
#[test]
fn builds_are_left_out_by_godebug() {
    let folder = tempfile::tempdir().unwrap();
    let program = format!(
        "package main\n\nimport (\n\t\"os\"\n\t\"slices\"\n\t\"strconv\"\n\t\"strings\"\n\t\"syscall\"\n)\n\n\
         // As a guest with variants has it.\n\
         var rustFeatures = [...][]string{{\n\t{{}},\n\t{{\"popcnt\"}},\n\t{{\"popcnt\", \"avx2\"}},\n\t{{\"adx\"}},\n\t\
         {{\"popcnt\", \"avx2\", \"avx512f\"}},\n}}\n{}\n\
         func main() {{\n\tfor number := range rustFeatures {{\n\t\tos.Stdout.WriteString(strconv.Itoa(int(rustAllowed(uint32(number)))))\n\t}}\n}}\n",
        include_str!("variants.go.in")
    );
    std::fs::write(folder.path().join("main.go"), program).unwrap();
    std::fs::write(folder.path().join("go.mod"), "module main\n\ngo 1.21\n").unwrap();
    run_with(folder.path(), "go", &["build", "-o", "program", "."], &[]).unwrap();
    let program = folder.path().join("program");
    for (godebug, left) in [
        ("", "01234"),
        ("gctrace=0", "01234"),
        ("cpu.avx512f=off", "01232"),
        ("cpu.avx2=off", "01131"),
        ("cpu.popcnt=off", "00030"),
        ("cpu.adx=off", "01204"),
        ("cpu.all=off", "00000"),
        ("cpu.all=off,cpu.all=on", "01234"),
        ("cpu.avx2=on,cpu.avx2=off", "01131"),
        ("cpu.avx=off", "01234"),
    ] {
        let numbers = run_with(
            folder.path(),
            program.to_str().unwrap(),
            &[],
            &[("GODEBUG", godebug)],
        );
        assert_eq!(numbers.unwrap(), left, "GODEBUG={godebug}");
    }
}
