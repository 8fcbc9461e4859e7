//! Programs read what `cargo rustgo check --json` writes: its fields are what `docs/check.md` says.

mod common;

use std::collections::BTreeSet;
use std::path::Path;

use cargo_rustgo::processor::Processor;
use serde_json::Value;

/// The names of all fields, with those of what they lie in.
fn fields(value: &Value, path: &str, into: &mut BTreeSet<String>) {
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                let path = format!("{path}.{name}");
                fields(value, &path, into);
                into.insert(path);
            }
        }
        Value::Array(array) => array.iter().for_each(|value| fields(value, path, into)),
        _ => {}
    }
}

/// Every field, and those of places once for each list of them.
const FIELDS: [&str; 36] = [
    ".exports",
    ".exports.bound",
    ".exports.bound_aligned",
    ".exports.budget",
    ".exports.imports",
    ".exports.is_decided",
    ".exports.name",
    ".exports.no_panic",
    ".exports.panic",
    ".exports.panic.kind",
    ".exports.panic.path",
    ".exports.panic.path.function",
    ".exports.panic.path.line",
    ".exports.panic.path.offset",
    ".exports.panic.places",
    ".exports.panic.places.function",
    ".exports.panic.places.line",
    ".exports.panic.places.offset",
    ".exports.start",
    ".exports.worst_path",
    ".exports.worst_path.bytes",
    ".exports.worst_path.calls_at",
    ".exports.worst_path.calls_at.function",
    ".exports.worst_path.calls_at.line",
    ".exports.worst_path.calls_at.offset",
    ".exports.worst_path.function",
    ".exports.worst_path.start",
    ".findings",
    ".findings.help",
    ".findings.message",
    ".findings.places",
    ".findings.places.function",
    ".findings.places.line",
    ".findings.places.offset",
    ".findings.rule",
    ".processor",
];

fn manual() -> String {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/check.md");
    std::fs::read_to_string(file).unwrap()
}

#[test]
fn the_fields_are_those_of_the_manual() {
    let guest = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/guests/panic.rs");
    let library = common::compile_for(Processor::X86_64, &guest, &["bad"], "json_panic").unwrap();
    let (report, status) = common::check(&library);
    assert_eq!(status, Some(1));

    let mut found = BTreeSet::new();
    fields(&report, "", &mut found);
    assert_eq!(found, FIELDS.iter().map(|field| (*field).to_owned()).collect());

    let manual = manual();
    for field in &found {
        let name = field.rsplit('.').next().unwrap();
        assert!(manual.contains(&format!("`{name}`")), "the manual lacks `{name}`");
    }
}

#[test]
fn every_rule_is_in_the_manual() {
    let source = std::fs::read_to_string(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/rustgo-image/src/finding.rs"),
    )
    .unwrap();
    let (_, rules) = source.split_once("pub enum Rule {").unwrap();
    let (rules, _) = rules.split_once('}').unwrap();
    let rules: Vec<String> = rules
        .lines()
        .filter_map(|line| line.trim().strip_suffix(','))
        .map(|name| {
            let kebab: String = name
                .chars()
                .flat_map(|c| {
                    if c.is_uppercase() {
                        vec!['-', c.to_ascii_lowercase()]
                    } else {
                        vec![c]
                    }
                })
                .collect();
            kebab.trim_start_matches('-').to_owned()
        })
        .collect();
    assert!(rules.len() > 10, "{rules:?}");
    let manual = manual();
    for rule in rules {
        assert!(manual.contains(&format!("`{rule}`")), "the manual lacks `{rule}`");
    }
}
