//! Python's package installer.

use std::process::Command;

use rustgo_hosts::command;
use rustgo_hosts::programs::{self, Packages};

use crate::shell::Shell;

/// The installed version, if there is one.
pub fn find(shell: &Shell) -> Option<String> {
    version(shell.command("python3").args(["-m", "pip", "--version"]))
}

/// The packages that contain it, if the system's package manager has them.
pub fn packages() -> Option<Packages> {
    programs::packages("python3")
}

/// The first line of a command's version output.
pub fn version(command: &mut Command) -> Option<String> {
    let text = command::read(command).ok()?;
    Some(text.lines().next().unwrap_or_default().to_owned())
}
