//! Sealed objects: an image as ELF or Mach-O that a linker takes, whose only global symbols are the exports and imports.

pub mod elf;
pub mod macho;
mod sealed;
pub mod variant_stubs;
pub(crate) mod veneers;
