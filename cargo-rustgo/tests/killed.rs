//! What a build leaves that is killed while it moves its files to their places: never files of two builds (a unit test of
//! `write/output.rs` sees to that), but some may be missing. Whoever uses the package notices, and the same command mends it.
#![cfg(all(target_arch = "x86_64", target_os = "linux"))]

#[path = "common/workspace.rs"]
mod workspace;

use std::path::Path;
use std::process::{Command, Output};

use workspace::{files, rustgo, workspace};

/// With everything that a package has a file for.
const GUEST: &str = r#"//! A guest.
#![no_std]

/// Two numbers.
#[rustgo_rt::export]
#[repr(C)]
pub struct Pair {
    /// One.
    pub a: u64,
    /// The other.
    pub b: u64,
}

/// Divides.
#[rustgo_rt::export]
pub fn divide(pair: &Pair) -> u64 {
    pair.a / pair.b
}
"#;

const PROGRAM: &str = "package main

import \"guest/pair\"

func main() {
	println(pair.Divide(&pair.Pair{A: 6, B: 3}))
}
";

/// Nothing that Go's own compiler builds for these processors comes from them; `cargo rustgo verify` notices where they are
/// missing.
const NOT_NEEDED: [&str; 6] = [
    "THIRD-PARTY.txt",
    "doc.go",
    "exports_compiler.go",
    "exports_other.go",
    "exports_purego.go",
    "exports_test.go",
];

fn build(folder: &Path) -> Output {
    let variant = ["--variant", "v2=+sse4.2"];
    rustgo(
        folder,
        &[
            &["build", "-p", "rustgo-overhead", "--go", "out/pair"][..],
            &variant,
        ]
        .concat(),
    )
}

/// The program can be linked for both processors.
fn links(folder: &Path) -> bool {
    let link = |processor: &&str| {
        let mut command = Command::new("go");
        command
            .args(["build", "-o", "program", "."])
            .current_dir(folder.join("out"));
        let output = command
            .envs([("GOARCH", *processor), ("CGO_ENABLED", "0")])
            .output();
        output.unwrap().status.success()
    };
    ["amd64", "arm64"].iter().all(link)
}

#[test]
fn files_that_are_missing_are_noticed_and_written_again() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    workspace(folder, GUEST);
    let built = build(folder);
    assert!(
        built.status.success(),
        "{}",
        String::from_utf8_lossy(&built.stderr)
    );
    let out = folder.join("out");
    let package = files(&out.join("pair"));
    std::fs::write(out.join("go.mod"), "module guest\n\ngo 1.24\n").unwrap();
    std::fs::write(out.join("main.go"), PROGRAM).unwrap();
    assert!(links(folder));
    for (name, bytes) in &package {
        if NOT_NEEDED.iter().any(|other| Path::new(other) == name) {
            continue;
        }
        let file = out.join("pair").join(name);
        std::fs::remove_file(&file).unwrap();
        assert!(!links(folder), "{} is not missed", name.display());
        std::fs::write(&file, bytes).unwrap();
    }
    assert!(links(folder));

    for name in package.keys().step_by(2) {
        std::fs::remove_file(out.join("pair").join(name)).unwrap();
    }
    // The temporary files next to it when the build was killed.
    let (name, bytes) = package.first_key_value().unwrap();
    std::fs::write(out.join("pair").join(format!(".tmp{}", name.display())), bytes).unwrap();
    let output = build(folder);
    assert!(output.status.success());
    assert_eq!(files(&out.join("pair")), package);
}
