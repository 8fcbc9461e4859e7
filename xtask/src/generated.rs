//! The committed files of `cargo rustgo build`: generates them again, and reports differences.

use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::run::Run;
use crate::shell::Shell;

/// Generate the committed files again
///
/// Runs `cargo rustgo build` for the guest and the options in the first line of each.
#[derive(clap::Args)]
pub struct Args {}

/// Runs `cargo xtask regenerate`.
pub fn run(_: &Args, shell: &Shell) -> Result<ExitCode> {
    shell.show(&mut verify(shell, &["--write"]))?;
    Ok(ExitCode::SUCCESS)
}

/// Fails if a committed file differs in any byte from the tool's current output.
pub fn check(run: &mut Run) -> Result<()> {
    run.show(&mut verify(run.shell, &[]));
    Ok(())
}

fn verify(shell: &Shell, arguments: &[&str]) -> Command {
    let mut cargo = shell.cargo();
    cargo
        .args(["rustgo-here", "verify"])
        .args(arguments)
        .arg(shell.workspace.go());
    cargo
}
