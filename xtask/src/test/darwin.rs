//! Tests of programs for macOS on every system: an emulator runs their machine code.

use anyhow::Result;

use super::rust;
use crate::run::Run;
use crate::tools::{GUEST_TARGETS, Tool, unicorn};

/// The tools that link and run the programs.
pub const TOOLS: &[Tool] = &[
    Tool::Go,
    Tool::Zig,
    Tool::Program("nasm"),
    Tool::Unicorn,
    Tool::Target(GUEST_TARGETS[0]),
    Tool::Target(GUEST_TARGETS[1]),
    Tool::Target("x86_64-apple-darwin"),
    Tool::Target("aarch64-apple-darwin"),
];

pub fn test(run: &mut Run) -> Result<()> {
    let modules = unicorn::folder(run.shell);
    run.show(rust::test_named(run.shell, "darwin").env("PYTHONPATH", modules));
    Ok(())
}
