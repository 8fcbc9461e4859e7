//! Parts of guests' interfaces other than pointers: every kind of signature, constants that hold addresses, host
//! imports with their defaults, and variants.

use rustgo_hosts::macos::{self, Convention, Language, Program, emulator};
use rustgo_hosts::sealed::Sealed;

use crate::{EXPORT, check, inputs, scratch};

const C: [Language; 2] = [Language::CAmd64, Language::CArm64];

/// Builds a C program of the tests for each processor, runs it without arguments, and returns its output.
fn run(program: &str, guest: &str) -> Vec<anyhow::Result<String>> {
    let guest = Sealed::build(guest, &scratch().join(format!("sealed-{guest}"))).unwrap();
    let source = rustgo_hosts::root()
        .join("tests/hosts/tests/programs")
        .join(program);
    let run = |language: Language| {
        let name = source.file_stem().unwrap().display();
        let path = scratch().join(format!("darwin-{name}-{language:?}"));
        macos::build(language, &source, &guest, &path).unwrap();
        let task = Program::read(&path)?.task(Convention::Main, "_main", &[String::new()], &[])?;
        Ok(emulator::run(&task, &[])?.concat())
    };
    C.map(run).into()
}

/// Among them results of one and two bytes, of which callers on arm64 read all 32 bits of the register.
#[test]
fn every_signature() {
    for said in run("signatures/signatures.c", "rustgo-signatures") {
        assert_eq!(said.unwrap(), "every function does what its documentation says\n");
    }
}

/// The texts are at addresses that the linker filled in; `rustgo_panic` is the archive's own.
#[test]
fn a_panic_says_where_and_aborts() {
    for said in run("panics.c", "rustgo-panics") {
        let said = said.unwrap_err().to_string();
        let line = "status 134: rust: thirteen is not a number, at /rustgo/rustgo-panics-";
        assert!(said.contains(line), "{said}");
    }
}

/// The emulated processor supports the variant.
#[test]
fn a_variant_is_chosen() {
    let folder = scratch().join("sealed-variants");
    let guest = Sealed::build_variants("rustgo-crypto", &folder, &["v3=+bmi1,+bmi2,+adx"]).unwrap();
    let source = rustgo_hosts::root().join(Language::CAmd64.source());
    let path = scratch().join("darwin-variants");
    macos::build(Language::CAmd64, &source, &guest, &path).unwrap();
    let program = Program::read(&path).unwrap();
    check(&program, Convention::Main, "_main");
    check(&program, Convention::C, EXPORT);

    // The functions that trap there are called by none, or by all.
    let trap = |function: &str| {
        let plant = [(program.address(function).unwrap(), "0f0b".to_owned())];
        let arguments = [inputs::hex(&[7; 32])];
        let task = program.task(Convention::C, EXPORT, &arguments, &plant).unwrap();
        emulator::run(&task, &[])
    };
    trap("_scalar_base_mult_portable").unwrap();
    trap("_scalar_base_mult_v3").unwrap_err();
}
