//! Runs a command whose output is wanted whole, and turns a failure into an error that can be acted upon.

use std::process::{Command, Output};

use anyhow::{Context, Result, bail};

/// Runs the command and returns what it wrote.
///
/// # Errors
///
/// It can't be started, or it fails: the error has the command line and all that was written.
pub fn run(command: &mut Command) -> Result<Output> {
    let output = command
        .output()
        .with_context(|| format!("`{}` can't be run", line(command)))?;
    if !output.status.success() {
        bail!(
            "`{}` failed ({})\n{}{}",
            line(command),
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(output)
}

/// Runs the command and returns its stdout, without white space around it.
///
/// # Errors
///
/// As [`run`], or stdout is not UTF-8.
pub fn read(command: &mut Command) -> Result<String> {
    let output = run(command)?;
    let text = String::from_utf8(output.stdout)
        .with_context(|| format!("`{}` writes what is not UTF-8", line(command)))?;
    Ok(text.trim().to_owned())
}

/// The command as one would type it.
pub fn line(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}
