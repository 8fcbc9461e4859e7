//! Checks of Rust sources.
//!
//! Guests are checked as libraries, without the feature that brings their panic handler: a program with `std` has its
//! own. So they are never in one command with other packages, whose features would become theirs.

use anyhow::Result;

use crate::shell::Shell;

/// The packages whose tests are steps of their own.
const HOSTS: &str = "rustgo-hosts";
const KERNEL: &str = "kernel";

/// What the kernel is compiled for.
pub const KERNEL_TARGET: &str = "i586-unknown-linux-gnu";

/// The end of a command of clippy.
const DENY_WARNINGS: [&str; 3] = ["--", "-D", "warnings"];

pub fn fmt(shell: &Shell) -> Result<()> {
    shell.show(shell.cargo().args(["fmt", "--all", "--check"]))
}

pub fn clippy(shell: &Shell) -> Result<()> {
    let libraries = for_all(shell, &["clippy", "--all-targets"], &DENY_WARNINGS);
    let guests = shell.workspace.guests.iter().map(|guest| {
        // As guests too, whose panics abort.
        let mut cargo = shell.cargo();
        cargo
            .args(["clippy", "--lib", "-p", guest])
            .args(DENY_WARNINGS)
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

/// The kernel's Rust half is there for its own processor alone, so that the step `clippy` does not see it.
pub fn test_kernel(shell: &Shell) -> Result<()> {
    let mut clippy = shell.cargo();
    clippy
        .args(["clippy", "--lib", "-p", "kernel-guest", "--target", KERNEL_TARGET])
        .args(DENY_WARNINGS)
        .env("CARGO_PROFILE_DEV_PANIC", "abort");
    let lints = shell.show(&mut clippy);
    let tests = shell.show(shell.cargo().args(["test", "-p", KERNEL]));
    lints.and(tests)
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
