//! The long checks of `rustgo-crypto`: `cargo xtask compare` and `cargo xtask constant-time`. Its tests are the short
//! forms.

use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::run::Run;
use crate::shell::Shell;
use crate::tools::{GUEST_TARGETS, Tool, Tools};
use crate::ui;

/// Compare every kernel with curve25519-dalek, half of the scalars edge cases
#[derive(clap::Args)]
pub struct CompareArgs {
    /// How many scalars each kernel multiplies, one by one and in batches
    #[arg(default_value_t = 10_000_000)]
    scalars: usize,
}

/// Runs `cargo xtask compare`.
pub fn compare(args: &CompareArgs, shell: &Shell) -> Result<ExitCode> {
    let mut cargo = shell.cargo();
    cargo
        .args(["run", "--quiet", "--release", "-p", "rustgo-crypto"])
        .args(["--no-default-features", "--example", "compare", "--"])
        .arg(args.scalars.to_string());
    status(&mut cargo)
}

/// Check that neither the time nor the addresses of a multiplication depend on its scalars
///
/// Checks the machine code that hosts run, under valgrind and in a debugger. Takes some minutes.
#[derive(clap::Args)]
pub struct ConstantTimeArgs {
    /// The checks to run: instructions, memcheck, callgrind, step [default: all]
    checks: Vec<String>,
}

/// Runs `cargo xtask constant-time`.
pub fn constant_time(args: &ConstantTimeArgs, mut shell: Shell) -> Result<ExitCode> {
    ui::heading("Tools");
    Tools::get(
        &mut shell,
        &[Tool::Target(GUEST_TARGETS[0]), Tool::Program("valgrind")],
    )?;
    status(&mut constant_time_of(&shell, &args.checks))
}

/// Every kernel with few scalars, as a step of `cargo xtask test`.
pub fn test_constant_time(run: &mut Run) -> Result<()> {
    run.show(&mut constant_time_of(run.shell, &["--short".to_owned()]));
    Ok(())
}

/// All of them.
pub fn test_constant_time_long(run: &mut Run) -> Result<()> {
    run.show(&mut constant_time_of(run.shell, &[]));
    Ok(())
}

fn constant_time_of(shell: &Shell, checks: &[String]) -> Command {
    let mut cargo = shell.cargo();
    cargo
        .args(["run", "--quiet", "--release", "-p", "constant-time", "--"])
        .args(checks);
    cargo
}

fn status(command: &mut Command) -> Result<ExitCode> {
    let status = command.status().context("cargo can't be run")?;
    Ok(if status.success() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
