//! `cargo xtask coverage`: which lines of the prover's rules are run by programs that it accepts, by programs that it
//! refuses, and by generated ones.
//!
//! | programs | where they come from |
//! | --- | --- |
//! | accepted, refused | the cases of `cargo-rustgo/tests/assembly`, by their expected verdict |
//! | generated | the grammar of `crates/rustgo-check/tests/grammar`, right programs and wrong ones |

mod gap;
mod lcov;
mod reasons;
mod refusals;
mod report;

use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};

use crate::shell::Shell;
use crate::tools::{Tool, Tools};
use crate::ui;

use lcov::Lines;
use reasons::Reasons;
use report::{Reached, Report};

/// The folder of the rules, from the repository's root.
const RULES: &str = "crates/rustgo-check/src/isa";

/// Why some lines are reached from one side only, from the repository's root.
const REASONS: &str = "tests/coverage/reasons.toml";

/// The recorded table, from the repository's root.
const RESULTS: &str = "tests/coverage/RESULTS.md";

/// What tests and crates are built, once for all programs.
const BUILD: [&str; 8] = [
    "-p",
    "cargo-rustgo",
    "-p",
    "rustgo-check",
    "--test",
    "assembly",
    "--test",
    "grammar",
];

/// Show which lines of the prover's rules are run by accepted, by refused and by generated programs
///
/// Records the table in tests/coverage/RESULTS.md. The exit status is 1 if a line is run by accepted or by refused
/// programs alone, and tests/coverage/reasons.toml doesn't say why.
#[derive(clap::Args)]
pub struct Args {
    /// Compare what the last run measured, for example after a reason was added
    #[arg(long)]
    no_run: bool,
}

/// Tests whose programs are counted together.
struct Programs {
    name: &'static str,
    /// The value of `RUSTGO_CASES`.
    cases: Option<&'static str>,
    tests: &'static [&'static str],
}

const CASES: &[&str] = &["every_case_on_x86_64", "every_case_on_aarch64"];

const ACCEPTED: Programs = Programs {
    name: "accepted",
    cases: Some("accepted"),
    tests: CASES,
};

const REFUSED: Programs = Programs {
    name: "refused",
    cases: Some("refused"),
    tests: CASES,
};

const GENERATED: Programs = Programs {
    name: "generated",
    cases: None,
    tests: &["x86_64", "aarch64"],
};

/// Runs `cargo xtask coverage`.
pub fn run(args: &Args, mut shell: Shell) -> Result<ExitCode> {
    if !args.no_run {
        measure_all(&mut shell)?;
    }
    let reached = Reached {
        accepted: lines(&ACCEPTED, &shell)?,
        refused: lines(&REFUSED, &shell)?,
        generated: lines(&GENERATED, &shell)?,
    };

    let root = &shell.workspace.root;
    let read = |file: &str| {
        let path = root.join(RULES).join(file);
        fs::read_to_string(&path).with_context(|| format!("{} can't be read", path.display()))
    };
    let report = Report::of(&reached, read)?;
    let reasons = Reasons::read(&root.join(REASONS))?;
    ui::heading("Lines");
    println!("{}", report.table());
    let complaints = reasons.complaints(&report.gaps);
    for complaint in &complaints {
        println!("{complaint}");
    }
    fs::write(root.join(RESULTS), report.page(&reasons))
        .with_context(|| format!("{RESULTS} can't be written"))?;
    println!("wrote {RESULTS}");
    Ok(if complaints.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Builds the tests and runs all programs.
fn measure_all(shell: &mut Shell) -> Result<()> {
    ui::heading("Tools");
    let needs = [Tool::Component("llvm-tools"), Tool::CargoLlvmCov];
    if let Some((tool, reason)) = Tools::get(shell, &needs)?.lacking(&needs) {
        bail!("{} is needed: {reason}", tool.name());
    }
    ui::heading("Programs");
    // What was built of older sources would be counted too.
    shell.show(shell.cargo().args(["llvm-cov", "clean", "--workspace"]))?;
    for programs in [&ACCEPTED, &REFUSED, &GENERATED] {
        measure(programs, shell)?;
    }
    Ok(())
}

/// Where the trace of some programs is kept.
fn trace(programs: &Programs, shell: &Shell) -> PathBuf {
    let folder = shell.workspace.target.join("coverage");
    folder.join(programs.name).with_extension("lcov")
}

/// Runs some programs.
fn measure(programs: &Programs, shell: &Shell) -> Result<()> {
    let trace = trace(programs, shell);
    if let Some(folder) = trace.parent() {
        fs::create_dir_all(folder)?;
    }
    shell.show(shell.cargo().args(["llvm-cov", "clean", "--profraw-only"]))?;
    let mut test = shell.cargo();
    test.args(["llvm-cov", "--no-clean", "--lcov", "--output-path"])
        .arg(&trace)
        .args(BUILD)
        .args(["--", "--nocapture", "--exact"])
        .args(programs.tests);
    match programs.cases {
        Some(cases) => test.env("RUSTGO_CASES", cases),
        None => test.env_remove("RUSTGO_CASES"),
    };
    shell.show(&mut test)
}

/// The lines of the rules that some programs run.
fn lines(programs: &Programs, shell: &Shell) -> Result<Lines> {
    let trace = trace(programs, shell);
    let text = fs::read_to_string(&trace).with_context(|| format!("{} can't be read", trace.display()))?;
    let lines = lcov::parse(&text, &shell.workspace.root.join(RULES))?;
    let was_run = lines
        .values()
        .flat_map(|lines| lines.values())
        .any(|&was_run| was_run);
    ensure!(was_run, "the {} programs run no line of {RULES}", programs.name);
    Ok(lines)
}
