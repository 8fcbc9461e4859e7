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
/// The image is larger than an ELF file can say.
pub fn write(image: &Image) -> Result<Vec<u8>> {
    finish(sealed::object(image, BinaryFormat::Elf)?, image.processor)
}

/// The bytes of an object, with what the format wants in each.
///
/// # Errors
///
/// It is larger than an ELF file can say.
pub fn finish(mut object: Object, _: Processor) -> Result<Vec<u8>> {
    // Says that the object needs no executable stack.
    object.add_section(Vec::new(), b".note.GNU-stack".to_vec(), SectionKind::Other);
    object
        .write()
        .map_err(|error| Error::Object("the sealed ELF object can't be written", error))
}
