//! Runs the emulator: a program in Python, as that is what the emulator of processors is installed for.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::command;

/// What each argument of a task gave: what the program printed, or the point in hex.
///
/// Python sees the environment variables that are given.
///
/// # Errors
///
/// Python or its module `unicorn` is not there, or the emulator found something wrong with the program.
pub fn run(task: &Value, environment: &[(&str, &Path)]) -> Result<Vec<String>> {
    let mut python = Command::new("python3");
    let mut emulator = python
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/macos/emulator"))
        // No files of its own beside the sources.
        .envs(environment.iter().copied())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| command::unstarted(&python, error))?;
    let mut stdin = emulator.stdin.take().context("stdin is a pipe")?;
    // One that ends before it has read its task says why.
    let written = stdin.write_all(task.to_string().as_bytes());
    drop(stdin);
    let output = emulator.wait_with_output()?;
    if !output.status.success() {
        bail!("{}", String::from_utf8_lossy(&output.stderr).trim_end());
    }
    written?;
    Ok(serde_json::from_slice(&output.stdout)?)
}
