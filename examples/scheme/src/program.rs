//! From a file to a program: compiles, assembles and links it with the sealed primitives, without libc.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow};
use rustgo_hosts::{nasm, sealed::Sealed};

use crate::{compiler, reader};

/// The guest whose exports the programs call.
pub const GUEST: &str = "scheme-primitives";

/// What became of a source file.
#[derive(Clone, Debug)]
pub struct Program {
    /// The assembly, for inspection.
    pub assembly: PathBuf,
    /// What can be run.
    pub executable: PathBuf,
}

/// Builds the primitives into a folder, as a sealed archive.
///
/// # Errors
///
/// The tool refuses them, or a tool is missing.
pub fn primitives(folder: &Path) -> Result<Sealed> {
    Sealed::build(GUEST, folder)
}

/// Builds a program into a folder.
///
/// # Errors
///
/// The source can't be read or compiled; NASM or the linker is missing.
pub fn build(source: &Path, primitives: &Sealed, folder: &Path) -> Result<Program> {
    let name = source.display().to_string();
    let text = fs::read(source).with_context(|| format!("{name} can't be read"))?;
    let assembly = reader::read(&text)
        .and_then(|data| compiler::compile(&name, &data))
        .map_err(|wrong| anyhow!("{name}:{wrong}"))?;

    let executable = folder.join(source.file_stem().context("the source has no name")?);
    let program = Program {
        assembly: executable.with_added_extension("asm"),
        executable,
    };
    fs::create_dir_all(folder).with_context(|| format!("{} can't be made", folder.display()))?;
    fs::write(&program.assembly, assembly)
        .with_context(|| format!("{} can't be written", program.assembly.display()))?;
    nasm::build(&program.assembly, primitives, &program.executable)?;
    Ok(program)
}
