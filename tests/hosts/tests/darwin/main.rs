//! Programs that were linked for macOS (C, NASM, arm64 assembly and Go) run in an emulator of both processors: they
//! compute the right points, and preserve the registers that macOS and Go require.
//!
//! The emulator implements the functions of libSystem that these programs call. Run by `cargo xtask test --only
//! darwin`, which installs the emulator.

#[path = "../all/inputs.rs"]
mod inputs;
mod interfaces;
mod plain;
mod planted;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::thread;

use object::Architecture;
use rustgo_hosts::command;
use rustgo_hosts::macos::{self, Convention, Language, Program, emulator};
use rustgo_hosts::sealed::Sealed;

const SCALARS: usize = 100;

/// The export's name for macOS linkers.
const EXPORT: &str = "_scalar_base_mult";

/// The programs in C and assembly, for both processors.
static LINKED: LazyLock<Vec<Program>> = LazyLock::new(|| {
    let guest = Sealed::build("rustgo-crypto", &scratch().join("sealed-darwin")).unwrap();
    let build = |language: Language| {
        let path = scratch().join(format!("darwin-{language:?}"));
        let source = rustgo_hosts::root().join(language.source());
        macos::build(language, &source, &guest, &path).unwrap();
        Program::read(&path).unwrap()
    };
    Language::ALL.map(build).into()
});

/// The Go package's test programs, for both processors.
static GO: LazyLock<Vec<Program>> = LazyLock::new(|| {
    let build = |processor: &str| {
        let path = scratch().join(format!("darwin-go-{processor}"));
        command::run(
            Command::new("go")
                .args(["test", "-c", "-o"])
                .arg(&path)
                .arg("./edwards25519")
                .env("CGO_ENABLED", "0")
                .env("GOOS", "darwin")
                .env("GOARCH", processor)
                .current_dir(rustgo_hosts::root().join("go")),
        )
        .unwrap();
        Program::read(&path).unwrap()
    };
    ["amd64", "arm64"].map(build).into()
});

fn scratch() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).to_owned()
}

/// Calls a function of a program with each scalar, and compares the points with those that Rust computes.
fn check(program: &Program, convention: Convention, function: &str) {
    let scalars = inputs::scalars(SCALARS);
    let arguments: Vec<_> = scalars.iter().map(inputs::hex).collect();
    let task = program.task(convention, function, &arguments, &[]).unwrap();
    let points = emulator::run(&task, &[]).unwrap_or_else(|wrong| panic!("{wrong:#}"));
    assert_eq!(points.len(), SCALARS);
    for (scalar, point) in scalars.iter().zip(points) {
        assert_eq!(
            point.trim_end(),
            inputs::hex(&rustgo_crypto::scalar_base_mult(scalar))
        );
    }
}

/// Checks some functions of each program.
fn check_all(programs: &[Program], convention: Convention, functions: fn(&Program) -> Vec<&str>) {
    let processors: Vec<_> = programs.iter().map(|program| program.architecture).collect();
    assert!(processors.contains(&Architecture::X86_64) && processors.contains(&Architecture::Aarch64));
    thread::scope(|scope| {
        for program in programs {
            let functions = functions(program);
            println!("{:?}: {functions:?}", program.architecture);
            assert!(!functions.is_empty());
            for function in functions {
                scope.spawn(move || check(program, convention, function));
            }
        }
    });
}

#[test]
fn programs_print_the_points() {
    check_all(&LINKED, Convention::Main, |_| vec!["_main"]);
}

#[test]
fn the_linked_export_follows_the_c_abi() {
    check_all(&LINKED, Convention::C, Program::exports);
}

#[test]
fn the_shims_and_the_image_follow_gos_convention() {
    check_all(&GO, Convention::Go, Program::shims);
}

/// Through libSystem's `write`, which is interrupted the first time here, and writes only a part the second time.
#[test]
fn hello_is_said() {
    let guest = Sealed::build("hello-guest", &scratch().join("hello-darwin")).unwrap();
    for (language, source) in [
        (Language::CAmd64, "examples/hello/hello.c"),
        (Language::CArm64, "examples/hello/hello.c"),
        (Language::Nasm, "asm/macos/hello.asm"),
    ] {
        let path = scratch().join(format!("darwin-hello-{language:?}"));
        macos::build(language, &rustgo_hosts::root().join(source), &guest, &path).unwrap();
        let program = Program::read(&path).unwrap();
        let task = program.task(Convention::Main, "_main", &[String::new()], &[]);
        let said = emulator::run(&task.unwrap(), &[]).unwrap_or_else(|wrong| panic!("{wrong:#}"));
        assert_eq!(said, ["Hello from Rust!\n"], "{language:?}");
    }
}

/// These end by `exit`, which does not return.
#[test]
fn what_is_no_scalar_ends_with_a_message() {
    for program in LINKED.iter() {
        for argument in ["", "12"] {
            let task = program.task(Convention::Main, "_main", &[argument.to_owned()], &[]);
            let wrong = emulator::run(&task.unwrap(), &[]).unwrap_err().to_string();
            assert!(wrong.contains("status 2: scalar_base_mult: "), "{wrong}");
            assert!(wrong.contains("64 hex digits"), "{wrong}");
        }
    }
}
