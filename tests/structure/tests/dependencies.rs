//! What the libraries bring along for a program that uses them.

use std::collections::BTreeSet;
use std::process::Command;

/// The libraries that other programs use, and the most crates that each may consist of, procedural macros included.
const LIBRARIES: [(&str, usize); 2] = [("rustgo-check", 20), ("rustgo-image", 20)];

/// What no program gets: crates that parse command lines, talk to a user or run cargo, and what only tests use.
const UNWANTED: [&str; 7] = [
    "anyhow",
    "cargo_metadata",
    "clap",
    "console",
    "disarm64",
    "disarm64_defn",
    "indicatif",
];

/// The names and versions of the crates that a package consists of on this machine, itself included.
fn crates(package: &str) -> BTreeSet<(String, String)> {
    let output = Command::new(env!("CARGO"))
        .args([
            "tree",
            "--locked",
            "--package",
            package,
            "--edges",
            "normal,build",
        ])
        .args(["--prefix", "none", "--format", "{p}"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let lines = String::from_utf8(output.stdout).unwrap();
    let crates = lines.lines().map(|line| {
        let mut words = line.split(' ').map(str::to_owned);
        words.next().zip(words.next()).unwrap_or_else(|| panic!("{line}"))
    });
    crates.collect()
}

fn has(crates: &BTreeSet<(String, String)>, name: &str) -> bool {
    crates.iter().any(|(other, _)| other == name)
}

#[test]
fn libraries_are_small() {
    for (library, most) in LIBRARIES {
        let crates = crates(library);
        assert!(has(&crates, library) && has(&crates, "object"), "{crates:?}");
        assert!(
            crates.len() <= most,
            "{library} consists of {} crates: {crates:?}",
            crates.len()
        );
        let unwanted: Vec<_> = UNWANTED.iter().filter(|name| has(&crates, name)).collect();
        assert!(unwanted.is_empty(), "{library} depends on {unwanted:?}");
    }
}

#[test]
fn the_tool_has_its_own_table_of_instructions() {
    let crates = crates("cargo-rustgo");
    assert!(has(&crates, "clap") && has(&crates, "rustgo-check"), "{crates:?}");
    assert!(!has(&crates, "disarm64") && !has(&crates, "disarm64_defn"));
}
