//! Assembly that comes with a guest, written to get something past the checks: each function does one thing, wrong or
//! right, and its name says which. There is a folder for each processor, and a file in it for each clause of its rules.
//!
//! Everything for a processor is one object, and the prover judges all of it in one go. What a check was found to let
//! through is a case here, with a twin that is right.

mod aarch64;
mod case;
#[path = "../common/mod.rs"]
mod common;
mod judge;
mod registers;
mod x86_64;

use cargo_rustgo::processor::Processor;

#[test]
fn every_case_on_x86_64() {
    judge::judge(Processor::X86_64, &x86_64::cases());
}

#[test]
fn every_case_on_aarch64() {
    judge::judge(Processor::Aarch64, &aarch64::cases());
}

/// One function alone, from the object's bytes to the exit status.
#[test]
fn one_right_function_is_proven() {
    for (processor, cases) in [
        (Processor::X86_64, x86_64::cases()),
        (Processor::Aarch64, aarch64::cases()),
    ] {
        let name = format!("assembly_one_{}", processor.go_name());
        let object = judge::assemble(processor, &cases, &name);
        let first = |is_right: bool| {
            let mut exports = cases.iter().filter(|case| !case.is_local);
            exports.find(|case| case.says.is_empty() == is_right).unwrap()
        };
        let right = first(true);
        let output = common::rustgo(&["check", "--export", &right.name], &object);
        assert_eq!(output.status.code(), Some(0), "{}", common::text(&output.stdout));
        let wrong = first(false);
        let output = common::rustgo(&["check", "--export", &wrong.name], &object);
        assert_eq!(output.status.code(), Some(1), "{}", common::text(&output.stdout));
        assert!(common::text(&output.stdout).contains(&wrong.says[0]));
    }
}
