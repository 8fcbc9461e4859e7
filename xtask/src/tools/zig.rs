//! Zig, for its C compiler: links programs for other systems and processors, with the C libraries that those have.

use anyhow::{Context, Result};
use rustgo_hosts::command;

use super::wheel;
use crate::shell::Shell;
use crate::ui::Progress;

/// The version of the one on PATH, or of one that was installed here before.
pub fn find(shell: &mut Shell) -> Result<Option<String>> {
    let found = on_path(shell);
    let folder = wheel::ZIG.folder(shell).join("ziglang");
    if found.is_some() || !folder.is_dir() {
        return Ok(found);
    }
    shell.prefer(&folder)?;
    Ok(on_path(shell))
}

fn on_path(shell: &Shell) -> Option<String> {
    command::read(shell.command("zig").arg("version")).ok()
}

/// Installs it below `target/`.
pub fn install(shell: &Shell, progress: &Progress) -> Result<()> {
    wheel::ZIG
        .install(shell, progress)
        .context("install Zig from https://ziglang.org/download/, put it on PATH, and run this again")
}
