//! Runs the emulator: a program in Python, because the processor emulator is installed for Python.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::command;

/// The result for each argument of a task: what the program printed, or the point in hex.
///
/// Python gets the given environment variables.
///
/// # Errors
///
/// If Python or its module `unicorn` is missing, or the emulator found an error in the program.
pub fn run(task: &Value, environment: &[(&str, &Path)]) -> Result<Vec<String>> {
    let mut python = Command::new("python3");
    let mut emulator = python
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/macos/emulator"))
        // Python must not write files next to the sources.
        .envs(environment.iter().copied())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| command::unstarted(&python, error))?;
    let mut stdin = emulator.stdin.take().context("stdin is a pipe")?;
    // If it ends before it has read its task, it says why.
    let written = stdin.write_all(task.to_string().as_bytes());
    drop(stdin);
    let output = emulator.wait_with_output()?;
    if !output.status.success() {
        bail!("{}", String::from_utf8_lossy(&output.stderr).trim_end());
    }
    written?;
    Ok(serde_json::from_slice(&output.stdout)?)
}
