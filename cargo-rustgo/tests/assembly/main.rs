//! Assembly that comes with a guest, written to get something past the checks: each function does one thing, wrong or
//! right, and its name says which. Everything for a processor is one object.
//!
//! What a check was found to let through is a case here, with a twin that is right.

mod aarch64;
#[path = "../common/mod.rs"]
mod common;
mod registers;
mod x86_64;

use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_rustgo::processor::Processor;
use serde_json::Value;

/// A function, and what the tool has to say of it, a part of each finding; nothing where it is right.
#[derive(Clone)]
struct Case {
    name: String,
    code: String,
    says: Vec<String>,
    /// The bound that is proven, where that is what the case is about.
    bound: Option<u64>,
}

fn case(name: impl Into<String>, code: impl Into<String>, says: Option<&str>) -> Case {
    Case {
        name: name.into(),
        code: code.into(),
        says: says.into_iter().map(str::to_owned).collect(),
        bound: None,
    }
}

impl Case {
    /// It is wrong in another way too.
    fn and(mut self, says: &str) -> Self {
        self.says.push(says.to_owned());
        self
    }
}

/// A function that is right.
fn right(name: &str, code: &str) -> Case {
    case(name, code, None)
}

/// A function that is wrong, and a part of what the tool has to say of it.
fn wrong(name: &str, code: &str, says: &str) -> Case {
    case(name, code, Some(says))
}

/// A function that takes so many bytes of stack.
fn bounded(name: &str, code: &str, bound: u64) -> Case {
    Case {
        bound: Some(bound),
        ..right(name, code)
    }
}

/// Assembles the functions with the Rust toolchain's own assembler.
fn assemble(processor: Processor, cases: &[Case]) -> PathBuf {
    let functions: Vec<String> = cases
        .iter()
        .map(|Case { name, code, .. }| {
            format!(
                ".section .text.{name},\"ax\"\n.globl {name}\n.type {name},%function\n{name}:\n{code}\n.size {name}, . - {name}\n"
            )
        })
        .collect();
    let functions = functions.concat().replace('{', "{{").replace('}', "}}");
    let source = format!("#![no_std]\ncore::arch::global_asm!(r#\"{functions}\"#);\n");
    let name = format!("assembly_{}", processor.go_name());
    let file = common::folder().join(format!("{name}.rs"));
    let object = common::folder().join(format!("{name}.o"));
    std::fs::write(&file, source).unwrap();
    let output = Command::new("rustc")
        .args([
            "--edition",
            "2024",
            "--crate-type",
            "rlib",
            "--target",
            processor.target(),
        ])
        .args(["-Copt-level=2", "-Cpanic=abort", "-Ccodegen-units=1"])
        .arg(format!("--emit=obj={}", object.display()))
        .arg(&file)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", common::text(&output.stderr));
    object
}

fn judge(processor: Processor, cases: &[Case]) {
    let (report, status) = common::check(&assemble(processor, cases));
    assert_eq!(status, Some(1));
    let findings = report["findings"].as_array().unwrap();
    let exports = report["exports"].as_array().unwrap();
    assert_eq!(exports.len(), cases.len());
    let mut failures = Vec::new();
    for case in cases {
        let about: Vec<&Value> = findings
            .iter()
            .filter(|finding| finding["places"][0]["function"] == case.name.as_str())
            .collect();
        let is_said = |says: &String| {
            let mut messages = about.iter().map(|finding| finding["message"].as_str().unwrap());
            messages.any(|message| message.contains(says.as_str()))
        };
        let is_right = about.len() == case.says.len() && case.says.iter().all(is_said);
        let verdict = exports.iter().find(|export| export["name"] == case.name.as_str());
        let bound = &verdict.unwrap()["bound"];
        if case.bound.is_some_and(|bytes| *bound != bytes) {
            failures.push(format!("{}: {bound} bytes, not {:?}", case.name, case.bound));
        }
        if !is_right {
            failures.push(format!("{}: {about:#?}, not {:?}", case.name, case.says));
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n\n"));
    println!("{}: {} functions", processor.go_name(), cases.len());
}

fn amd64() -> Vec<Case> {
    [registers::amd64(), x86_64::cases()].concat()
}

fn arm64() -> Vec<Case> {
    [registers::arm64(), aarch64::cases()].concat()
}

#[test]
fn every_case_on_amd64() {
    judge(Processor::X86_64, &amd64());
}

#[test]
fn every_case_on_arm64() {
    judge(Processor::Aarch64, &arm64());
}

/// One function by itself, from the object's bytes to the exit status.
#[test]
fn one_right_function_is_proven() {
    for (processor, cases) in [(Processor::X86_64, amd64()), (Processor::Aarch64, arm64())] {
        let object = assemble(processor, &cases);
        let right = cases.iter().find(|case| case.says.is_empty()).unwrap();
        let output = common::rustgo(&["check", "--export", &right.name], Path::new(&object));
        assert_eq!(output.status.code(), Some(0), "{}", common::text(&output.stdout));
    }
}
