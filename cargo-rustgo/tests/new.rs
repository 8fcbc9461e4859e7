//! `cargo rustgo new`: what it makes builds and passes its tests, in Rust, Go and C, and nothing is overwritten.
#![cfg(all(target_arch = "x86_64", target_os = "linux"))]

use std::path::Path;
use std::process::{Command, Output};

const TOOL: &str = env!("CARGO_BIN_EXE_cargo-rustgo");

fn rustgo(folder: &Path, arguments: &[&str]) -> Output {
    let mut tool = Command::new(TOOL);
    tool.arg("rustgo").args(arguments).current_dir(folder);
    tool.env_remove("CARGO_TARGET_DIR").output().unwrap()
}

/// The output of a command that has to succeed.
fn said(output: &Output, is_success: bool) -> String {
    let text = [&output.stdout[..], &output.stderr].concat();
    let text = String::from_utf8_lossy(&text).into_owned();
    assert_eq!(output.status.success(), is_success, "{text}");
    text
}

#[test]
fn what_is_made_builds_and_passes_its_tests() {
    let folder = tempfile::tempdir().unwrap();
    // A workspace around it makes no difference.
    std::fs::write(folder.path().join("Cargo.toml"), "[workspace]\n").unwrap();
    let text = said(&rustgo(folder.path(), &["new", "work/my-hash"]), true);
    assert!(
        text.contains("cargo rustgo build") && text.contains("cargo test"),
        "{text}"
    );
    let made = folder.path().join("work/my-hash");

    let text = said(&rustgo(&made, &["build"]), true);
    for file in [
        "go/myhash/rust_arm64.s",
        "go/myhash/exports.go",
        "c/include/my_hash.h",
    ] {
        assert!(
            text.contains(&format!("wrote {file}")) && made.join(file).is_file(),
            "{file}: {text}"
        );
    }
    let run = |program: &str, arguments: &[&str], folder: &str| {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(made.join(folder));
        said(&command.env_remove("CARGO_TARGET_DIR").output().unwrap(), true)
    };
    let text = run("cargo", &["test", "--", "--nocapture"], "");
    for passed in [
        "vectors ... ok",
        "go_package ... ok",
        "c_program ... ok",
        "ns per byte",
    ] {
        assert!(text.contains(passed), "no `{passed}` in {text}");
    }
    run("go", &["vet", "./..."], "go");
    assert_eq!(run("gofmt", &["-l", "."], "go"), "");
    let text = run(
        "go",
        &["test", "-bench", ".", "-benchtime", "1000x", "./..."],
        "go",
    );
    // FNV-1a multiplies once for each byte, which takes every processor three cycles or more.
    for half in ["Rust", "Go"] {
        let line = text
            .lines()
            .find(|line| line.contains(&format!("BenchmarkFnv1a/{half}/1024")));
        let time = line
            .unwrap_or_else(|| panic!("{text}"))
            .split_whitespace()
            .nth(2)
            .unwrap();
        assert!(
            time.parse::<f64>().unwrap() > 300.0,
            "{half} hashes 1024 bytes in {time} ns: {text}"
        );
    }
    run("cargo", &["fmt", "--check"], "");
    assert!(said(&rustgo(&made, &["verify"]), true).contains("go/myhash: all "));

    // The tests tell a wrong result, and what was forgotten.
    let source = made.join("src/lib.rs");
    let text = std::fs::read_to_string(&source).unwrap();
    std::fs::write(
        &source,
        text.replace("(hash ^ u64::from(byte))", "(hash + u64::from(byte))"),
    )
    .unwrap();
    said(&rustgo(&made, &["build", "--processor", "amd64"]), true);
    let output = Command::new("go")
        .arg("test")
        .arg("./...")
        .current_dir(made.join("go"))
        .output()
        .unwrap();
    assert!(said(&output, false).contains("FAIL: TestStandardLibrary"));
}

/// Names of packages that the test imports, and of its variables.
#[test]
fn names_that_go_has_elsewhere_make_packages_that_compile() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["fmt", "testing", "b"] {
        said(&rustgo(folder.path(), &["new", name]), true);
        let made = folder.path().join(name);
        let mut build = Command::new(TOOL);
        build
            .args(["rustgo", "build", "--processor", "amd64"])
            .current_dir(&made);
        build.env("CARGO_TARGET_DIR", folder.path().join("target"));
        said(&build.output().unwrap(), true);
        let mut test = Command::new("go");
        test.args(["test", "./..."]).current_dir(made.join("go"));
        said(&test.output().unwrap(), true);
    }
}

#[test]
fn nothing_is_overwritten_and_names_are_explained() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |name: &str, message: &str| {
        let text = said(&rustgo(folder.path(), &["new", name]), false);
        assert!(text.contains(message), "no `{message}` in {text}");
    };
    std::fs::create_dir(folder.path().join("taken")).unwrap();
    refused(
        "taken",
        "error: taken already exists: choose another name, or move it away",
    );
    std::os::unix::fs::symlink("nowhere", folder.path().join("link")).unwrap();
    refused("link", "error: link already exists: choose another name");
    refused(
        "Hash",
        "`Hash` can't be the name: crates and Go packages start with a lower-case letter",
    );
    refused(
        "go",
        "`go` can't be the name: `go` has a meaning of its own in Go",
    );
    for word in ["int", "byte"] {
        refused(word, "has a meaning of its own in Go");
    }
    refused("..", "`..` does not end in a name for the new crate");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    assert_eq!(std::fs::read_dir(folder.path().join("taken")).unwrap().count(), 0);
}
