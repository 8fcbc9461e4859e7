//! Links everything that the exports reach into one section at address 0, with the linker of the Rust toolchain.
//!
//! It links twice: first to learn which code is reachable, then with a gap after each piece of code, where the Go
//! emitter can put an instruction that resets the recorded stack depth to 0.

mod error;
mod map;
mod prune;
mod rename;
#[cfg(test)]
pub(crate) mod sample;
mod script;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use object::{Object, ObjectSymbol};

use crate::processor::Processor;

pub use crate::archive::{Member, members};
pub use crate::layout::{CODE_END, SLOT};
pub use error::{Error, Result};
pub use prune::prune;
pub use rename::rename;

/// The input of the linker.
#[derive(Clone, Debug)]
pub struct Input<'a> {
    /// The processor that the objects are for.
    pub processor: Processor,
    /// Archives and objects. Objects are linked whole, archives by the members that are reached.
    pub files: &'a [PathBuf],
    /// The symbols to start from.
    pub roots: &'a [String],
    /// The symbols that the host may provide.
    pub imports: &'a [String],
}

/// Runs `rust-lld` with a folder for its files, and returns an ELF executable with its relocations kept.
///
/// Undefined symbols stay undefined: the image's own checks report them and who refers to them.
///
/// # Errors
///
/// If the linker can't be run, or refuses the objects.
pub fn link(lld: &Path, input: &Input, folder: &Path) -> Result<Vec<u8>> {
    let map_file = folder.join("map");
    let first = run(lld, input, folder, &script::first(), Some(&map_file))?;
    let map = std::fs::read_to_string(&map_file).map_err(file("the linker's map can't be read"))?;
    let code = map::code_sections(&map)?;
    let imports = undefined(&first, input.imports)?;
    run(lld, input, folder, &script::second(&imports, &code), None)
}

/// The declared imports that the exports reach.
fn undefined(file: &[u8], imports: &[String]) -> Result<Vec<String>> {
    let object = object::File::parse(file).map_err(Error::Linked)?;
    let undefined: BTreeSet<&str> = object
        .symbols()
        .filter(|symbol| symbol.is_undefined())
        .filter_map(|symbol| symbol.name().ok())
        .collect();
    Ok(imports
        .iter()
        .filter(|name| undefined.contains(name.as_str()))
        .cloned()
        .collect())
}

fn file(what: &'static str) -> impl Fn(std::io::Error) -> Error {
    move |error| Error::File(what, error)
}

fn run(lld: &Path, input: &Input, folder: &Path, script: &str, map: Option<&Path>) -> Result<Vec<u8>> {
    let script_file = folder.join("image.ld");
    let output_file = folder.join("image.elf");
    std::fs::write(&script_file, script).map_err(file("the linker script can't be written"))?;
    let mut command = Command::new(lld);
    command
        .args(["-flavor", "gnu", "-m", input.processor.linker_emulation()])
        // The image does the relaxation, because it has to know every instruction that takes an address.
        .args([
            "--gc-sections",
            "--emit-relocs",
            "--no-relax",
            "--unresolved-symbols=ignore-all",
            "-static",
        ])
        .args(["-z", "noexecstack", "--build-id=none"])
        // Debug info of dropped code must not look like that of code at address 0.
        .args(["-z", "dead-reloc-in-nonalloc=.debug_*=0xffffffffffffffff", "-T"])
        .arg(&script_file)
        .arg("-o")
        .arg(&output_file);
    if let Some(map) = map {
        command.arg("-Map").arg(map);
    }
    for root in input.roots {
        command.args(["-u", root]);
    }
    if let Some(root) = input.roots.first() {
        command.args(["-e", root]);
    }
    command.args(input.files);
    let output = command
        .output()
        .map_err(|error| Error::Run(lld.to_owned(), error))?;
    if !output.status.success() {
        return Err(Error::Refused(
            String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        ));
    }
    std::fs::read(&output_file).map_err(file("the linker's output can't be read"))
}
