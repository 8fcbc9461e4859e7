//! Builds `no_std` Rust guests into self-contained, proven images for Go, C and assembly.
//!
//! This is the glue: [`build`] runs cargo and the linker and has the crates below do the rest, [`mod@verify`] has Go confirm
//! what was written, [`cli`] is the command line around them.
//!
//! What the crates below are about is here under short names: [`image`], [`check`], [`interface`], [`mod@write`].

pub mod build;
pub mod cli;
pub mod verify;

pub use build::{
    extra_objects, guest, link, notice, options, pipeline, progress, std_diagnosis, toolchain, variant,
};
pub use rustgo_image::{finding, image, processor};
pub use rustgo_interface::records as export;
pub use {rustgo_check as check, rustgo_emit as write, rustgo_interface as interface};
