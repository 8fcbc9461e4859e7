//! The promises to C programs on arm64, in the same tests as on x86-64. On other processors the programs run under
//! `qemu-aarch64`. They are built by Zig, which links for arm64 on every processor, and run by `cargo xtask test --only
//! arm64`.

#![cfg(target_os = "linux")]

#[path = "../all/archive.rs"]
mod archive;
#[path = "../all/input.rs"]
mod input;
#[path = "../all/inputs.rs"]
mod inputs;
#[path = "../all/scalars.rs"]
mod scalars;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use rustgo_hosts::c::{self, Linking};
use rustgo_hosts::linkage::Linkage;
use rustgo_hosts::sealed::{LINUX_ARM64, Sealed};

static CRYPTO: LazyLock<Sealed> = LazyLock::new(|| sealed("rustgo-crypto"));

static OVERHEAD: LazyLock<Sealed> = LazyLock::new(|| sealed("rustgo-overhead"));

/// The program that prints a point, with libc inside: at a fixed address, and at any.
static PROGRAMS: LazyLock<[PathBuf; 2]> = LazyLock::new(|| {
    let source = rustgo_hosts::root().join("examples/c/scalar_base_mult.c");
    [Linking::Static, Linking::StaticPie].map(|linking| build(&source, &[&CRYPTO], linking))
});

const SCALAR: &str = "39129b3f7bbd7e17a39679b940018a737fc3bf430fcbc827029e67360aab3707";
const POINT: &str = "1cc4789ed5ea69f84ad460941ba0491ff532c1af1fa126733d6c7b62f7ebcbcf";

/// The suffixes of rustgo-crypto's exports, for each kernel that this processor supports.
const KERNELS: [&str; 1] = [""];

/// The number of scalars for each program. In the emulator a program starts slowly.
const SCALARS: usize = 200;

fn sealed(guest: &str) -> Sealed {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sealed-arm64");
    Sealed::build(guest, &folder).unwrap().on(LINUX_ARM64)
}

fn build(source: &Path, guests: &[&Sealed], linking: Linking) -> PathBuf {
    let name = source.file_stem().unwrap().display();
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("arm64-{name}-{linking:?}"));
    let zig = c::cross_compiler("aarch64-linux-musl");
    c::build_by(zig, source, guests, linking, &program).unwrap();
    program
}

fn command(program: &Path) -> Command {
    if cfg!(target_arch = "aarch64") {
        return Command::new(program);
    }
    let mut emulator = Command::new("qemu-aarch64");
    emulator.arg(program);
    emulator
}

fn run(program: &Path, arguments: &[&str]) -> Output {
    command(program)
        .args(arguments)
        .output()
        .unwrap_or_else(|error| panic!("{}: {error}", program.display()))
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

/// Checks that an arm64 program ran, and how it was linked.
#[test]
fn the_programs_are_what_they_are_said_to_be() {
    for (program, position_independent) in PROGRAMS.iter().zip([false, true]) {
        let linkage = Linkage::of(program).unwrap();
        assert!(linkage.is_static(), "{}: {linkage}", program.display());
        assert_eq!(
            linkage.position_independent,
            position_independent,
            "{}",
            program.display()
        );
        let bytes = std::fs::read(program).unwrap();
        let architecture = object::Object::architecture(&object::File::parse(&*bytes).unwrap());
        assert_eq!(
            architecture,
            object::Architecture::Aarch64,
            "{}",
            program.display()
        );
    }
}

#[test]
fn two_guests_and_libc_in_one_program() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programs/two_guests.c");
    for linking in [Linking::Static, Linking::StaticPie] {
        let program = build(&source, &[&CRYPTO, &OVERHEAD], linking);
        let output = run(&program, &[]);
        assert_eq!(stdout(&output), format!("{POINT}\n42\n42\n"), "{linking:?}");
    }
}

static SIGNATURES: LazyLock<Sealed> = LazyLock::new(|| sealed("rustgo-signatures"));

fn signatures(source: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/programs/signatures");
    let program = build(&folder.join(source), &[&SIGNATURES], Linking::Static);
    let output = run(&program, &[]);
    assert!(output.status.success(), "{}", stdout(&output));
    stdout(&output).to_owned()
}

#[test]
fn every_signature_works_in_c() {
    assert_eq!(
        signatures("signatures.c"),
        "every function does what its documentation says\n"
    );
}

/// The same images are for macOS, where callers expect more than on Linux.
#[test]
fn small_results_have_32_bits() {
    assert_eq!(signatures("small_results.c"), "120 -2440\n");
}
