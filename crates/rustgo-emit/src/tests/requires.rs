//! What the hosts' files say about an export that requires processor features.

use std::collections::BTreeMap;

use rustgo_record::Role;
use rustgo_record::features::x86_64::TABLE;

use crate::c::header as c_header;
use crate::export::Export;
use crate::image::Entry;
use crate::testing::{interface, origin, plain, run};
use crate::{Proof, nasm, proofs};

fn requires(features: &[&str]) -> Export {
    Export {
        requires: features.iter().map(|&feature| feature.to_owned()).collect(),
        ..plain("f", &["x: u8"], "u8")
    }
}

#[test]
fn the_header_names_what_each_processor_has_to_have() {
    let header = |features: &[&str]| {
        let stacks = BTreeMap::from([("f".to_owned(), 48)]);
        c_header::write(&origin(), &interface(&[requires(features)], &[]), &stacks, false)
    };
    // Implied features are left out, and GCC has names of its own.
    let text = header(&["avx2", "bmi1", "pclmulqdq", "avx", "dotprod"]);
    let notes = " * Requires of amd64 processors: pclmulqdq, bmi1, avx2.\n * In GCC: __builtin_cpu_supports(\"pclmul\") && \
                 __builtin_cpu_supports(\"bmi\") && __builtin_cpu_supports(\"avx2\").\n * Requires of arm64 processors: \
                 dotprod.\n * Stack: ";
    assert!(text.contains(notes), "{text}");
    let text = header(&["sve2"]);
    assert!(
        text.contains(" *\n * Requires of arm64 processors: sve2.\n * Stack: "),
        "{text}"
    );
    assert!(!text.contains("In GCC"), "{text}");
    assert!(!header(&[]).contains("Requires"));
}

#[test]
fn the_include_file_names_what_its_processor_has_to_have() {
    let offered = interface(&[requires(&["avx2", "fma", "lse"])], &[]);
    let text = nasm::write(&origin(), &offered, &BTreeMap::new(), false);
    assert!(
        text.contains("\n; Requires of amd64 processors: fma, avx2.\n; uint8_t f("),
        "{text}"
    );
    assert!(!text.contains("arm64"), "{text}");
}

/// GCC 12 and later know the names. Newer ones are left out if the installed compiler is older.
#[test]
fn the_names_are_gccs() {
    const SINCE_14: [&str; 7] = [
        "sha512",
        "sm3",
        "sm4",
        "avxifma",
        "avxvnniint8",
        "avxneconvert",
        "avxvnniint16",
    ];
    let folder = tempfile::tempdir().unwrap();
    let names = TABLE
        .features
        .iter()
        .map(|feature| feature.detection.unwrap().gcc);
    let tests: String = names
        .filter(|name| !SINCE_14.contains(name))
        .map(|name| format!("    n += __builtin_cpu_supports(\"{name}\");\n"))
        .collect();
    let program = format!("int main(void) {{\n    int n = 0;\n{tests}    return n;\n}}\n");
    std::fs::write(folder.path().join("names.c"), program).unwrap();
    if cfg!(target_arch = "x86_64") {
        run(folder.path(), "gcc", &["-c", "names.c"]).unwrap();
    }
}

/// Each of two processors has a declaration. A variant's own features don't concern callers of the export.
#[test]
fn declarations_for_several_processors_are_one() {
    let proof = |features: &[&str], role: Role| Proof {
        entry: Entry {
            export: Export {
                role,
                ..requires(features)
            },
            at: 0,
        },
        stack: 16,
    };
    let one = [proof(&["avx2", "aes"], Role::Export)];
    let other = [proof(&["lse", "aes"], Role::Export)];
    let offered = proofs::interface([&one[..], &other[..]]);
    assert_eq!(offered[0].entry.export.requires, ["avx2", "aes", "lse"]);
    let variant = Role::Variant {
        of: "f".to_owned(),
        number: 1,
        features: vec!["avx512f".to_owned()],
    };
    let offered = proofs::interface([&[proof(&["popcnt"], variant)][..]]);
    assert_eq!(offered[0].entry.export.requires, ["popcnt"]);
}
