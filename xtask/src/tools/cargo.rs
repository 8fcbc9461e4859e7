//! Programs that cargo builds from source, below `target/`, each in one pinned version.

use std::path::PathBuf;

use anyhow::{Context, Result};
use rustgo_hosts::command;

use crate::shell::Shell;
use crate::ui::Progress;

/// The program that plants faults in Rust code.
pub const MUTANTS: Crate = Crate {
    name: "cargo-mutants",
    version: "27.1.0",
};

/// The program that tells which lines of Rust code are run.
pub const LLVM_COV: Crate = Crate {
    name: "cargo-llvm-cov",
    version: "0.9.1",
};

/// A subcommand of cargo, in a crate of the program's name.
pub struct Crate {
    name: &'static str,
    version: &'static str,
}

impl Crate {
    /// The version that was installed here before. Another one on PATH might behave differently.
    pub fn find(&self, shell: &mut Shell) -> Result<Option<String>> {
        let bin = self.folder(shell).join("bin");
        if !bin.is_dir() {
            return Ok(None);
        }
        shell.prefer(&bin)?;
        // It is a subcommand, to which cargo passes its own name.
        let mut version = shell.cargo();
        version.args([self.name.trim_start_matches("cargo-"), "--version"]);
        Ok(command::read(&mut version).ok())
    }

    /// Installs it.
    pub fn install(&self, shell: &Shell, progress: &Progress) -> Result<()> {
        let folder = self.folder(shell);
        let task = format!(
            "installing {} {} into {}",
            self.name,
            self.version,
            folder.display()
        );
        let mut cargo = shell.cargo();
        cargo
            .args(["install", "--locked", "--version", self.version, "--root"])
            .arg(&folder)
            .arg(self.name);
        progress
            .task(&task, || command::run(&mut cargo).map(drop))
            .context("cargo, with a way to crates.io, is needed for it")
    }

    fn folder(&self, shell: &Shell) -> PathBuf {
        shell
            .workspace
            .tools()
            .join(format!("{}-{}", self.name, self.version))
    }
}
