//! Images: all code and constants that the exports of a guest reach, linked at address 0, position-independent.
//!
//! - [`link`] runs `rust-lld` over objects and archives, which [`archive`] reads and writes;
//! - [`image`] reads the linker's file, refuses what an image can't express, and resolves the remaining relocations;
//! - [`finding`] is the form of every diagnostic about an image, here and in the prover;
//! - [`processor`] and [`layout`] hold what all of these share.
//!
//! The crate prints nothing and reads no environment variables: its callers name the linker and the working folder.

pub mod archive;
pub mod finding;
pub mod image;
pub mod layout;
pub mod link;
pub mod processor;

pub use finding::{Finding, Place, Rule};
pub use image::*;
pub use processor::Processor;
pub use rustgo_record as record;
