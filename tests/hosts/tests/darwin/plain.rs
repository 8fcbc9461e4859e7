//! A guest for macOS built by cargo, without `cargo rustgo`: a static library that needs nothing from the system.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;
use rustgo_hosts::command;
use rustgo_hosts::macos::{Convention, Program};

use crate::{EXPORT, check, scratch};

/// Rust's targets, and the names of their processors in macOS linkers.
const TARGETS: [(&str, &str); 2] = [
    ("x86_64-apple-darwin", "x86_64"),
    ("aarch64-apple-darwin", "arm64"),
];

fn static_library(target: &str) -> PathBuf {
    let folder = scratch().join("plain");
    command::run(
        Command::new(env!("CARGO"))
            .args([
                "rustc",
                "-p",
                "rustgo-crypto",
                "--release",
                "--crate-type",
                "staticlib",
            ])
            .args(["--target", target, "--target-dir"])
            .arg(&folder)
            // As the `Cargo.toml` of a guest without `cargo rustgo` says.
            .env("CARGO_PROFILE_RELEASE_PANIC", "abort")
            .env_remove("RUSTFLAGS")
            .current_dir(rustgo_hosts::root()),
    )
    .unwrap();
    folder.join(target).join("release/librustgo_crypto.a")
}

/// Links the named functions into a library for the emulator, without anything of the system's.
fn link(architecture: &str, library: &Path, functions: &[&str]) -> Result<PathBuf> {
    let rustc = |what: &str| command::read(Command::new("rustc").args(["--print", what]));
    let linker = Path::new(&rustc("sysroot")?)
        .join("lib/rustlib")
        .join(rustc("host-tuple")?)
        .join("bin/rust-lld");
    let linked = scratch().join(format!("darwin-plain-{architecture}"));
    command::run(
        Command::new(linker)
            .args(["-flavor", "darwin", "-arch", architecture])
            .args(["-platform_version", "macos", "11.0", "11.0"])
            .args(["-no_fixup_chains", "-dylib", "-dead_strip", "-o"])
            .args([&linked, library])
            .args(functions.iter().flat_map(|function| ["-u", function])),
    )?;
    Ok(linked)
}

/// The linker refuses undefined symbols, as shown by a function that no library has; and the points are right.
#[test]
fn nothing_is_undefined() {
    for (target, architecture) in TARGETS {
        let library = static_library(target);
        let linked = link(architecture, &library, &[EXPORT]).unwrap();
        check(&Program::read(&linked).unwrap(), Convention::C, EXPORT);

        let error = link(architecture, &library, &[EXPORT, "_missing"])
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("undefined symbol") && error.contains("missing"),
            "{error}"
        );
    }
}
