//! Images: all code and constants that the exports of a guest reach, linked at address 0, position-independent.
//!
//! - [`link`] runs `rust-lld` over objects and archives, which [`archive`] reads and writes;
//! - [`image`] reads the linker's file, refuses what an image can't express, and resolves the rest;
//! - [`finding`] is the form in which everything that is wrong with an image is told, here and by the checks of its code;
//! - [`processor`] and [`layout`] hold what all of these agree on.
//!
//! The crate prints nothing and reads no environment: its callers name the linker and the folder that it works in.

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
