//! Builds C programs that call guests.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::command;
use crate::sealed::Sealed;

/// How a C program is linked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Linking {
    /// The compiler's default: with the shared libc.
    Dynamic,
    /// With libc linked statically.
    Static,
    /// At any address, with the shared libc.
    Pie,
    /// At a fixed address, with the shared libc.
    NoPie,
    /// At any address, with libc linked statically.
    StaticPie,
}

impl Linking {
    /// Every way to link.
    pub const ALL: [Self; 5] = [
        Self::Dynamic,
        Self::Static,
        Self::Pie,
        Self::NoPie,
        Self::StaticPie,
    ];

    /// The compiler's arguments.
    pub fn flags(self) -> &'static [&'static str] {
        match self {
            Self::Dynamic => &[],
            Self::Static => &["-static"],
            Self::Pie => &["-fPIE", "-pie"],
            Self::NoPie => &["-fno-pie", "-no-pie"],
            Self::StaticPie => &["-fPIE", "-static-pie"],
        }
    }
}

/// The flags for every C source here, which compiles without a warning.
pub const WARNINGS: [&str; 4] = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"];

/// The C compiler that the system prefers, or that the environment variable `CC` names.
pub fn compiler() -> OsString {
    std::env::var_os("CC").unwrap_or_else(|| "cc".into())
}

/// Zig's C compiler, for another system or processor: `aarch64-linux-musl`, `x86_64-macos`.
pub fn cross_compiler(target: &str) -> Command {
    let mut zig = Command::new("zig");
    // Zig passes `-static-pie` on to clang, which then does not use it.
    zig.args(["cc", "-target", target, "-Wno-unused-command-line-argument"]);
    zig
}

/// Compiles and links one C source with the given guests.
///
/// # Errors
/// If the compiler can't be run, or prints a warning or an error.
pub fn build(
    compiler: impl Into<OsString>,
    source: &Path,
    guests: &[&Sealed],
    linking: Linking,
    program: &Path,
) -> Result<()> {
    build_by(Command::new(compiler.into()), source, guests, linking, program)
}

/// Like [`build`], with further arguments for the compiler.
///
/// # Errors
///
/// Those of [`build`].
pub fn build_by(
    mut cc: Command,
    source: &Path,
    guests: &[&Sealed],
    linking: Linking,
    program: &Path,
) -> Result<()> {
    cc.args(["-std=c99", "-O2"]).args(WARNINGS).args(linking.flags());
    for guest in guests {
        cc.arg("-I").arg(guest.include());
    }
    cc.arg("-o").arg(program).arg(source);
    for guest in guests {
        cc.arg("-L")
            .arg(guest.libraries())
            .arg(format!("-l{}", guest.library()));
    }
    command::run(&mut cc)?;
    Ok(())
}
