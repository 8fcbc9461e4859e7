//! Builds programs for macOS on any system, with Zig's linker, and runs their machine code in an emulator.

pub mod emulator;
mod program;

pub use program::{Convention, Program};

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::c::{self, Linking};
use crate::command;
use crate::nasm;
use crate::sealed::{DARWIN, Sealed};

/// The language of a program for macOS, and its processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// C, for x86-64.
    CAmd64,
    /// C, for Apple silicon.
    CArm64,
    /// NASM, for x86-64.
    Nasm,
    /// The C compiler's own assembly language, for Apple silicon.
    AssemblyArm64,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::CAmd64, Self::CArm64, Self::Nasm, Self::AssemblyArm64];

    /// The caller of scalar_base_mult in this repository, below its root.
    pub fn source(self) -> &'static str {
        match self {
            Self::CAmd64 | Self::CArm64 => "examples/c/scalar_base_mult.c",
            Self::Nasm => "asm/macos/scalar_base_mult_amd64.asm",
            Self::AssemblyArm64 => "asm/macos/scalar_base_mult_arm64.s",
        }
    }

    fn compiler(self) -> Command {
        c::cross_compiler(match self {
            Self::CAmd64 | Self::Nasm => "x86_64-macos",
            Self::CArm64 | Self::AssemblyArm64 => "aarch64-macos",
        })
    }
}

/// Compiles or assembles one source, and links it with the given guest.
///
/// # Errors
///
/// If Zig or NASM can't be run, or prints a warning or an error.
pub fn build(language: Language, source: &Path, guest: &Sealed, program: &Path) -> Result<()> {
    let guest = guest.on(DARWIN);
    if matches!(language, Language::CAmd64 | Language::CArm64) {
        return c::build_by(language.compiler(), source, &[&guest], Linking::Dynamic, program);
    }
    let mut linker = language.compiler();
    linker.arg("-o").arg(program);
    if language == Language::Nasm {
        let folder = source.parent().context("the source is in no folder")?;
        let object = program.with_extension("o");
        command::run(
            Command::new("nasm")
                // The underscore before the names of C functions.
                .args(["-Wall", "-Werror", "-f", "macho64", "--gprefix", "_"])
                .arg(nasm::search(folder))
                .arg(nasm::search(&guest.include()))
                .arg("-o")
                .args([&object, source]),
        )?;
        linker.arg(&object);
    } else {
        linker.arg(source);
    }
    linker
        .arg("-L")
        .arg(guest.libraries())
        .arg(format!("-l{}", guest.library()));
    command::run(&mut linker)?;
    Ok(())
}
