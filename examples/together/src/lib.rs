//! Builds three guests and a program in C that calls all of them.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use rustgo_hosts::c::{self, Linking};
use rustgo_hosts::root;
use rustgo_hosts::sealed::Sealed;

/// The guests, in the order in which the linker sees their archives.
pub const GUESTS: [&str; 3] = ["hello-guest", "scheme-primitives", "rustgo-crypto"];

/// Builds the guests into a folder.
///
/// # Errors
///
/// The tool refuses one of them.
pub fn guests(folder: &Path) -> Result<Vec<Sealed>> {
    std::fs::create_dir_all(folder).with_context(|| format!("{} can't be made", folder.display()))?;
    GUESTS
        .iter()
        .map(|guest| Sealed::build(guest, &folder.join(guest)))
        .collect()
}

/// Builds the program into a folder, linked with the guests in the order given.
///
/// # Errors
///
/// The compiler is missing, or has something to say.
pub fn program(folder: &Path, guests: &[&Sealed], linking: Linking) -> Result<PathBuf> {
    let program = folder.join(format!("together-{linking:?}").to_lowercase());
    c::build(
        c::compiler(),
        &root().join("examples/together/together.c"),
        guests,
        linking,
        &program,
    )?;
    Ok(program)
}
