//! `cargo xtask demo`: the same Rust function called from Go, C and NASM, and what such calls cost.

mod build;
mod callers;
mod overhead;

use std::process::ExitCode;

use anyhow::Result;

use crate::shell::Shell;
use crate::tools::{GUEST_TARGETS, Tool, Tools};
use crate::ui;

/// Call the same Rust function from Go, C and NASM, and measure what the calls cost
///
/// Builds everything, runs the three callers on the same scalar, checks that they agree, and prints a table of how each
/// was linked and how long a call takes; then one of what a call itself costs, beside Go, Go assembly and cgo.
#[derive(clap::Args)]
pub struct Args {}

/// Something to run, or why there is none.
type Attempt<T> = std::result::Result<T, Lack>;

/// Why something can't be shown.
#[derive(Clone, Debug)]
enum Lack {
    /// It can't be had on this system, or not without what the reason names.
    Missing(String),
    /// It should work and does not.
    Failed(String),
}

impl Lack {
    fn reason(&self) -> String {
        match self {
            // A table has room for one line; the whole error stands above it.
            Self::Missing(reason) => format!("not run: {}", reason.lines().next().unwrap_or_default()),
            Self::Failed(reason) => format!("FAILED: {}", reason.lines().next().unwrap_or_default()),
        }
    }
}

/// Shows an error in full, and keeps it for the table.
fn attempt<T>(result: Result<T>) -> Attempt<T> {
    result.map_err(|error| {
        ui::error(&error);
        Lack::Failed(format!("{error:#}"))
    })
}

/// Runs `cargo xtask demo`.
pub fn run(_: &Args, mut shell: Shell) -> Result<ExitCode> {
    ui::heading("Tools");
    let tools = Tools::get(
        &mut shell,
        &[
            Tool::Target(GUEST_TARGETS[0]),
            Tool::Cc,
            Tool::Program("ld"),
            Tool::Program("nasm"),
            Tool::Go,
        ],
    )?;
    ui::heading("Building");
    let built = build::all(&shell, &tools)?;

    ui::heading("ScalarBaseMult of curve25519-dalek, in Rust, called from Go, C and NASM");
    let callers_work = callers::show(&built.callers)?;
    ui::heading("What a call costs, for two functions that do next to nothing");
    let overhead_works = overhead::show(&built.overhead)?;
    Ok(if callers_work && overhead_works {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
