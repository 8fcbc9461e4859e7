//! Builds the programs that have Rust say hello.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use rustgo_hosts::c::{self, Linking};
use rustgo_hosts::sealed::Sealed;
use rustgo_hosts::{command, nasm, root};

/// The guest.
pub const GUEST: &str = "hello-guest";

/// A program that has been built.
#[derive(Clone, Debug)]
pub struct Program {
    /// What it is.
    pub name: &'static str,
    /// Where it is.
    pub path: PathBuf,
}

/// Builds every program into a folder, with the guest sealed there too.
///
/// # Errors
///
/// A tool is missing, or has something to say.
pub fn build(folder: &Path) -> Result<(Sealed, Vec<Program>)> {
    std::fs::create_dir_all(folder).with_context(|| format!("{} can't be made", folder.display()))?;
    let guest = Sealed::build(GUEST, folder)?;
    let program = |name, file: &str| Program {
        name,
        path: folder.join(file),
    };
    let programs = vec![
        program("C", "c"),
        program("C, static", "c-static"),
        program("C, with a rustgo_write of its own", "loud"),
        program("NASM, without libc", "nasm"),
        program("NASM, by gcc -nostartfiles", "nostartfiles"),
    ];
    let [dynamic, fixed, loud, assembly, without_start] = programs.as_slice() else {
        unreachable!("five are listed above")
    };
    let source = |name: &str| root().join("examples/hello").join(name);
    for (program, file, linking) in [
        (dynamic, "hello.c", Linking::Dynamic),
        (fixed, "hello.c", Linking::Static),
        (loud, "loud.c", Linking::Dynamic),
    ] {
        c::build(c::compiler(), &source(file), &[&guest], linking, &program.path)?;
    }
    nasm::build(&root().join("asm/linux/hello.asm"), &guest, &assembly.path)?;
    command::run(
        Command::new("gcc")
            .arg("-nostartfiles")
            .arg("-o")
            .args([&without_start.path, &assembly.path.with_extension("o")])
            .arg("-L")
            .arg(guest.libraries())
            .arg(format!("-l{}", guest.library())),
    )?;
    Ok((guest, programs))
}
