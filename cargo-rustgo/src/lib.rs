//! Builds `no_std` Rust guests into self-contained, proven images for Go, C and assembly.
//!
//! The pipeline, in the order of the folders: [`guest`] compiles the guest crate, [`link`] links what its
//! [`export`]s reach, [`image`] reads and resolves the result, [`check`] proves it, [`mod@write`] writes it out for
//! every host. [`cli`] is the command line around them.

pub mod cli;
pub mod declared;
pub mod export;
pub mod guest;
pub mod interface;
pub mod link;
pub mod notice;
pub mod options;
pub mod pipeline;
pub mod progress;
pub mod standard_library;
pub mod toolchain;
pub mod variant;
pub mod verify;
pub mod with;
pub mod write;

pub use rustgo_check as check;
pub use rustgo_image::{finding, image, processor};
