//! The macros write what this crate describes. They can't depend on it: cargo would give all crates of a guest new
//! names, by which the compiler orders the functions of committed images. So their source is read.

use rustgo_record::VERSION;
use rustgo_record::features::{aarch64, x86_64};
use rustgo_record::panic::{FIELDS, SIZE, SYMBOL};
use rustgo_record::section::{EXPORTS, IMPORTS, TYPES};

const MACROS: &str = include_str!("../../../rustgo-rt/macros/src/record.rs");

#[test]
fn the_macros_write_the_format_that_is_read() {
    assert!(MACROS.contains(&format!("const VERSION: u32 = {VERSION};\n")));
}

#[test]
fn the_macros_know_the_features_of_the_table() {
    let source = include_str!("../../../rustgo-rt/macros/src/features.rs");
    for (name, table) in [("X86_64", &x86_64::TABLE), ("AARCH64", &aarch64::TABLE)] {
        let (_, list) = source.split_once(&format!("pub const {name}: ")).unwrap();
        let (list, _) = list.split_once("];\n").unwrap();
        let names: Vec<&str> = list
            .lines()
            .filter_map(|line| line.strip_prefix("    \"")?.strip_suffix("\","))
            .collect();
        let expected: Vec<&str> = table.features.iter().map(|feature| feature.name).collect();
        assert_eq!(names, expected, "{name}");
    }
}

#[test]
fn the_macros_write_to_the_sections_that_are_read() {
    for (name, section) in [("EXPORTS", EXPORTS), ("TYPES", TYPES), ("IMPORTS", IMPORTS)] {
        let text = format!(
            "pub const {name}: Section = Section {{\n    elf: {:?},\n    apple: {:?},\n}};\n",
            section.elf, section.apple
        );
        assert!(MACROS.contains(&text), "{text}");
    }
}

/// The status codes in rustgo-rt.
#[test]
fn entries_return_the_numbers_that_headers_declare() {
    let entries = include_str!("../../../rustgo-rt/src/entry.rs");
    for misuse in rustgo_record::misuse::MISUSES {
        let name: String = misuse
            .name
            .split('_')
            .map(|word| word[..1].to_owned() + &word[1..].to_lowercase())
            .collect();
        assert!(
            entries.contains(&format!("    {name} = {},\n", misuse.status)),
            "{name}"
        );
    }
}

/// The runtime, the default of the import, and the declarations for C, NASM and Go.
#[test]
fn panics_are_told_in_the_same_layout() {
    let runtime = include_str!("../../../rustgo-rt/src/panic/host.rs");
    let default = include_str!("../../../cargo-rustgo/src/build/defaults/panic.rs.in");
    let c = include_str!("../../rustgo-emit/src/c/header.rs");
    let nasm = include_str!("../../rustgo-emit/src/nasm.rs");
    let go = include_str!("../../rustgo-emit/src/go/panic.go.in");
    let mut places = [0; 2];
    let mut end = 0;
    for field in FIELDS {
        for (text, place) in [runtime, default].into_iter().zip(&mut places) {
            let line = format!("    {}: {},\n", field.name, field.rust);
            let at = text[*place..].find(&line);
            *place += at.unwrap_or_else(|| panic!("{line} is missing, or out of order"));
        }
        assert!(
            c.contains(&format!("    {}{};", field.c, field.name)),
            "{field:?}"
        );
        let name = field.name.to_uppercase();
        assert!(
            nasm.contains(&format!("%define RUSTGO_PANIC_{name} {} ", field.offset)),
            "{field:?}"
        );
        let size = if field.rust == "u32" { 4 } else { 8 };
        assert_eq!(field.offset, end, "{field:?}");
        end += size;
    }
    assert_eq!(end, SIZE);
    // A Go string is an address and a length.
    assert!(go.contains("type rustPanic struct {\n\tmessage, file string\n\tline, column  uint32\n}"));
    assert!(runtime.contains(&format!("fn {SYMBOL}(")));
}
