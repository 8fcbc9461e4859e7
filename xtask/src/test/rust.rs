//! Checks of Rust sources.
//!
//! Guests are checked as libraries, without the feature that brings their panic handler: a program with `std` has its
//! own. So they are never in one command with other packages, whose features would become theirs.

use anyhow::Result;

use crate::shell::Shell;

/// The packages whose tests are steps of their own.
const HOSTS: &str = "rustgo-hosts";
const KERNEL: &str = "kernel";

pub fn fmt(shell: &Shell) -> Result<()> {
    shell.show(shell.cargo().args(["fmt", "--all", "--check"]))
}

pub fn clippy(shell: &Shell) -> Result<()> {
    let warnings = ["--", "-D", "warnings"];
    let libraries = for_all(shell, &["clippy", "--all-targets"], &warnings);
    let guests = shell.workspace.guests.iter().map(|guest| {
        // As guests too, whose panics abort.
        let mut cargo = shell.cargo();
        cargo
            .args(["clippy", "--lib", "-p", guest])
            .args(warnings)
            .env("CARGO_PROFILE_DEV_PANIC", "abort");
        shell.show(&mut cargo)
    });
    std::iter::once(libraries)
        .chain(guests)
        .collect::<Vec<_>>()
        .into_iter()
        .collect()
}

pub fn doc(shell: &Shell) -> Result<()> {
    for_all(shell, &["doc", "--no-deps"], &[])
}

pub fn test(shell: &Shell) -> Result<()> {
    for_all(shell, &["test", "--no-fail-fast"], &[])
}

pub fn test_hosts(shell: &Shell) -> Result<()> {
    shell.show(shell.cargo().args(["test", "-p", HOSTS]))
}

pub fn test_kernel(shell: &Shell) -> Result<()> {
    shell.show(shell.cargo().args(["test", "-p", KERNEL]))
}

/// Runs a cargo command for all packages, the guests apart; the second also when the first fails.
fn for_all(shell: &Shell, command: &[&str], arguments: &[&str]) -> Result<()> {
    let run = |packages: &[String], options: &[&str]| {
        let mut cargo = shell.cargo();
        cargo.args(command).args(options);
        for package in packages {
            cargo.args(["-p", package]);
        }
        shell.show(cargo.args(arguments).env("RUSTDOCFLAGS", "-D warnings"))
    };
    let mut others = shell.workspace.others.clone();
    if command[0] == "test" {
        others.retain(|package| ![HOSTS, KERNEL].contains(&package.as_str()));
    }
    let others = run(&others, &[]);
    let guests = run(&shell.workspace.guests, &["--no-default-features"]);
    others.and(guests)
}
