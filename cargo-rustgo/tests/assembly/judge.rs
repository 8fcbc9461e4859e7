//! Assembles cases, links them and compares the prover's verdicts with what is expected, all within this process but
//! for the assembler and the linker.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_rustgo::check::EntryVerdict;
use cargo_rustgo::export::{Export, Import};
use cargo_rustgo::finding::{Finding, Rule};
use cargo_rustgo::pipeline::{self, Declared};
use cargo_rustgo::processor::Processor;
use cargo_rustgo::toolchain::Toolchain;

use crate::case::{Case, Expected};
use crate::common;

/// A host import that cases may call: it returns.
const IMPORT: &str = "host_import";

/// A host import that cases may call: it doesn't return.
const NEVER: &str = "host_never_returns";

/// Assembles the functions with the Rust toolchain's own assembler. `name` is the object's, without its extension.
pub fn assemble(processor: Processor, cases: &[Case], name: &str) -> PathBuf {
    let mut functions = String::new();
    for Case {
        name, code, is_local, ..
    } in cases
    {
        let binding = if *is_local { "local" } else { "globl" };
        write!(
            functions,
            ".section .text.{name},\"ax\"\n.{binding} {name}\n.type {name},%function\n{name}:\n{code}\n.size {name}, . - {name}\n"
        )
        .unwrap();
    }
    let functions = functions.replace('{', "{{").replace('}', "}}");
    let source = format!("#![no_std]\ncore::arch::global_asm!(r#\"{functions}\"#);\n");
    let file = common::folder().join(format!("{name}.rs"));
    let object = common::folder().join(format!("{name}.o"));
    std::fs::write(&file, source).unwrap();
    let output = Command::new("rustc")
        .args(["--edition", "2024", "--crate-type", "rlib"])
        .args(["--target", processor.target()])
        .args(["-Copt-level=2", "-Cpanic=abort", "-Ccodegen-units=1"])
        .arg(format!("--emit=obj={}", object.display()))
        .arg(&file)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", common::text(&output.stderr));
    object
}

/// The environment variable that limits a run to the cases that are expected to be accepted, or to be refused.
const CASES: &str = "RUSTGO_CASES";

/// Has the prover judge every case, or those that `RUSTGO_CASES` chooses, and compares.
pub fn judge(processor: Processor, cases: &[Case]) {
    let chosen = std::env::var(CASES).ok().map(|text| {
        text.parse::<Expected>()
            .unwrap_or_else(|error| panic!("{CASES}={text}: {error}"))
    });
    let object = assemble(
        processor,
        cases,
        &format!("assembly_every_{}", processor.go_name()),
    );
    let mut never = Import::undeclared(NEVER);
    never.returns = false;
    // All are assembled, because cases call others. What no export reaches isn't linked.
    let refused = refused(cases);
    let is_refused = |case: &&Case| refused.contains(case.name.as_str());
    let exports: Vec<&Case> = cases
        .iter()
        .filter(|case| !case.is_local)
        .filter(|case| chosen.is_none_or(|chosen| is_refused(case) == (chosen == Expected::Refused)))
        .collect();
    let declared = Declared {
        exports: exports
            .iter()
            .map(|case| {
                let requires = case.requires.unwrap_or_default().iter();
                Export {
                    requires: requires.map(|&feature| feature.to_owned()).collect(),
                    ..Export::undeclared(&case.name)
                }
            })
            .collect(),
        imports: vec![Import::undeclared(IMPORT), never],
        ..Declared::default()
    };
    let toolchain = Toolchain::find(Path::new(".")).unwrap();
    let checked = pipeline::check(&toolchain, processor, &[object], &declared).unwrap();
    let analysis = checked.analysis;
    assert_eq!(analysis.entries.len(), exports.len(), "{:#?}", analysis.findings);
    let mut findings: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in &analysis.findings {
        let function = finding.places[0].function.as_str();
        findings.entry(function).or_default().push(finding);
    }
    let verdicts: BTreeMap<&str, &EntryVerdict> = analysis
        .entries
        .iter()
        .map(|entry| (entry.name.as_str(), entry))
        .collect();
    let mut failures: Vec<String> = exports
        .iter()
        .filter_map(|case| {
            let name = case.name.as_str();
            let is_meant =
                |finding: &&&Finding| finding.rule != Rule::ProcessorFeature || case.requires.is_some();
            let findings: Vec<&Finding> = findings
                .get(name)
                .into_iter()
                .flatten()
                .filter(is_meant)
                .copied()
                .collect();
            differs(case, &findings, verdicts[name])
        })
        .collect();
    if chosen == Some(Expected::Accepted) {
        let about_others = analysis.findings.iter().filter(|finding| {
            let function = &finding.places[0].function;
            finding.rule != Rule::ProcessorFeature && exports.iter().all(|case| case.name != *function)
        });
        failures.extend(about_others.map(|finding| {
            let function = &finding.places[0].function;
            format!("{function}: accepted cases reach it, and {}", finding.message)
        }));
    }
    assert!(
        failures.is_empty(),
        "\n{}\n\n{} of {} cases fail",
        failures.join("\n\n"),
        failures.len(),
        exports.len()
    );
    let refused = exports.iter().filter(|case| is_refused(case)).count();
    println!(
        "{}: {} exports judged, {} accepted and {refused} refused",
        processor.go_name(),
        exports.len(),
        exports.len() - refused
    );
}

/// The cases in which something wrong is expected, and those whose code names one of them: they are parts of programs that
/// are refused.
fn refused(cases: &[Case]) -> BTreeSet<&str> {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    let mut refused: BTreeSet<&str> = cases
        .iter()
        .filter(|case| case.is_wrong())
        .map(|case| case.name.as_str())
        .collect();
    loop {
        let before = refused.len();
        for case in cases {
            if case
                .code
                .split(|letter| !is_part(letter))
                .any(|word| refused.contains(word))
            {
                refused.insert(&case.name);
            }
        }
        if refused.len() == before {
            return refused;
        }
    }
}

/// How what the prover says of a case differs from what is expected, if it does.
fn differs(case: &Case, findings: &[&Finding], verdict: &EntryVerdict) -> Option<String> {
    let mut text = String::new();
    let place = |finding: &Finding| finding.places[0].offset.wrapping_sub(verdict.start);
    let about = |says: &str| findings.iter().find(|finding| finding.message.contains(says));
    if findings.len() != case.says.len() || case.says.iter().any(|says| about(says).is_none()) {
        write!(text, "\n  expected {:?}, found", case.says).unwrap();
        if findings.is_empty() {
            text.push_str(" nothing wrong");
        }
        for finding in findings {
            write!(text, "\n    {}, at {}", finding.message, place(finding)).unwrap();
        }
    }
    if case.at.is_some() {
        let is = case.says.first().and_then(|says| about(says)).map(|it| place(it));
        if is != case.at {
            write!(text, "\n  expected it at {:?}, found it at {is:?}", case.at).unwrap();
        }
    }
    for (what, expected, is) in [
        ("", case.bound, verdict.bound),
        (" for aligned hosts", case.bound_aligned, verdict.bound_aligned),
    ] {
        if expected.is_some() && expected != is {
            write!(text, "\n  expected the bound{what} {expected:?}, found {is:?}").unwrap();
        }
    }
    let end = verdict.panic.as_ref().map(|panic| panic.kind);
    if case.end.is_some_and(|expected| expected != end) {
        write!(text, "\n  expected the end {:?}, found {end:?}", case.end).unwrap();
    }
    (!text.is_empty()).then(|| format!("{}:{text}", case.name))
}
