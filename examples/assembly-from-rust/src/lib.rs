//! Builds a guest together with a routine in assembly, and a program in C that calls it.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use rustgo_hosts::c::{self, Linking};
use rustgo_hosts::sealed::Sealed;
use rustgo_hosts::{command, root};

/// The guest, which is not whole without the routine.
pub const GUEST: &str = "assembly-guest";

/// The folder of this example.
pub fn sources() -> PathBuf {
    root().join("examples/assembly-from-rust")
}

/// Assembles a file of NASM.
///
/// # Errors
///
/// NASM is missing, or has something to say.
pub fn assemble(source: &Path, object: &Path) -> Result<()> {
    let mut nasm = Command::new("nasm");
    nasm.args(["-Wall", "-Werror", "-f", "elf64", "-o"])
        .args([object, source]);
    command::run(&mut nasm)?;
    Ok(())
}

/// Builds the routine, the guest around it, and the program, into a folder.
///
/// # Errors
///
/// A tool is missing, or has something to say.
pub fn build(folder: &Path) -> Result<(Sealed, PathBuf)> {
    std::fs::create_dir_all(folder).with_context(|| format!("{} can't be made", folder.display()))?;
    let object = folder.join("add_256.o");
    assemble(&sources().join("add_256.asm"), &object)?;
    let guest = Sealed::build_with(GUEST, folder, &[&object])?;
    let program = folder.join("sum");
    c::build(
        c::compiler(),
        &sources().join("sum.c"),
        &[&guest],
        Linking::Dynamic,
        &program,
    )?;
    Ok((guest, program))
}
