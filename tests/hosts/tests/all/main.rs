//! The promises to C and NASM programs, and to Go programs outside of this repository: each is built and run here.

#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

mod archive;
mod book;
mod by_hand;
mod go_program;
mod header;
mod input;
mod inputs;
mod linking;
mod nosplit;
mod packages;
mod panics;
mod rounding;
mod scalars;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use rustgo_hosts::c::{self, Linking};
use rustgo_hosts::nasm;
use rustgo_hosts::sealed::Sealed;

/// The guest that the programs in this repository call.
static CRYPTO: LazyLock<Sealed> = LazyLock::new(|| sealed("rustgo-crypto"));

/// Another guest, to be linked as well.
static OVERHEAD: LazyLock<Sealed> = LazyLock::new(|| sealed("rustgo-overhead"));

/// The programs that print a point: C with the shared libc, C with libc inside, NASM without libc.
static PROGRAMS: LazyLock<[PathBuf; 3]> = LazyLock::new(|| {
    let source = rustgo_hosts::root().join("examples/c/scalar_base_mult.c");
    let [dynamic, fixed, assembly] = ["c-dynamic", "c-static", "nasm"].map(|name| scratch().join(name));
    c::build(c::compiler(), &source, &[&CRYPTO], Linking::Dynamic, &dynamic).unwrap();
    c::build(c::compiler(), &source, &[&CRYPTO], Linking::Static, &fixed).unwrap();
    let source = rustgo_hosts::root().join("asm/linux/scalar_base_mult.asm");
    nasm::build(&source, &CRYPTO, &assembly).unwrap();
    [dynamic, fixed, assembly]
});

const SCALAR: &str = "39129b3f7bbd7e17a39679b940018a737fc3bf430fcbc827029e67360aab3707";
const POINT: &str = "1cc4789ed5ea69f84ad460941ba0491ff532c1af1fa126733d6c7b62f7ebcbcf";

/// The suffixes of rustgo-crypto's exports, for each kernel that this processor supports.
const KERNELS: [&str; 4] = ["", "_avx2", "_bmi2", "_ifma"];

/// The number of scalars for each program.
const SCALARS: usize = 1000;

fn sealed(guest: &str) -> Sealed {
    Sealed::build(guest, &scratch().join("sealed")).unwrap()
}

/// Cargo's folder for the files of these tests.
fn scratch() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
}

/// A source that is only compiled by these tests.
fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/programs")
        .join(name)
}

fn command(program: &Path) -> Command {
    Command::new(program)
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
