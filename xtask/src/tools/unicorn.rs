//! Unicorn, an emulator of processors: runs machine code of systems that this one is not.

use std::process::Command;

use anyhow::{Context, Result};
use rustgo_hosts::command;

use super::wheel;
use crate::shell::Shell;
use crate::ui::Progress;

/// The version of the one that was installed here.
pub fn find(shell: &Shell) -> Option<String> {
    command::read(python(shell).args(["-c", "import unicorn; print(unicorn.__version__)"])).ok()
}

/// A Python that can import it.
pub fn python(shell: &Shell) -> Command {
    let mut python = shell.command("python3");
    python.env("PYTHONPATH", wheel::UNICORN.folder(shell));
    python
}

/// Installs it below `target/`.
pub fn install(shell: &Shell, progress: &Progress) -> Result<()> {
    wheel::UNICORN
        .install(shell, progress)
        .context("`python3`, with pip and a way to PyPI, is needed for it")
}
