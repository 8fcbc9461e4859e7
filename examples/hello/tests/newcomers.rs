//! The errors that one meets first, as the README shows them: each still appears.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use rustgo_hosts::command;
use rustgo_hosts::sealed::Sealed;
use tempfile::TempDir;

static GUEST: LazyLock<Sealed> = LazyLock::new(|| {
    Sealed::build(
        hello::GUEST,
        &Path::new(env!("CARGO_TARGET_TMPDIR")).join("newcomers"),
    )
    .unwrap()
});

fn source(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("errors").join(name)
}

/// Assembles a file of NASM into a folder.
fn assemble(folder: &TempDir, source: &Path) -> PathBuf {
    let object = folder.path().join("program.o");
    command::run(
        Command::new("nasm")
            .args(["-f", "elf64"])
            .arg(format!("-I{}/", rustgo_hosts::root().join("asm/linux").display()))
            .arg(format!("-I{}/", GUEST.include().display()))
            .arg("-o")
            .args([&object, source]),
    )
    .unwrap();
    object
}

fn hello_object(folder: &TempDir) -> PathBuf {
    assemble(folder, &rustgo_hosts::root().join("asm/linux/hello.asm"))
}

/// Compiles one file of Rust into a static library, as cargo does for `crate-type = ["staticlib"]`.
fn static_library(folder: &TempDir, source: &Path) -> PathBuf {
    let library = folder.path().join("library.a");
    command::run(
        Command::new("rustc")
            .args([
                "--edition",
                "2024",
                "--crate-type",
                "staticlib",
                "-O",
                "-Cpanic=abort",
                "-o",
            ])
            .args([&library, source]),
    )
    .unwrap();
    library
}

/// What a linker says where it fails.
fn refusal(linker: &str, folder: &TempDir, files: &[&Path]) -> String {
    let mut command = Command::new(linker);
    command.arg("-o").arg(folder.path().join("program")).args(files);
    let output = command
        .output()
        .map_err(|error| command::unstarted(&command, error))
        .unwrap();
    assert!(!output.status.success(), "{} works", command::line(&command));
    String::from_utf8(output.stderr).unwrap()
}

fn link(linker: &str, folder: &TempDir, files: &[&Path]) -> PathBuf {
    let program = folder.path().join("program");
    command::run(Command::new(linker).arg("-o").arg(&program).args(files)).unwrap();
    program
}

#[test]
fn the_archive_before_the_object() {
    let folder = tempfile::tempdir().unwrap();
    let (object, archive) = (hello_object(&folder), GUEST.archive());
    let error = refusal("ld", &folder, &[&archive, &object]);
    assert!(error.contains("undefined reference to `hello'"), "{error}");
    link("ld", &folder, &[&object, &archive]);
}

#[test]
fn two_starts() {
    let folder = tempfile::tempdir().unwrap();
    let (object, archive) = (hello_object(&folder), GUEST.archive());
    let error = refusal("gcc", &folder, &[&object, &archive]);
    assert!(error.contains("multiple definition of `_start'"), "{error}");
    assert!(error.contains("undefined reference to `main'"), "{error}");
    link("gcc", &folder, &[Path::new("-nostartfiles"), &object, &archive]);
}

#[test]
fn no_exit() {
    let folder = tempfile::tempdir().unwrap();
    let object = assemble(&folder, &source("lost.asm"));
    let program = link("ld", &folder, &[&object, &GUEST.archive()]);
    let output = Command::new(program).output().unwrap();
    const SIGSEGV: i32 = 11;
    assert_eq!(output.status.signal(), Some(SIGSEGV), "{output:?}");
    // It got as far as that.
    assert_eq!(output.stdout, b"Hello from Rust!\n");
}

#[test]
fn a_mangled_name() {
    let folder = tempfile::tempdir().unwrap();
    let library = static_library(&folder, &source("names.rs"));
    let symbols = command::read(Command::new("nm").arg(&library)).unwrap();
    assert!(symbols.contains(" t _ZN5names7mangled17h"), "{symbols}");
    assert!(symbols.contains(" T unmangled"), "{symbols}");
    let error = refusal("gcc", &folder, &[&source("calls_mangled.c"), &library]);
    assert!(error.contains("undefined reference to `mangled'"), "{error}");
}

/// The place of the last word of three: on the stack in C's convention, behind a pointer in Rust's.
#[test]
fn extern_c_is_another_convention() {
    let folder = tempfile::tempdir().unwrap();
    let library = static_library(&folder, &source("abi.rs"));
    let code = |function: &str| {
        command::read(
            Command::new("objdump")
                .args(["-d", "-M", "intel", "--no-show-raw-insn"])
                .arg(format!("--disassemble={function}"))
                .arg(&library),
        )
        .unwrap()
    };
    assert!(
        code("c_abi").contains("rax,QWORD PTR [rsp+0x18]"),
        "{}",
        code("c_abi")
    );
    assert!(
        code("rust_abi").contains("rax,QWORD PTR [rdi+0x10]"),
        "{}",
        code("rust_abi")
    );
}
