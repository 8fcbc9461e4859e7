//! Checks of Rust sources.
//!
//! Guests are checked as libraries, without the feature that brings their panic handler: a program with `std` has its
//! own. So they are never in one command with other packages, whose features would become theirs.

use std::process::Command;

use anyhow::Result;

use crate::run::Run;
use crate::shell::Shell;

/// The guest that there is for one processor alone, and its target; elsewhere the crate is empty.
const KERNEL: &str = "kernel-guest";
pub const KERNEL_TARGET: &str = "i586-unknown-linux-gnu";

/// Tests that are steps of their own, which cargo leaves out unless they are named.
const NAMED_TESTS: (&str, [&str; 2]) = ("rustgo-hosts", ["arm64", "darwin"]);

/// What is apart from the repository's workspace and uses its crates; without what takes a C compiler and minutes.
const APART: &[(&str, &[&str])] = &[
    (
        "bench/Cargo.toml",
        &["rustgo-bench", "rustgo-bench-peer", "rustgo-bench-memory"],
    ),
    ("cargo-rustgo/fuzz/Cargo.toml", &["cargo-rustgo-fuzz"]),
];

/// Of the repository's workspace, and of those that are apart from it.
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

/// With the tests that are left out when one only wants to know quickly.
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
