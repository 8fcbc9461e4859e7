//! Wraps an image for each host: Go assembly, sealed objects, and the files that declare what is in them.

pub mod c;
mod error;
pub mod go;
pub mod nasm;
pub mod object;
mod output;
pub mod pkg_config;
mod proofs;
mod requires;
mod scope;
mod stamp;
#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
pub mod variants;

pub use error::{Error, Result};
pub use output::Files;
pub use proofs::interface;
pub use stamp::Stamp;

use rustgo_image::{Entry, finding, processor};
#[cfg(test)]
use rustgo_record as export;
use {rustgo_check as check, rustgo_image as image, rustgo_interface as interface};

/// The static archive around sealed objects.
pub mod archive {
    pub use rustgo_image::archive::{ArchiveKind, NewMember as Member, write};
}

/// An export with the stack that was proven for it.
#[derive(Clone, Debug)]
pub struct Proof {
    /// The export.
    pub entry: Entry,
    /// The most stack that a call uses, in bytes, the return address included.
    pub stack: u64,
}

/// What made a file, for its first line and its description.
#[derive(Clone, Debug)]
pub struct Origin {
    /// What the first line says.
    pub stamp: Stamp,
    /// What the guest's manifest says of it.
    pub description: String,
    /// What the guest's crate says of itself in its first lines, as written in Rust.
    pub documentation: String,
}

impl Origin {
    /// The guest's name as files and C code spell it, `rustgo_crypto`.
    pub fn identifier(&self) -> String {
        self.stamp.guest.replace('-', "_")
    }

    /// The first line of a generated file, without the comment's opening.
    pub fn line(&self) -> String {
        self.stamp.to_string()
    }
}
