//! `cargo xtask test`: every check, and the result of each.

mod arm64;
mod book;
mod darwin;
mod external_link;
mod go;
mod go_platforms;
mod runner;
mod rust;
mod steps;
mod windows;

use std::process::ExitCode;

use anyhow::Result;
use clap::builder::PossibleValuesParser;

use crate::shell::Shell;
use crate::tools::Tools;
use crate::ui;

use runner::Lacking;
use steps::steps;

/// Run every test of every language, and every other check
///
/// Installs what a step needs, if possible. A failed step does not keep the others from running; the end lists all
/// failures, and the exit status is 1.
#[derive(clap::Args)]
pub struct Args {
    /// Run only this step; may be given several times
    #[arg(long, value_name = "STEP", value_parser = PossibleValuesParser::new(steps().iter().map(|step| step.name)))]
    only: Vec<String>,

    /// Run the long form of each step that has one
    #[arg(long)]
    long: bool,

    /// List the steps
    #[arg(long)]
    list: bool,
}

/// Runs `cargo xtask test`.
pub fn run(args: &Args, mut shell: Shell) -> Result<ExitCode> {
    let steps = runner::chosen(steps(), &args.only);
    if args.list {
        for step in steps {
            let long = if step.long.is_some() { " (--long)" } else { "" };
            println!("{:13} {}{long}", step.name, step.about);
        }
        return Ok(ExitCode::SUCCESS);
    }
    ui::heading("Tools");
    let tools = Tools::get(&mut shell, &runner::needs(&steps))?;
    let lacking: &Lacking = &|needs| {
        let (tool, reason) = tools.lacking(needs)?;
        Some(format!("{} is missing: {reason}", tool.name()))
    };
    Ok(runner::run(&steps, args.long, &shell, lacking))
}
