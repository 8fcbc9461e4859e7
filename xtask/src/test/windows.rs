//! The Go packages' tests as programs for Windows, by Wine.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use rustgo_hosts::command;

use super::LINUX_AMD64;
use crate::shell::Shell;
use crate::tools::Tool;

pub const TOOLS: &[Tool] = &[Tool::Go, Tool::Program("wine"), Tool::Zig];

/// Why this system can't run them.
pub const IMPOSSIBLE: Option<&str> = if LINUX_AMD64 {
    None
} else {
    Some("Wine for x86-64 is on Linux")
};

pub fn test(shell: &Shell) -> Result<()> {
    // A Windows of its own, below `target/`.
    let prefix = shell.workspace.target.join("wine");
    let environment = |command: &mut std::process::Command| {
        command
            .env("WINEPREFIX", &prefix)
            .env("WINEDEBUG", "-all")
            // Nor does it offer to download what nobody asked for.
            .env("WINEDLLOVERRIDES", "mscoree,mshtml=");
    };
    let system = prefix.join("drive_c/windows/system32");
    if !system.is_dir() {
        fs::create_dir_all(&shell.workspace.target)?;
        let mut boot = shell.command("wine");
        environment(boot.args(["wineboot", "--init"]));
        command::run(&mut boot)?;
    }
    let random = system.join("bcryptprimitives.dll");
    if !random.exists() {
        build_random(shell, &random).context("Wine lacks bcryptprimitives.dll")?;
    }
    let mut go = shell.go();
    environment(
        go.args(["test", "-short", "-exec", "wine", "./..."])
            .env("CGO_ENABLED", "0")
            .env("GOOS", "windows")
            .env("GOARCH", "amd64"),
    );
    shell.show(&mut go)
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
