//! A guest for macOS by plain cargo, without `cargo rustgo`: a static library that asks nothing of the system.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;
use rustgo_hosts::command;
use rustgo_hosts::macos::{Convention, Program};

use crate::{EXPORT, check, scratch};

/// Rust's targets, and what linkers for macOS call their processors.
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
            // As a guest without `cargo rustgo` says it in its `Cargo.toml`.
            .env("CARGO_PROFILE_RELEASE_PANIC", "abort")
            .env_remove("RUSTFLAGS")
            .current_dir(rustgo_hosts::root()),
    )
    .unwrap();
    folder.join(target).join("release/librustgo_crypto.a")
}

/// Links the named functions into a library that the emulator loads, with nothing of the system's beside it.
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

/// The linker refuses what is undefined, as it does with a function that is in no library; and the points are right.
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
