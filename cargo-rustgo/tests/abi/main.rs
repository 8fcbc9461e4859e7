//! Calls every sealed export 10,000 times with random values in all registers that the C ABI lets a caller keep: all of
//! them come back, the stack pointer too, the direction flag is clear, and the floating-point modes are what they were. On
//! x86-64 nothing is left in the x87 registers and in the upper halves of the vector registers. On both processors.
//!
//! `program.rs` does it, with one file for each processor, in a program without a system library, so that a processor
//! that this one is not can be emulated. Behind the same calls it puts functions that lose one register each: every one
//! of them has to be noticed.
#![cfg(all(target_arch = "x86_64", target_os = "linux"))]

#[path = "../common/mod.rs"]
mod common;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_rustgo::link::members;
use cargo_rustgo::processor::Processor;
use cargo_rustgo::toolchain::Toolchain;
use object::{Object, ObjectSymbol};

const GUESTS: [&str; 2] = ["rustgo-crypto", "rustgo-overhead"];

/// How often each export is called.
const CALLS: u32 = 10_000;

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/abi")
}

/// Runs a command that has to succeed, and returns what it writes.
fn run(command: &mut Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}: install it"));
    let (out, error) = (common::text(&output.stdout), common::text(&output.stderr));
    assert!(
        output.status.success(),
        "{command:?}: {}\n{out}{error}",
        output.status
    );
    out
}

/// The guests' sealed archives for a processor.
fn archives(processor: Processor) -> Vec<PathBuf> {
    let build = |guest: &&str| {
        let folder = common::folder().join("abi").join(processor.go_name());
        run(Command::new(common::TOOL)
            .args([
                "rustgo",
                "build",
                "-p",
                guest,
                "--processor",
                processor.go_name(),
                "--c",
            ])
            .arg(&folder)
            .current_dir(here()));
        let library = format!(
            "lib/linux-{}/lib{}.a",
            processor.go_name(),
            guest.replace('-', "_")
        );
        folder.join(library)
    };
    GUESTS.iter().map(build).collect()
}

/// What the archives let others call.
fn exports(archives: &[PathBuf]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for archive in archives {
        let bytes = std::fs::read(archive).unwrap();
        for member in members(&bytes).unwrap() {
            let object = object::File::parse(member.data).unwrap();
            let global = object
                .symbols()
                .filter(|symbol| symbol.is_global() && symbol.is_definition());
            names.extend(global.map(|symbol| symbol.name().unwrap().to_owned()));
        }
    }
    names
}

/// Compiles the program for a processor and links it with the archives.
fn program(processor: Processor, archives: &[PathBuf], exports: &BTreeSet<String>) -> PathBuf {
    let folder = common::folder().join("abi").join(processor.go_name());
    let declarations: String = exports.iter().map(|name| format!("fn {name}();\n")).collect();
    let entries: String = exports
        .iter()
        .map(|name| format!("({name:?}, {name}),\n"))
        .collect();
    let list = format!(
        "unsafe extern \"C\" {{\n{declarations}}}\npub static EXPORTS: &[(&str, unsafe extern \"C\" fn())] = \
         &[\n{entries}];\npub const CALLS: u32 = {CALLS};\n"
    );
    let list_file = folder.join("exports.rs");
    std::fs::write(&list_file, list).unwrap();
    let library = folder.join("libabi.a");
    run(Command::new("rustc")
        .args([
            "--edition",
            "2024",
            "--crate-type",
            "staticlib",
            "--target",
            processor.target(),
        ])
        .args([
            "-Copt-level=1",
            "-Cpanic=abort",
            "-Cdebuginfo=0",
            "-Crelocation-model=static",
        ])
        .env("EXPORTS", &list_file)
        .arg("-o")
        .arg(&library)
        .arg(here().join("program.rs")));
    let program = folder.join("program");
    run(Command::new(Toolchain::find(&here()).unwrap().lld)
        .args(["-flavor", "gnu", "-static", "--gc-sections", "-e", "_start", "-o"])
        .arg(&program)
        .arg(&library)
        .args(archives));
    program
}

/// Exports whose names end in a feature are for processors that have it.
fn can_run(export: &str) -> bool {
    let (_, feature) = export.rsplit_once('_').unwrap_or_default();
    match feature {
        "bmi2" => is_x86_feature_detected!("bmi2") && is_x86_feature_detected!("adx"),
        "avx2" => is_x86_feature_detected!("avx2"),
        "ifma" => is_x86_feature_detected!("avx512ifma") && is_x86_feature_detected!("avx512vl"),
        _ => true,
    }
}

fn check(processor: Processor, emulator: Option<&str>, registers: usize) {
    let archives = archives(processor);
    let mut exports = exports(&archives);
    for name in [
        "increment",
        "multiply_two",
        "scalar_base_mult",
        "scalar_base_mult_batch",
    ] {
        assert!(exports.contains(name), "{name} is gone");
    }
    exports.retain(|name| {
        let can_run = can_run(name);
        if !can_run {
            println!("{name} is left out: this processor lacks what it is compiled for");
        }
        can_run
    });
    let program = program(processor, &archives, &exports);
    let said = match emulator {
        Some(emulator) => run(Command::new(emulator).arg(&program)),
        None => run(&mut Command::new(&program)),
    };
    print!("{}: {said}", processor.go_name());
    let expected: String = exports
        .iter()
        .map(|name| format!("{name}: {CALLS} calls\n"))
        .collect();
    assert_eq!(said, format!("{expected}{registers} planted clobbers noticed\n"));
}

#[test]
fn amd64() {
    assert!(
        is_x86_feature_detected!("avx"),
        "this processor has no AVX: run the test on one that does"
    );
    // rbx, rbp, r12 to r15, the direction flag, MXCSR, the x87 control word, rsp, the x87 stack, upper halves
    check(Processor::X86_64, None, 12);
}

#[test]
fn arm64() {
    // x18 to x29, d8 to d15, FPCR, SP
    check(Processor::Aarch64, Some("qemu-aarch64"), 22);
}
