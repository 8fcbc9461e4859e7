//! Every program says hello and ends well, and tells it where it can't.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use hello::Program;
use rustgo_hosts::c::{self, Linking};
use rustgo_hosts::command;
use rustgo_hosts::linkage::Linkage;
use rustgo_hosts::sealed::Sealed;

static BUILT: LazyLock<(Sealed, Vec<Program>)> =
    LazyLock::new(|| hello::build(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("hello")).unwrap());

fn program(name: &str) -> PathBuf {
    let program = BUILT.1.iter().find(|program| program.name == name);
    program
        .unwrap_or_else(|| panic!("{name} is not built"))
        .path
        .clone()
}

fn run(program: &Path) -> Output {
    Command::new(program).output().unwrap()
}

#[test]
fn every_program_says_hello() {
    for program in &BUILT.1 {
        let output = run(&program.path);
        let expected = if program.name.contains("of its own") {
            "HELLO FROM RUST!\n"
        } else {
            "Hello from Rust!\n"
        };
        assert_eq!(output.status.code(), Some(0), "{}: {output:?}", program.name);
        assert_eq!(
            String::from_utf8_lossy(&output.stdout),
            expected,
            "{}",
            program.name
        );
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{}", program.name);
    }
}

#[test]
fn a_full_disk_is_told() {
    for program in &BUILT.1 {
        if program.name.contains("of its own") {
            continue;
        }
        let full = File::options().write(true).open("/dev/full").unwrap();
        let status = Command::new(&program.path)
            .stdout(full)
            .stderr(File::create("/dev/null").unwrap())
            .status()
            .unwrap();
        assert_eq!(status.code(), Some(1), "{}", program.name);
    }
}

/// What a host does only in part is asked for again, as long as it does anything.
#[test]
fn an_unwilling_host_is_asked_again() {
    let folder = tempfile::tempdir().unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/unwilling.c");
    let program = folder.path().join("unwilling");
    c::build(c::compiler(), &source, &[&BUILT.0], Linking::Dynamic, &program).unwrap();
    for (mood, status, output) in [
        ("one byte", 0, "Hello from Rust!\n"),
        ("nothing", 5, ""),
        ("too much", 0, ""),
        ("full", 28, ""),
    ] {
        let found = Command::new(&program).arg(mood).output().unwrap();
        assert_eq!(found.status.code(), Some(status), "{mood}: {found:?}");
        assert_eq!(String::from_utf8_lossy(&found.stdout), output, "{mood}");
    }
}

#[test]
fn the_nasm_program_is_itself_alone() {
    let program = program("NASM, without libc");
    let linkage = Linkage::of(&program).unwrap();
    assert!(linkage.is_static() && !linkage.dynamic, "{linkage}");
    let undefined = command::read(Command::new("nm").arg("-u").arg(&program)).unwrap();
    assert_eq!(undefined, "");
}

/// Without C's start files, but with its linker: libc and its loader are there, and nothing of theirs runs before us.
#[test]
fn nostartfiles_is_linked_with_libc() {
    let linkage = Linkage::of(&program("NASM, by gcc -nostartfiles")).unwrap();
    assert!(linkage.dynamic && linkage.interpreter.is_some(), "{linkage}");
}

/// A program with a `rustgo_write` of its own has one, and not the archive's.
#[test]
fn a_default_is_replaced() {
    let symbols = |name: &str| command::read(Command::new("nm").arg(program(name))).unwrap();
    assert_eq!(
        symbols("C, with a rustgo_write of its own")
            .matches(" T rustgo_write")
            .count(),
        1
    );
    let archive = command::read(Command::new("nm").arg(BUILT.0.archive())).unwrap();
    assert_eq!(archive.matches("T rustgo_write").count(), 1, "{archive}");
    assert_eq!(archive.matches("U rustgo_write").count(), 1, "{archive}");
}

#[test]
fn the_readme_is_right() {
    rustgo_hosts::readme::check("examples/hello/README.md").unwrap();
}
