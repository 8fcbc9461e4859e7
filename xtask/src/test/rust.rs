//! Checks of Rust sources.
//!
//! Guests are checked as libraries, without the feature that brings their panic handler: a program with `std` has its
//! own. So they are never in one command with other packages, whose features would become theirs.

use std::process::Command;

use anyhow::Result;

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

pub fn fmt(shell: &Shell) -> Result<()> {
    all(MANIFESTS.iter().map(|manifest| {
        let mut cargo = shell.cargo();
        shell.show(cargo.args(["fmt", "--all", "--check", "--manifest-path", manifest]))
    }))
}

pub fn clippy(shell: &Shell) -> Result<()> {
    let workspace = &shell.workspace;
    let others = [&workspace.others[..], &workspace.examples].concat();
    let others = cargo(
        shell,
        &["clippy", "--all-targets"],
        &others,
        &["--", "-D", "warnings"],
    );
    let (package, tests) = NAMED_TESTS;
    let named = cargo(
        shell,
        &["clippy", "--test", tests[0], "--test", tests[1]],
        &[package.to_owned()],
        &["--", "-D", "warnings"],
    );
    let guests = without_guest_feature(shell, &["clippy", "--all-targets"], &["--", "-D", "warnings"]);
    // As guests too, whose panics abort.
    let as_guests = workspace.guests.iter().map(|guest| {
        let mut cargo = shell.cargo();
        cargo.args(["clippy", "--lib", "-p", guest]);
        if guest == KERNEL {
            cargo.args(["--target", KERNEL_TARGET]);
        }
        cargo
            .args(["--", "-D", "warnings"])
            .env("CARGO_PROFILE_DEV_PANIC", "abort");
        shell.show(&mut cargo)
    });
    let apart = APART.iter().map(|(manifest, packages)| {
        let mut cargo = shell.cargo();
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
        shell.show(cargo.args(["--", "-D", "warnings"]))
    });
    all([others, named, guests].into_iter().chain(as_guests).chain(apart))
}

pub fn doc(shell: &Shell) -> Result<()> {
    let others = [&shell.workspace.others[..], &shell.workspace.examples].concat();
    all([
        cargo(shell, &["doc", "--no-deps"], &others, &[]),
        without_guest_feature(shell, &["doc", "--no-deps"], &[]),
    ])
}

pub fn test(shell: &Shell) -> Result<()> {
    all([
        cargo(shell, &["test", "--no-fail-fast"], &shell.workspace.others, &[]),
        without_guest_feature(shell, &["test", "--no-fail-fast"], &[]),
    ])
}

/// With the tests that are left out when one only wants to know quickly.
pub fn test_examples(shell: &Shell) -> Result<()> {
    cargo(
        shell,
        &["test", "--no-fail-fast"],
        &shell.workspace.examples,
        &["--", "--include-ignored"],
    )
}

fn without_guest_feature(shell: &Shell, command: &[&str], arguments: &[&str]) -> Result<()> {
    let command = [command, &["--no-default-features"]].concat();
    cargo(shell, &command, &shell.workspace.guests, arguments)
}

/// The command that runs one of the tests that are steps of their own.
pub fn test_named(shell: &Shell, name: &str) -> Command {
    let mut cargo = shell.cargo();
    cargo.args(["test", "-p", NAMED_TESTS.0, "--test", name]);
    cargo
}

/// Runs a cargo command for some packages.
fn cargo(shell: &Shell, command: &[&str], packages: &[String], arguments: &[&str]) -> Result<()> {
    let mut cargo = shell.cargo();
    cargo.args(command);
    for package in packages {
        cargo.args(["-p", package]);
    }
    shell.show(cargo.args(arguments).env("RUSTDOCFLAGS", "-D warnings"))
}

/// The first error, after everything was run.
fn all(results: impl IntoIterator<Item = Result<()>>) -> Result<()> {
    results.into_iter().fold(Ok(()), Result::and)
}
