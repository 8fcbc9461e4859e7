//! Runs the toolchain's linker: what [`rustgo_image::link`] does, in a folder of its own.

use anyhow::Context;

use crate::toolchain::Toolchain;

pub use rustgo_image::link::{CODE_END, Error, Input, Member, SLOT, members, prune, rename};

/// Links, and returns the bytes of an ELF executable whose relocations have been kept.
///
/// Undefined symbols are left undefined: the image's own checks name them and who refers to them.
///
/// # Errors
///
/// The linker can't be run, or refuses the objects.
pub fn link(toolchain: &Toolchain, input: &Input) -> anyhow::Result<Vec<u8>> {
    let folder = tempfile::tempdir().context("no folder for the linker's files")?;
    Ok(rustgo_image::link::link(&toolchain.lld, input, folder.path())?)
}
