//! Tests of arm64 on any Linux: on other processors `qemu-aarch64` runs the programs.

use std::process::Command;

use anyhow::Result;

use super::rust;
use crate::run::Run;
use crate::shell::Shell;
use crate::tools::{GUEST_TARGETS, Tool};

/// The emulator for arm64 programs on another processor.
const EMULATOR: &str = "qemu-aarch64";

const NATIVE: bool = cfg!(target_arch = "aarch64");

const ALL_TOOLS: &[Tool] = &[
    Tool::Go,
    Tool::Zig,
    Tool::Cc,
    Tool::Program("ar"),
    Tool::Program("nm"),
    Tool::Target(GUEST_TARGETS[0]),
    Tool::Target(GUEST_TARGETS[1]),
    Tool::Program(EMULATOR),
];

/// The tools for the tests; the emulator is the last.
pub const TOOLS: &[Tool] = if NATIVE {
    ALL_TOOLS.split_at(ALL_TOOLS.len() - 1).0
} else {
    ALL_TOOLS
};

/// Why this system can't run them.
pub const IMPOSSIBLE: Option<&str> = if cfg!(target_os = "linux") {
    None
} else {
    Some("its programs are for Linux on arm64")
};

/// The Go packages, with smaller counts; and the C programs.
pub fn test(run: &mut Run) -> Result<()> {
    run.show(go_test(run.shell).args(["-short", "./..."]));
    c_programs(run);
    Ok(())
}

/// The Go packages, with all counts and ten minutes of soaking; and the C programs.
pub fn test_long(run: &mut Run) -> Result<()> {
    run.show(
        go_test(run.shell)
            .args(["-count", "1", "-timeout", "0", "-v", "./..."])
            .env("RUSTGO_SOAK", "10m"),
    );
    c_programs(run);
    Ok(())
}

/// `go test` for arm64, for which a static program suffices.
fn go_test(shell: &Shell) -> Command {
    let mut go = shell.go();
    go.arg("test").env("CGO_ENABLED", "0").env("GOARCH", "arm64");
    if !NATIVE {
        go.args(["-exec", EMULATOR]);
    }
    go
}

fn c_programs(run: &mut Run) {
    run.show(&mut rust::test_named(run.shell, "arm64"));
}
