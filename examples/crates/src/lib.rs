//! Go packages of crates from crates.io, in a Go module that compares each with an implementation in Go.

pub mod measure;

use std::path::Path;

use anyhow::Result;
use rustgo_hosts::module::Module;
use rustgo_hosts::root;

/// A guest.
pub struct Package {
    /// The name of its Go package.
    pub name: &'static str,
    /// What it is also built for, where that makes a difference: a variant.
    pub variant: Option<&'static str>,
}

/// The guests.
pub const PACKAGES: [Package; 5] = [
    package("chacha20", Some("v3=+avx2")),
    package("crc32fast", Some("clmul=+pclmulqdq,+sse4.1")),
    package("memchr", None),
    package("sha2", Some("sha=+sha,+sse4.1")),
    package("xxhash", Some("v3=+avx2")),
];

const fn package(name: &'static str, variant: Option<&'static str>) -> Package {
    Package { name, variant }
}

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
    for Package { name, variant } in PACKAGES {
        let options = variant.map_or(vec![], |variant| vec!["--variant", variant]);
        module.add_with(&format!("rustgo-{name}"), name, &options)?;
    }
    Ok(module)
}
