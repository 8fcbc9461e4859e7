//! The generated header is C99 and C++17 without a warning, whatever is around it.

use std::fs;
use std::path::Path;
use std::process::Command;

use rustgo_hosts::{c, command};

use crate::{CRYPTO, OVERHEAD};

/// Every compiler of the two languages, and the option for each.
const COMPILERS: [(&str, [&str; 3]); 4] = [
    ("gcc", ["-std=c99", "-x", "c"]),
    ("clang", ["-std=c99", "-x", "c"]),
    ("g++", ["-std=c++17", "-x", "c++"]),
    ("clang++", ["-std=c++17", "-x", "c++"]),
];

/// Includes only the header, twice, so that it needs nothing before it and can be included again.
fn compile(header: &Path) -> Vec<anyhow::Result<()>> {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("includes");
    let include = format!("#include \"{}\"\n", header.display());
    fs::write(&source, include.repeat(2)).unwrap();
    COMPILERS
        .iter()
        .map(|(compiler, language)| {
            command::run(
                Command::new(compiler)
                    .args(language)
                    .args(c::WARNINGS)
                    .arg("-fsyntax-only")
                    .arg(&source),
            )
            .map(drop)
        })
        .collect()
}

#[test]
fn compiles_as_c_and_as_cpp() {
    for guest in [&CRYPTO, &OVERHEAD] {
        for result in compile(&guest.header()) {
            result.unwrap();
        }
    }
}

#[test]
fn a_header_with_a_flaw_does_not() {
    let header = fs::read_to_string(CRYPTO.header()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("flawed.h");
    let flaws = [
        ("uint8_t dst[32]", "u8 dst[32]"),
        ("#include <stdint.h>", ""),
        ("#endif /* RUSTGO_CRYPTO_H */", "#endif\nstatic char twice[0];"),
    ];
    for (from, to) in flaws {
        let flawed = header.replace(from, to);
        assert_ne!(flawed, header, "{from} is not in the header");
        fs::write(&path, flawed).unwrap();
        for result in compile(&path) {
            assert!(result.is_err(), "{from} became {to}, and it still compiles");
        }
    }
}
