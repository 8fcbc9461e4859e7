//! The committed files that `cargo rustgo build` wrote: writes them again, and tells when they are not what it writes.

use std::process::ExitCode;

use anyhow::Result;

use crate::shell::Shell;

/// Write the committed generated files again
///
/// Each is what `cargo rustgo build` makes today of the guest, and with the options, that its first line names.
#[derive(clap::Args)]
pub struct Args {}

/// Runs `cargo xtask regenerate`.
pub fn run(_: &Args, shell: &Shell) -> Result<ExitCode> {
    verify(shell, &["--write"])?;
    Ok(ExitCode::SUCCESS)
}

/// Fails when a committed file is not, byte by byte, what the tool writes today.
pub fn check(shell: &Shell) -> Result<()> {
    verify(shell, &[])
}

fn verify(shell: &Shell, arguments: &[&str]) -> Result<()> {
    let go = shell.workspace.go();
    shell.show(shell.cargo().args(["rustgo", "verify"]).args(arguments).arg(go))
}
