//! Unicorn, a processor emulator: runs machine code for other systems.

use std::path::PathBuf;

use anyhow::{Context, Result};
use rustgo_hosts::command;

use super::wheel;
use crate::shell::Shell;
use crate::ui::Progress;

/// The version that was installed here.
pub fn find(shell: &Shell) -> Option<String> {
    let mut python = shell.command("python3");
    python
        .args(["-c", "import unicorn; print(unicorn.__version__)"])
        .env("PYTHONPATH", folder(shell));
    command::read(&mut python).ok()
}

/// Where Python finds it: the value for the environment variable `PYTHONPATH`.
pub fn folder(shell: &Shell) -> PathBuf {
    wheel::UNICORN.folder(shell)
}

/// Installs it below `target/`.
pub fn install(shell: &Shell, progress: &Progress) -> Result<()> {
    wheel::UNICORN
        .install(shell, progress)
        .context("`python3`, with pip and a way to PyPI, is needed for it")
}
