//! Writes an image for each host: Go assembly, sealed objects, and the files that declare their contents.

pub mod c;
mod error;
pub mod go;
mod leftovers;
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

/// An export with its proven stack bound.
#[derive(Clone, Debug)]
pub struct Proof {
    /// The export.
    pub entry: Entry,
    /// The most stack that a call uses, in bytes, including the return address.
    pub stack: u64,
}

/// The origin of a file, for its first line and its description.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The contents of the first line.
    pub stamp: Stamp,
    /// The description in the guest's manifest.
    pub description: String,
    /// The guest's crate documentation, as written in Rust.
    pub documentation: String,
}

impl Origin {
    /// The guest's name in files and C code, such as `rustgo_crypto`.
    pub fn identifier(&self) -> String {
        self.stamp.guest.replace('-', "_")
    }

    /// The first line of a generated file, without the comment's opening.
    pub fn line(&self) -> String {
        self.stamp.to_string()
    }
}
