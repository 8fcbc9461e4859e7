//! Measures rustgo and its peers side by side, in turns, on one core. README.md says how.

mod build;
mod check;
mod go_test;
mod groups;
mod inputs;
mod machine;
mod peer;
mod report;
mod results;
mod row;
mod run;
mod statistics;
mod tables;
mod targets;
mod ui;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Parser;

use groups::{Effort, Part};
use machine::{Load, Machine};
use results::Results;

/// Measure rustgo and its peers side by side, in turns, on one core
///
/// Prints tables, and writes them as JSON with charts as SVG. A peer that is missing on this machine has a row that says
/// why.
#[derive(Parser)]
#[command(bin_name = "cargo xtask bench", max_term_width = 100)]
struct Args {
    /// Measure for less than a minute, with more noise
    #[arg(long)]
    quick: bool,

    /// Measure this part only (may be given more than once)
    #[arg(long, value_name = "PART")]
    only: Vec<Part>,

    /// Measure on this core; by default on the last one that this process may use
    #[arg(long, value_name = "NUMBER")]
    core: Option<usize>,

    /// Write results.json and the charts into this folder. By default that is bench/results/PROCESSOR when everything
    /// was measured at full length on a core that had nothing else to do, and a folder below the target folder otherwise
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            ui::error(&error);
            ExitCode::FAILURE
        }
    }
}

fn run(args: &Args) -> Result<()> {
    let parts = if args.only.is_empty() {
        Part::ALL.to_vec()
    } else {
        args.only.clone()
    };
    let effort = if args.quick { Effort::QUICK } else { Effort::FULL };
    let machine = Machine::find(args.core)?;
    let paths = build::Paths::find()?;

    ui::heading("Building");
    let built = build::all(&paths, &machine, &parts)?;

    ui::heading(format!(
        "Measuring on core {} of {}",
        machine.core, machine.processor
    ));
    machine.pin()?;
    let load = Load::begin(machine.core)?;
    let measured = run::all(&built, &parts, &effort)?;
    let load = load.end()?;

    let results = Results::new(&machine, &load, &measured, args.quick, &parts)?;
    report::tables::print(&results);
    let output = match &args.output {
        Some(folder) => folder.clone(),
        None if results.is_presentable() => paths.committed_results(&machine),
        None => paths.other_results(),
    };
    report::write(&results, &output)
        .with_context(|| format!("the results can't be written to {}", output.display()))?;
    ui::note(format!("wrote results.json and charts to {}", output.display()));
    if let Some(why) = results.caveat() {
        ui::warning(why);
    }
    Ok(())
}
