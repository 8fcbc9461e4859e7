//! Links what the exports reach into one section at address 0, with the linker of the Rust toolchain.
//!
//! It links twice: the first time to learn which code is reached, the second time with a gap behind each piece of
//! code, where the Go writer may put an instruction that brings the recorded stack depth back to 0.

mod archive;
mod map;
mod prune;
mod rename;
mod script;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use object::{Object, ObjectSymbol};

use crate::processor::Processor;
use crate::toolchain::Toolchain;

pub use archive::{Member, members};
pub use prune::prune;
pub use rename::rename;
pub use script::{CODE_END, SLOT};

/// What to link.
#[derive(Clone, Debug)]
pub struct Input<'a> {
    /// The processor that the objects are for.
    pub processor: Processor,
    /// Archives and objects. Objects are linked whole, of an archive the members that are reached.
    pub files: &'a [PathBuf],
    /// The symbols to start from.
    pub roots: &'a [String],
    /// The symbols that the host may provide.
    pub imports: &'a [String],
}

/// Links, and returns the bytes of an ELF executable whose relocations have been kept.
///
/// Undefined symbols are left undefined: the image's own checks name them and who refers to them.
///
/// # Errors
///
/// The linker can't be run, or refuses the objects.
pub fn link(toolchain: &Toolchain, input: &Input) -> Result<Vec<u8>> {
    let folder = tempfile::tempdir().context("no folder for the linker's files")?;
    let map_file = folder.path().join("map");
    let first = run(toolchain, input, folder.path(), &script::first(), Some(&map_file))?;
    let map = std::fs::read_to_string(&map_file).context("the linker's map can't be read")?;
    let code = map::code_sections(&map)?;
    let imports = undefined(&first, input.imports)?;
    run(
        toolchain,
        input,
        folder.path(),
        &script::second(&imports, &code),
        None,
    )
}

/// Which of the declared imports the exports reach.
fn undefined(file: &[u8], imports: &[String]) -> Result<Vec<String>> {
    let object = object::File::parse(file).context("the linked file can't be read")?;
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

fn run(
    toolchain: &Toolchain,
    input: &Input,
    folder: &Path,
    script: &str,
    map: Option<&Path>,
) -> Result<Vec<u8>> {
    let script_file = folder.join("image.ld");
    let output_file = folder.join("image.elf");
    std::fs::write(&script_file, script).context("the linker script can't be written")?;
    let mut command = Command::new(&toolchain.lld);
    command
        .args(["-flavor", "gnu", "-m", input.processor.linker_emulation()])
        // Relaxation is left to the image, which has to know every instruction that takes an address.
        .args([
            "--gc-sections",
            "--emit-relocs",
            "--no-relax",
            "--unresolved-symbols=ignore-all",
            "-static",
        ])
        .args(["-z", "noexecstack", "--build-id=none"])
        // Debug info of code that was dropped must not look like that of the code at address 0.
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
        .with_context(|| format!("the linker {} can't be run", toolchain.lld.display()))?;
    if !output.status.success() {
        bail!(
            "the linker refused the guest's objects:\n{}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    std::fs::read(&output_file).context("the linker's output can't be read")
}
