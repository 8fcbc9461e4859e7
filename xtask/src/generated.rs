//! The committed files that `cargo rustgo build` wrote: writes them again, and tells when they are not what it writes.

use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::run::Run;
use crate::shell::Shell;

/// Write the committed generated files again
///
/// Each is what `cargo rustgo build` makes today of the guest, and with the options, that its first line names.
#[derive(clap::Args)]
pub struct Args {}

/// Runs `cargo xtask regenerate`.
pub fn run(_: &Args, shell: &Shell) -> Result<ExitCode> {
    shell.show(&mut verify(shell, &["--write"]))?;
    Ok(ExitCode::SUCCESS)
}

/// Fails when a committed file is not, byte by byte, what the tool writes today.
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
