//! Python's package installer.

use std::process::Command;

use rustgo_hosts::command;
use rustgo_hosts::programs::{self, Packages};

use crate::shell::Shell;

/// The version of the one that is there, if there is one.
pub fn find(shell: &Shell) -> Option<String> {
    version(shell.command("python3").args(["-m", "pip", "--version"]))
}

/// The packages that bring it, where the system's package manager does.
pub fn packages() -> Option<Packages> {
    programs::packages("python3")
}

/// The first line of what a command says of a program's version.
pub fn version(command: &mut Command) -> Option<String> {
    let text = command::read(command).ok()?;
    Some(text.lines().next().unwrap_or_default().to_owned())
}
