//! Sealed objects: an image as a linkable ELF or Mach-O object, whose only global symbols are the exports and imports.

pub mod elf;
pub mod macho;
mod sealed;
pub mod variant_stubs;
pub(crate) mod veneers;
