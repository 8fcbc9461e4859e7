//! Builds `no_std` Rust guests into self-contained, proven images for Go, C and assembly.
//!
//! This is the glue: [`build`] runs cargo and the linker and calls the crates below, [`mod@verify`] compares what was
//! written with what Go linked, and [`cli`] is the command line.
//!
//! The crates below are available under short names: [`image`], [`check`], [`interface`], [`mod@write`].

pub mod build;
pub mod cli;
pub mod verify;

pub use build::{
    extra_objects, guest, link, notice, options, pipeline, progress, std_diagnosis, toolchain, variant,
};
pub use rustgo_image::{finding, image, processor};
pub use rustgo_interface::records as export;
pub use {rustgo_check as check, rustgo_emit as write, rustgo_interface as interface};
