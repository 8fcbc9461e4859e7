//! Checks of Rust sources.
//!
//! Guests are checked as libraries, without the feature that adds their panic handler: a program with `std` has its
//! own. So they are never in one command with other packages, whose features would be enabled for them.

use std::process::Command;

use anyhow::Result;

use crate::run::Run;
use crate::shell::Shell;

/// The guest for one processor only, and its target. On other processors the crate is empty.
const KERNEL: &str = "kernel-guest";
pub const KERNEL_TARGET: &str = "i586-unknown-linux-gnu";

/// Tests that are steps of their own, which cargo runs only if they are named.
const NAMED_TESTS: (&str, [&str; 2]) = ("rustgo-hosts", ["arm64", "darwin"]);

/// Packages outside of the repository's workspace that use its crates, except those that need a C compiler and minutes.
const APART: &[(&str, &[&str])] = &[
    (
        "bench/Cargo.toml",
        &["rustgo-bench", "rustgo-bench-peer", "rustgo-bench-memory"],
    ),
    ("cargo-rustgo/fuzz/Cargo.toml", &["cargo-rustgo-fuzz"]),
];

/// The packages of the repository's workspace, and those outside of it.
const MANIFESTS: &[&str] = &["Cargo.toml", "bench/Cargo.toml", "cargo-rustgo/fuzz/Cargo.toml"];

pub fn fmt(run: &mut Run) -> Result<()> {
    for manifest in MANIFESTS {
        let mut cargo = run.shell.cargo();
        run.show(cargo.args(["fmt", "--all", "--check", "--manifest-path", manifest]));
    }
    Ok(())
}

pub fn clippy(run: &mut Run) -> Result<()> {
    let workspace = &run.shell.workspace;
    let others = [&workspace.others[..], &workspace.examples].concat();
    cargo(
        run,
        &["clippy", "--all-targets"],
        &others,
        &["--", "-D", "warnings"],
    );
    let (package, tests) = NAMED_TESTS;
    cargo(
        run,
        &["clippy", "--test", tests[0], "--test", tests[1]],
        &[package.to_owned()],
        &["--", "-D", "warnings"],
    );
    without_guest_feature(run, &["clippy", "--all-targets"], &["--", "-D", "warnings"]);
    // As guests too, whose panics abort.
    for guest in &workspace.guests {
        let mut cargo = run.shell.cargo();
        cargo.args(["clippy", "--lib", "-p", guest]);
        if guest == KERNEL {
            cargo.args(["--target", KERNEL_TARGET]);
        }
        cargo
            .args(["--", "-D", "warnings"])
            .env("CARGO_PROFILE_DEV_PANIC", "abort");
        run.show(&mut cargo);
    }
    for (manifest, packages) in APART {
        let mut cargo = run.shell.cargo();
        cargo.args([
            "clippy",
            "--all-targets",
            "--no-default-features",
            "--manifest-path",
        ]);
        cargo.args([manifest, "--target-dir", "target"]);
        for package in *packages {
            cargo.args(["-p", package]);
        }
        run.show(cargo.args(["--", "-D", "warnings"]));
    }
    Ok(())
}

pub fn doc(run: &mut Run) -> Result<()> {
    let others = [&run.shell.workspace.others[..], &run.shell.workspace.examples].concat();
    cargo(run, &["doc", "--no-deps"], &others, &[]);
    without_guest_feature(run, &["doc", "--no-deps"], &[]);
    Ok(())
}

pub fn test(run: &mut Run) -> Result<()> {
    cargo(run, &["test", "--no-fail-fast"], &run.shell.workspace.others, &[]);
    without_guest_feature(run, &["test", "--no-fail-fast"], &[]);
    Ok(())
}

/// With the tests that are skipped in quick runs.
pub fn test_examples(run: &mut Run) -> Result<()> {
    cargo(
        run,
        &["test", "--no-fail-fast"],
        &run.shell.workspace.examples,
        &["--", "--include-ignored"],
    );
    Ok(())
}

fn without_guest_feature(run: &mut Run, command: &[&str], arguments: &[&str]) {
    let command = [command, &["--no-default-features"]].concat();
    cargo(run, &command, &run.shell.workspace.guests, arguments);
}

/// The command that runs one of the tests that are steps of their own.
pub fn test_named(shell: &Shell, name: &str) -> Command {
    let mut cargo = shell.cargo();
    cargo.args(["test", "-p", NAMED_TESTS.0, "--test", name]);
    cargo
}

/// Runs a cargo command for some packages.
fn cargo(run: &mut Run, command: &[&str], packages: &[String], arguments: &[&str]) {
    let mut cargo = run.shell.cargo();
    cargo.args(command);
    for package in packages {
        cargo.args(["-p", package]);
    }
    run.show(cargo.args(arguments).env("RUSTDOCFLAGS", "-D warnings"));
}
