//! From a guest crate to a proven image: compiles, links and proves, with the toolchain that the guest names.

pub mod builds;
pub mod declared;
pub mod defaults;
pub mod diagnostics;
pub mod extra_objects;
pub mod flags;
pub mod guest;
pub mod link;
pub mod notice;
pub mod options;
pub mod origin;
pub mod pipeline;
pub mod progress;
pub mod reexports;
pub mod std_diagnosis;
pub mod toolchain;
pub mod variant;
