//! Builds this repository's C and NASM hosts, for the tests here and for `cargo xtask demo`.
//!
//! How a host is compiled and linked is written only here, as the arguments of the tools; the sources are in
//! `examples/c` and `asm`. What each host proves is in `tests/all`.

pub mod c;
pub mod command;
pub mod go;
pub mod linkage;
pub mod macos;
pub mod module;
pub mod nasm;
pub mod programs;
pub mod readme;
pub mod sealed;

use std::path::{Path, PathBuf};

/// The repository's root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .expect("this crate is two folders below the repository's root")
        .to_owned()
}
