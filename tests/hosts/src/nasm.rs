//! Builds NASM programs that call guests, without libc.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::command;
use crate::sealed::Sealed;

/// Assembles and links one NASM source with the given guest.
///
/// # Errors
///
/// If NASM or the linker can't be run, or prints a warning or an error.
pub fn build(source: &Path, guest: &Sealed, program: &Path) -> Result<()> {
    let folder = source.parent().context("the source is in no folder")?;
    let object = program.with_added_extension("o");
    command::run(
        Command::new("nasm")
            .args(["-Wall", "-Werror", "-f", "elf64"])
            .arg(search(folder))
            .arg(search(&guest.include()))
            .arg("-o")
            .arg(&object)
            .arg(source),
    )?;
    command::run(
        Command::new("ld")
            .arg("--fatal-warnings")
            .arg("-o")
            .arg(program)
            .arg(&object)
            .arg("-L")
            .arg(guest.libraries())
            .arg(format!("-l{}", guest.library())),
    )?;
    Ok(())
}

/// NASM's option for a folder of include files, which needs a slash at the end.
pub(crate) fn search(folder: &Path) -> OsString {
    let mut option = OsString::from("-I");
    option.push(folder.join(""));
    option
}
