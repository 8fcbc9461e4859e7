//! `cargo xtask bench`: compares rustgo with its peers. The benchmark is a workspace of its own, in `bench`, so that
//! only its users download and build the peers.

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::shell::Shell;
use crate::tools::{GUEST_TARGETS, Tool, Tools};
use crate::ui;

/// Compare rustgo with its peers, on one core
///
/// Prints tables, and writes them as JSON, with charts as SVG. `cargo xtask bench --help` lists the benchmark's own
/// options, such as --quick and --only.
#[derive(clap::Args)]
#[command(disable_help_flag = true)]
pub struct Args {
    /// For the benchmark
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

/// Runs `cargo xtask bench`.
pub fn run(args: &Args, mut shell: Shell) -> Result<ExitCode> {
    let asks_for_help = args
        .arguments
        .iter()
        .any(|argument| argument == "--help" || argument == "-h");
    if !asks_for_help {
        ui::heading("Tools");
        // Missing peers have a row in the tables that says so.
        Tools::get(&mut shell, &[Tool::Target(GUEST_TARGETS[0]), Tool::Cc, Tool::Go])?;
    }
    let mut cargo = shell.cargo();
    cargo
        .args([
            "run",
            "--quiet",
            "--release",
            "--manifest-path",
            "bench/Cargo.toml",
            "--",
        ])
        .args(&args.arguments);
    let status = cargo.status().context("cargo can't be run")?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
