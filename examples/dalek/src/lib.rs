//! A Go package of curve25519-dalek, and what compares it with Go's own crypto/ed25519.

use std::path::Path;

use anyhow::Result;
use rustgo_hosts::module::Module;
use rustgo_hosts::root;

/// The guest's Go package.
pub const PACKAGE: &str = "dalek";

/// Makes a Go module in a folder: the package, with its test.
///
/// # Errors
///
/// The tool refuses the guest, or the folder can't be written.
pub fn module(folder: &Path) -> Result<Module> {
    let module = Module::new(folder, "example.com/dalek")?;
    module.add("rustgo-dalek", PACKAGE)?;
    module.copy(
        &root().join("examples/dalek/dalek_test.go"),
        &format!("{PACKAGE}/dalek_test.go"),
    )?;
    Ok(module)
}
