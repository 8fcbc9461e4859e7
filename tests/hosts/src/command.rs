//! Runs a command whose whole output is wanted, and turns a failure into an error that says what to do.

use std::io::{self, ErrorKind};
use std::process::{Command, Output};

use anyhow::{Error, Result, bail};

use crate::programs;

/// Runs the command and returns what it wrote.
///
/// # Errors
///
/// If it can't be started, or fails: the error has the command line and all output.
pub fn run(command: &mut Command) -> Result<Output> {
    let output = command.output().map_err(|error| unstarted(command, error))?;
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

/// Runs the command and returns its stdout without leading and trailing white space.
///
/// # Errors
///
/// Those of [`run`], or if stdout is not UTF-8.
pub fn read(command: &mut Command) -> Result<String> {
    let output = run(command)?;
    let text = String::from_utf8(output.stdout).map_err(|error| {
        Error::new(error).context(format!("`{}` writes what is not UTF-8", line(command)))
    })?;
    Ok(text.trim().to_owned())
}

/// Why a command could not be started, and what to install if its program is missing.
pub fn unstarted(command: &Command, error: io::Error) -> Error {
    let program = command.get_program().to_string_lossy();
    match programs::packages(&program) {
        Some(packages) if error.kind() == ErrorKind::NotFound => Error::new(error).context(format!(
            "`{program}` is not installed; on Debian and Ubuntu: apt-get install {}",
            packages.apt
        )),
        _ => Error::new(error).context(format!("`{}` can't be run", line(command))),
    }
}

/// The command as typed in a shell.
pub fn line(command: &Command) -> String {
    std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| word.to_string_lossy())
        .collect::<Vec<_>>()
        .join(" ")
}
