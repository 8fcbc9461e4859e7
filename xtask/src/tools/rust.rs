//! Parts of the Rust toolchain that may be missing: components, and the standard library of the guests' targets.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use rustgo_hosts::command;

use crate::shell::Shell;
use crate::ui::Progress;

/// Whether the toolchain has the standard library of a target, however it was installed.
pub fn find_target(shell: &Shell, target: &str) -> Result<Option<String>> {
    let library = rustlib(shell)?.join(target).join("lib");
    Ok(library.is_dir().then(|| "in the Rust toolchain".to_owned()))
}

/// Whether the toolchain has a component, however it was installed.
pub fn find_component(shell: &Shell, component: &str) -> Result<Option<String>> {
    if component == "rust-src" {
        let sources = rustlib(shell)?.join("src/rust/library");
        return Ok(sources.is_dir().then(|| "in the Rust toolchain".to_owned()));
    }
    // Its programs are not on PATH.
    if component == "llvm-tools" {
        let host = command::read(shell.command("rustc").args(["--print", "host-tuple"]))?;
        let program = format!("llvm-profdata{}", std::env::consts::EXE_SUFFIX);
        let program = rustlib(shell)?.join(host).join("bin").join(program);
        return Ok(program.is_file().then(|| "in the Rust toolchain".to_owned()));
    }
    // The others are programs. With rustup these always exist, and fail if the component is missing.
    let program = if component == "clippy" {
        "cargo-clippy"
    } else {
        component
    };
    Ok(command::read(shell.command(program).arg("--version")).ok())
}

/// The folder of the toolchain with a folder for each target.
fn rustlib(shell: &Shell) -> Result<PathBuf> {
    let sysroot = command::read(shell.command("rustc").args(["--print", "sysroot"]))?;
    Ok(Path::new(&sysroot).join("lib/rustlib"))
}

/// Adds the standard library of a target.
pub fn add_target(shell: &Shell, progress: &Progress, target: &str) -> Result<()> {
    add(shell, progress, "target", target)
}

/// Adds a component.
pub fn add_component(shell: &Shell, progress: &Progress, component: &str) -> Result<()> {
    add(shell, progress, "component", component)
}

fn add(shell: &Shell, progress: &Progress, kind: &str, name: &str) -> Result<()> {
    let mut rustup = shell.command("rustup");
    rustup.args([kind, "add", name]);
    let line = command::line(&rustup);
    progress
        .task(&format!("installing: {line}"), || {
            command::run(&mut rustup).map(drop)
        })
        .with_context(|| {
            format!(
                "`{line}` does not work here; a Rust toolchain from rustup (https://rustup.rs) and a way to \
                 static.rust-lang.org are needed for it"
            )
        })
}
