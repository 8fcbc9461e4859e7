//! The sealed ELF object.

use anyhow::{Context, Result};
use object::{BinaryFormat, SectionKind};

use super::sealed;
use crate::image::Image;

/// The object's bytes.
///
/// # Errors
///
/// The image is larger than an ELF file can say.
pub fn write(image: &Image) -> Result<Vec<u8>> {
    let mut object = sealed::object(image, BinaryFormat::Elf)?;
    // Says that the object needs no executable stack.
    object.add_section(Vec::new(), b".note.GNU-stack".to_vec(), SectionKind::Other);
    object.write().context("the sealed ELF object can't be written")
}
