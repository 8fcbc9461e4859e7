//! mdBook, which builds the book.

use anyhow::{Context, Result};
use rustgo_hosts::command;

use super::wheel;
use crate::shell::Shell;
use crate::ui::Progress;

/// The version of the one on PATH, or of one that was installed here before.
pub fn find(shell: &mut Shell) -> Result<Option<String>> {
    let found = on_path(shell);
    let folder = wheel::MDBOOK.folder(shell).join("bin");
    if found.is_some() || !folder.is_dir() {
        return Ok(found);
    }
    shell.prefer(&folder)?;
    Ok(on_path(shell))
}

fn on_path(shell: &Shell) -> Option<String> {
    command::read(shell.command("mdbook").arg("--version")).ok()
}

/// Installs it below `target/`.
pub fn install(shell: &Shell, progress: &Progress) -> Result<()> {
    wheel::MDBOOK.install(shell, progress).context(
        "`cargo install mdbook --no-default-features --locked` installs it too; run this again after that",
    )
}
