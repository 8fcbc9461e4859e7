//! `cargo rustgo check`: reports what is proven about each export, and what is wrong.

use std::fmt::Write;
use std::process::ExitCode;

use anyhow::{Context, Result};
use serde::Serialize;

use super::input::{Input, InputArgs};
use crate::check::{DivergenceKind, EntryVerdict};
use crate::finding::Finding;
use crate::processor::Processor;

/// Prove what hosts rely on: stack, registers, self-containment, panics
///
/// Checks a guest crate, or any ELF object, archive or linked image, and reports for each export its stack bound,
/// whether it can panic and by which path, and which functions take the stack. The exit status is 1 if something is
/// wrong.
#[derive(clap::Args, Clone, Debug)]
#[command(after_help = "\
Examples:
  cargo rustgo check                          the guest of the current folder
  cargo rustgo check -p hash --json           package `hash`, for machines
  cargo rustgo check libhash.a                an archive: what it declares, or all its global functions
  cargo rustgo check hash.o --export sha256   one function of an object")]
pub struct Args {
    #[command(flatten)]
    input: InputArgs,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// The result for one processor.
#[derive(Debug, Serialize)]
struct Report {
    processor: Processor,
    exports: Vec<EntryVerdict>,
    findings: Vec<Finding>,
}

/// Runs the command.
///
/// # Errors
///
/// If there is nothing to check, or it does not compile.
pub fn run(args: &Args) -> Result<ExitCode> {
    let reports: Vec<Report> = args.input.load()?.into_iter().map(report).collect();
    if args.json {
        let text = serde_json::to_string_pretty(&reports).context("the report can't be written as JSON")?;
        println!("{text}");
    } else {
        for report in &reports {
            print!("{}", human(report));
        }
    }
    let is_fine = reports.iter().all(|report| report.findings.is_empty());
    Ok(if is_fine {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn report(input: Input) -> Report {
    let analysis = input.checked.analysis;
    Report {
        processor: input.processor,
        exports: analysis.entries,
        findings: analysis.findings,
    }
}

fn human(report: &Report) -> String {
    let mut text = String::new();
    for verdict in &report.exports {
        say(&mut text, verdict).expect("writing to a string");
    }
    for finding in &report.findings {
        writeln!(text, "{finding}\n").expect("writing to a string");
    }
    let name = report.processor.go_name();
    let summary = match (report.exports.len(), report.findings.len()) {
        (1, 0) => format!("{name}: 1 export proven"),
        (exports, 0) => format!("{name}: {exports} exports proven"),
        (_, 1) => format!("{name}: refused for the reason above"),
        (_, count) => format!("{name}: refused for the {count} reasons above"),
    };
    writeln!(text, "{summary}").expect("writing to a string");
    text
}

fn say(text: &mut String, verdict: &EntryVerdict) -> std::fmt::Result {
    writeln!(text, "{}", verdict.name)?;
    let budget = match (verdict.budget, verdict.stack()) {
        (Some(budget), _) => format!("budget {budget}"),
        (None, Some(stack)) => format!("no budget declared, hosts reserve {stack}"),
        (None, None) => "no budget declared".to_owned(),
    };
    match verdict.bound {
        Some(bound) => writeln!(text, "  stack   at most {bound} bytes ({budget})")?,
        None => writeln!(text, "  stack   not proven ({budget}); see the errors below")?,
    }
    match &verdict.panic {
        None if verdict.is_decided => writeln!(text, "  panics  never")?,
        None => writeln!(text, "  panics  unknown; see the errors below")?,
        Some(panic) => {
            let what = match panic.kind {
                DivergenceKind::Panic => "can panic",
                DivergenceKind::Trap => "no panic, but can reach a trap instruction",
                DivergenceKind::Loop => "no panic, but can enter an endless loop",
                DivergenceKind::Import => "no panic, but can call a host import that does not return",
            };
            let others = match panic.places.len() {
                0 | 1 => String::new(),
                count => format!(", at {count} places; for instance"),
            };
            writeln!(text, "  panics  {what}{others}")?;
            for place in &panic.path {
                writeln!(text, "            {place}")?;
            }
        }
    }
    if !verdict.imports.is_empty() {
        writeln!(
            text,
            "  imports {} (their stack is not included)",
            verdict.imports.join(", ")
        )?;
    }
    if let Some(bound) = verdict.bound {
        writeln!(text, "  deepest path, in bytes of stack")?;
        let frames: u64 = verdict.worst_path.iter().map(|frame| frame.bytes).sum();
        writeln!(text, "  {:>8}  return address to the host", bound - frames)?;
        for frame in &verdict.worst_path {
            write!(text, "  {:>8}  {}", frame.bytes, frame.function)?;
            match frame.calls_at.as_ref().and_then(|place| place.line.as_ref()) {
                Some(line) => writeln!(text, ", calls on at {line}")?,
                None => writeln!(text)?,
            }
        }
    }
    writeln!(text)
}
