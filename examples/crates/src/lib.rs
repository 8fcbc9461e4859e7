//! Go packages of crates from crates.io, in a Go module that compares each with an implementation in Go.

pub mod measure;

use std::path::Path;

use anyhow::Result;
use rustgo_hosts::module::Module;
use rustgo_hosts::root;

/// The guests, by the names of their Go packages.
pub const PACKAGES: [&str; 5] = ["chacha20", "crc32fast", "memchr", "sha2", "xxhash"];

/// Makes the module in a folder: the packages, and what compares them.
///
/// # Errors
///
/// The tool refuses a guest, or the folder can't be written.
pub fn module(folder: &Path) -> Result<Module> {
    let compare = root().join("examples/crates/compare");
    std::fs::create_dir_all(folder)?;
    for file in ["go.mod", "go.sum", "compare_test.go"] {
        std::fs::copy(compare.join(file), folder.join(file))?;
    }
    let module = Module::new(folder, "example.com/crates")?;
    for package in PACKAGES {
        module.add(&format!("rustgo-{package}"), package)?;
    }
    Ok(module)
}
