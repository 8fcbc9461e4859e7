//! The platforms that Go packages with guests are built for, and how external linkers link them.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::root;

/// Go's names of the systems.
const SYSTEMS: [&str; 4] = ["linux", "darwin", "windows", "freebsd"];

/// Go's names of the processors.
const PROCESSORS: [&str; 2] = ["amd64", "arm64"];

/// Every platform: `GOOS` and `GOARCH`.
pub fn platforms() -> impl Iterator<Item = (&'static str, &'static str)> {
    SYSTEMS
        .into_iter()
        .flat_map(|system| PROCESSORS.map(|processor| (system, processor)))
}

/// Has a `go build` link by an external linker, as it would with a package that uses cgo: Zig's, or on Linux on x86-64 that of the
/// system's own compiler. `folder` is for a program of this function's; the same one lets Go find what it has compiled before.
///
/// # Errors
///
/// The folder can't be written, or there is no such platform.
pub fn externally(build: &mut Command, folder: &Path, system: &str, processor: &str) -> Result<()> {
    let frameworks = root().join("tests/hosts/src/macos/frameworks");
    build
        // Go has its symbols for debuggers combined by a program of macOS.
        .arg(format!(
            "-ldflags=-linkmode=external -w -extldflags=-F{}",
            frameworks.display()
        ))
        .env("CGO_ENABLED", "1")
        .env("GOOS", system)
        .env("GOARCH", processor);
    if (system, processor) != ("linux", "amd64") {
        build.env("CC", zig(folder, system, processor)?);
    }
    Ok(())
}

/// The command that compiles C for a platform by Zig.
fn zig(folder: &Path, system: &str, processor: &str) -> Result<String> {
    let target = match system {
        "linux" => "linux-musl",
        "darwin" => "macos",
        "windows" => "windows-gnu",
        "freebsd" => "freebsd",
        other => bail!("Zig is not asked for {other}"),
    };
    let architecture = match processor {
        "amd64" => "x86_64",
        "arm64" => "aarch64",
        other => bail!("Zig is not asked for {other}"),
    };
    let compiler = folder.join("zig-cc");
    // Go asks what linker it is where it wants that of GNU, for FreeBSD on arm64, and goes on where there is no answer.
    let script = "#!/bin/sh\nfor a; do case $a in -Wl,--version) exit 1;; esac; done\nexec zig cc \"$@\"\n";
    fs::write(&compiler, script).context("the script for Zig can't be written")?;
    Ok(format!(
        "sh {} -target {architecture}-{target}",
        compiler.display()
    ))
}
