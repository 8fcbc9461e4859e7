//! The contents of a generated file's first lines.

use super::guest::Guest;
use super::options::Options;
use super::toolchain::Toolchain;
use crate::write::{Origin, Stamp};

/// What is made of a guest with a toolchain and options.
pub fn origin(guest: &Guest, toolchain: &Toolchain, options: &Options) -> Origin {
    Origin {
        stamp: Stamp {
            tool: env!("CARGO_PKG_VERSION").to_owned(),
            guest: guest.name.clone(),
            version: guest.version.clone(),
            compiler: toolchain.version.clone(),
            options: options.to_string(),
        },
        description: guest
            .description
            .clone()
            .unwrap_or_else(|| format!("The exports of the Rust crate {}", guest.name)),
        documentation: guest.documentation.clone(),
    }
}
