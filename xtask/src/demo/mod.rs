//! `cargo xtask demo`: the same Rust function called from Go, C and NASM, the other hosts, and the cost of calls.

mod build;
mod callers;
mod hosts;
mod overhead;
mod platforms;

use std::fmt;
use std::process::ExitCode;

use anyhow::Result;
use rustgo_hosts::sealed::PLATFORM;

use crate::shell::Shell;
use crate::tools::{GUEST_TARGETS, Tool, Tools};
use crate::ui;

/// Call the same Rust function from Go, C and NASM, and measure the cost of calls
///
/// Builds everything, runs the three callers on the same scalar, checks that they agree, and prints a table of how each
/// was linked and how long a call takes; then a table of the cost of a call, compared with Go, Go assembly and cgo;
/// then one of the other hosts, each run by the command in its README.
#[derive(clap::Args)]
pub struct Args {}

/// Something to run, or why it is missing.
type Attempt<T> = std::result::Result<T, Lack>;

/// Why something can't be shown. A table has space for a few words; details were printed before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lack {
    /// It is for another system, so nothing is wrong.
    Elsewhere,
    /// It needs a tool that is missing.
    Missing(Tool),
    /// It should work, but does not.
    Failed,
}

impl Lack {
    fn is_error(self) -> bool {
        self != Self::Elsewhere
    }
}

impl fmt::Display for Lack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Elsewhere => write!(f, "not run: it is for {PLATFORM}"),
            Self::Missing(tool) => write!(f, "not run: {} is missing", tool.name()),
            Self::Failed => f.write_str("FAILED: see above"),
        }
    }
}

/// Shows an error in full, and keeps it for the table.
fn attempt<T>(result: Result<T>) -> Attempt<T> {
    result.map_err(|error| {
        ui::error(&error);
        Lack::Failed
    })
}

/// Runs `cargo xtask demo`.
pub fn run(_: &Args, mut shell: Shell) -> Result<ExitCode> {
    ui::heading("Tools");
    let mut wanted = vec![
        Tool::Target(GUEST_TARGETS[0]),
        Tool::Cc,
        Tool::Program("ld"),
        Tool::Program("nasm"),
        Tool::Go,
    ];
    for tool in hosts::tools().chain(platforms::tools()) {
        if !wanted.contains(&tool) {
            wanted.push(tool);
        }
    }
    let tools = Tools::get(&mut shell, &wanted)?;
    ui::heading("Building");
    let built = build::all(&shell, &tools)?;

    ui::heading("ScalarBaseMult, in Rust, called from Go, C and NASM");
    let callers_work = callers::show(&built.callers)?;
    ui::heading("What a call costs, for two functions that do next to nothing");
    let overhead_works = overhead::show(&built.overhead)?;
    ui::heading("Other hosts");
    let hosts_work = hosts::show(&shell, &tools, &built.folder)?;
    ui::heading("Other platforms");
    let platforms_work = platforms::show(&shell, &tools, &built.folder)?;
    Ok(
        if callers_work && overhead_works && hosts_work && platforms_work {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        },
    )
}
