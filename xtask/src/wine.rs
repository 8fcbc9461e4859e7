//! Wine, which runs Windows programs, with an environment of its own below `target/`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use rustgo_hosts::command;

use crate::shell::Shell;
use crate::tools::Tool;

/// The program that sets it up.
pub const TOOLS: &[Tool] = &[Tool::Go, Tool::Program("wine"), Tool::Zig];

/// A Windows environment.
pub struct Wine {
    prefix: PathBuf,
}

impl Wine {
    /// Sets it up, if that was not done before.
    pub fn new(shell: &Shell) -> Result<Self> {
        let wine = Self {
            prefix: shell.workspace.target.join("wine"),
        };
        let system = wine.prefix.join("drive_c/windows/system32");
        if !system.is_dir() {
            fs::create_dir_all(&shell.workspace.target)?;
            let mut boot = shell.command("wine");
            command::run(wine.in_it(boot.args(["wineboot", "--init"])))?;
        }
        let random = system.join("bcryptprimitives.dll");
        if !random.exists() {
            build_random(shell, &random).context("Wine lacks bcryptprimitives.dll")?;
        }
        Ok(wine)
    }

    /// Makes a command run `wine` in this environment.
    pub fn in_it<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command
            .env("WINEPREFIX", &self.prefix)
            .env("WINEDEBUG", "-all")
            // Nor may it offer downloads.
            .env("WINEDLLOVERRIDES", "mscoree,mshtml=")
    }
}

/// Builds the library that Wine lacks.
fn build_random(shell: &Shell, library: &Path) -> Result<()> {
    let sources = shell.workspace.root.join("xtask/wine");
    let folder = tempfile::tempdir_in(&shell.workspace.target)?;
    let [imports, built] = ["advapi32.lib", "bcryptprimitives.dll"].map(|name| folder.path().join(name));
    command::run(
        shell
            .command("zig")
            .args(["dlltool", "-m", "i386:x86-64", "-d"])
            .arg(sources.join("advapi32.def"))
            .arg("-l")
            .arg(&imports),
    )?;
    command::run(
        shell
            .command("zig")
            .args(["cc", "-target", "x86_64-windows-gnu", "-nostdlib", "-shared"])
            .args(["-Wl,--no-entry", "-O2", "-o"])
            .arg(&built)
            .arg(sources.join("bcryptprimitives.c"))
            .arg(&imports),
    )?;
    fs::copy(&built, library)?;
    Ok(())
}
