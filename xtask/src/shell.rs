//! The environment of commands: the repository, and PATH with the tools that were installed for it.

use std::ffi::OsString;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use rustgo_hosts::command;

use crate::workspace::Workspace;

/// The repository, and the PATH that its commands see.
#[derive(Clone)]
pub struct Shell {
    pub workspace: Workspace,
    path: OsString,
}

impl Shell {
    /// The repository that this program was built from, with the PATH as it is.
    pub fn new() -> Result<Self> {
        Ok(Self {
            workspace: Workspace::read()?,
            path: std::env::var_os("PATH").unwrap_or_default(),
        })
    }

    /// Puts a folder of programs before all others.
    pub fn prefer(&mut self, folder: &Path) -> Result<()> {
        let folders = std::iter::once(folder.to_owned()).chain(std::env::split_paths(&self.path));
        self.path = std::env::join_paths(folders.collect::<Vec<_>>())
            .with_context(|| format!("{} can't be on PATH", folder.display()))?;
        Ok(())
    }

    /// The path of a program, if it is on PATH.
    pub fn find(&self, program: &str) -> Option<PathBuf> {
        std::env::split_paths(&self.path)
            .map(|folder| folder.join(format!("{program}{}", std::env::consts::EXE_SUFFIX)))
            .find(|path| path.is_file())
    }

    /// A command that starts in the repository's root.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.workspace.root).env("PATH", &self.path);
        command
    }

    /// A `cargo` command.
    pub fn cargo(&self) -> Command {
        self.command("cargo")
    }

    /// A `go` command that starts in the Go module.
    pub fn go(&self) -> Command {
        let mut go = self.command("go");
        go.current_dir(self.workspace.go());
        go
    }

    /// Runs a command with visible output, after its command line.
    pub fn show(&self, command: &mut Command) -> Result<()> {
        crate::ui::command(&command::line(command));
        std::io::stdout().flush()?;
        run(command)
    }

    /// The same, but what would be shown goes to the end of a file.
    pub fn log(&self, command: &mut Command, mut log: &File) -> Result<()> {
        writeln!(log, "{}", crate::ui::command_line(&command::line(command)))?;
        run(command.stdout(log.try_clone()?).stderr(log.try_clone()?))
    }
}

/// Runs a command, whose failure is an error.
fn run(command: &mut Command) -> Result<()> {
    let line = command::line(command);
    let status = command
        .status()
        .with_context(|| format!("`{line}` can't be run"))?;
    if !status.success() {
        bail!("`{line}` failed ({status})");
    }
    Ok(())
}
