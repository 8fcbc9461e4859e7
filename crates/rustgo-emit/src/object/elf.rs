//! The sealed ELF object.

use object::write::Object;
use object::{BinaryFormat, SectionKind};

use super::sealed;
use crate::error::{Error, Result};
use crate::image::Image;
use crate::processor::Processor;

/// The object's bytes.
///
/// # Errors
///
/// If the image is too large for an ELF file.
pub fn write(image: &Image) -> Result<Vec<u8>> {
    finish(sealed::object(image, BinaryFormat::Elf)?, image.processor)
}

/// The bytes of an object, with what the format requires in each.
///
/// # Errors
///
/// If it is too large for an ELF file.
pub fn finish(mut object: Object, _: Processor) -> Result<Vec<u8>> {
    // Marks the object as one that needs no executable stack.
    object.add_section(Vec::new(), b".note.GNU-stack".to_vec(), SectionKind::Other);
    object
        .write()
        .map_err(|error| Error::Object("the sealed ELF object can't be written", error))
}
