//! The NASM include file, assembled: its numbers are those of Rust and the C header.

use std::collections::BTreeMap;

use super::c::structures;
use crate::nasm;
use crate::testing::{enumeration, error, interface, origin, plain, run};

/// The values of expressions in a file that includes the text.
fn values(include: &str, expressions: &[&str]) -> Vec<i64> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("guest.inc"), include).unwrap();
    let list: String = expressions
        .iter()
        .map(|expression| format!("dq {expression}\n"))
        .collect();
    let source = format!("%include \"guest.inc\"\n%include \"guest.inc\"\nbits 64\n{list}");
    std::fs::write(folder.path().join("program.asm"), source).unwrap();
    run(
        folder.path(),
        "nasm",
        &["-Werror", "-f", "bin", "-o", "program", "program.asm"],
    )
    .unwrap();
    let bytes = std::fs::read(folder.path().join("program")).unwrap();
    let (words, rest) = bytes.as_chunks();
    assert!(rest.is_empty());
    words.iter().map(|&word| i64::from_le_bytes(word)).collect()
}

#[test]
fn numbers_are_rusts() {
    let failure = error(
        "LateError",
        &[("Early", 1, "it is early"), ("TooLate", 77, "late")],
    );
    let types = [structures(), vec![failure]].concat();
    let functions = [
        plain("outer", &["x: &mut [Outer]"], "Result<Inner, LateError>"),
        plain("other", &["x: u8"], "u8"),
    ];
    let stacks = BTreeMap::from([("outer".to_owned(), 1234), ("other".to_owned(), 8)]);
    let text = nasm::write(&origin(), &interface(&functions, &types), &stacks, true);
    let mut wanted: Vec<(String, i64)> = [
        "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "class", "rows", "inner", "last",
    ]
    .iter()
    .zip([0, 2, 4, 8, 16, 18, 20, 24, 32, 40, 48, 56, 64, 72, 104, 120, 136])
    .map(|(field, offset)| (format!("Outer.{field}"), offset))
    .collect();
    wanted.extend(
        [
            ("Outer_SIZE", 144),
            ("Inner.small", 0),
            ("Inner.wide", 8),
            ("Inner_SIZE", 16),
            ("OUTER_STACK", 1234),
            ("OTHER_STACK", 8),
            ("LATE_ERROR_EARLY", 1),
            ("LATE_ERROR_TOO_LATE", 77),
            ("RUSTGO_OK", 0),
            ("RUSTGO_NULL", -1),
            ("RUSTGO_MISALIGNED", -2),
            ("RUSTGO_TOO_LONG", -3),
            ("RUSTGO_OVERLAP", -4),
            ("RUSTGO_NOT_UTF8", -5),
            ("RUSTGO_NO_VALUE", -6),
            // As `c.rs` has them for the C header.
            ("RUSTGO_PANIC_MESSAGE", 0),
            ("RUSTGO_PANIC_MESSAGE_LENGTH", 8),
            ("RUSTGO_PANIC_FILE", 16),
            ("RUSTGO_PANIC_FILE_LENGTH", 24),
            ("RUSTGO_PANIC_LINE", 32),
            ("RUSTGO_PANIC_COLUMN", 36),
        ]
        .map(|(name, value)| (name.to_owned(), value)),
    );
    let names: Vec<&str> = wanted.iter().map(|(name, _)| name.as_str()).collect();
    // Externs are not allowed in a file without a format.
    let defines: String = text
        .lines()
        .filter(|line| !line.starts_with("extern "))
        .map(|line| format!("{line}\n"))
        .collect();
    let got: Vec<_> = names.iter().copied().zip(values(&defines, &names)).collect();
    let wanted: Vec<_> = wanted
        .iter()
        .map(|(name, value)| (name.as_str(), *value))
        .collect();
    assert_eq!(got, wanted);
    let externs: Vec<&str> = text.lines().filter(|line| line.starts_with("extern ")).collect();
    assert_eq!(externs, ["extern outer", "extern other"]);
    assert!(
        text.contains("; int32_t outer(struct Outer *x, size_t x_len, struct Inner *out)\nextern outer\n"),
        "{text}"
    );
    assert!(text.contains("; Does outer.\n"), "{text}");
}

#[test]
fn only_what_is_needed_is_defined() {
    let write = |parameter: &[&str], panics| {
        let offered = interface(&[plain("f", parameter, "")], &[]);
        nasm::write(&origin(), &offered, &BTreeMap::new(), panics)
    };
    for (parameters, panics) in [
        (&[][..], false),
        (&[], true),
        (&["x: &str"], false),
        (&["x: &str"], true),
    ] {
        let text = write(parameters, panics);
        assert_eq!(text.contains("RUSTGO_PANIC_MESSAGE"), panics, "{text}");
        assert_eq!(text.contains("RUSTGO_OK"), !parameters.is_empty(), "{text}");
    }
}

#[test]
fn an_enum_is_a_name_for_each_value() {
    let modes = enumeration("RunMode", "i16", &[("Slow", -3), ("VeryFast", 255)]);
    let text = nasm::write(
        &origin(),
        &interface(&[plain("f", &["x: RunMode"], "")], &[modes]),
        &BTreeMap::new(),
        false,
    );
    assert_eq!(values(&text, &["RUN_MODE_SLOW", "RUN_MODE_VERY_FAST"]), [-3, 255]);
}

/// NASM ends a line at a carriage return and at U+001A, and goes on with it after a backslash.
#[test]
fn documentation_stays_in_its_comment() {
    let failure = error(
        "Failure",
        &[("Early", 1, "ends in \\"), ("Late", 2, "late\r%error")],
    );
    let mut export = plain("f", &["x: u8"], "Result<(), Failure>");
    export.doc = "a\r%error b\0c \u{1a} d \\\n%error e\\".to_owned();
    let stacks = BTreeMap::from([("f".to_owned(), 48)]);
    let text = nasm::write(&origin(), &interface(&[export], &[failure]), &stacks, false);
    assert!(
        text.chars().all(|letter| letter == '\n' || !letter.is_control()),
        "{text}"
    );
    assert_eq!(
        values(&text, &["FAILURE_EARLY", "FAILURE_LATE", "F_STACK"]),
        [1, 2, 48]
    );
}
