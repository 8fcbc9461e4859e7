//! What a package needs for its mutants to be chosen while it runs.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The environment variable that holds the number of the active mutant. Children inherit it.
pub const VARIABLE: &str = "RUSTGO_MUTANT";

/// The environment variable that names a file to which programs write what reaches which function.
pub const TRACE: &str = "RUSTGO_MUTANT_TRACE";

/// The root of a crate, able to say which mutant is active. Lines keep their numbers.
pub fn activate(root: &str) -> String {
    // What is denied elsewhere is no fault of a mutant: tests have to notice it. The compiler may see that a mutant overflows.
    format!(
        "#![allow(warnings, arithmetic_overflow, unconditional_panic, unconditional_recursion, overflowing_literals)]{root}
#[doc(hidden)]
#[allow(warnings)]
pub(crate) mod rustgo_mutant {{
    extern crate std;
    use std::prelude::v1::*;
    pub use std::boxed::Box;
    use std::io::Write;
    /// The number of the active mutant. The function whose mutants have these is called by its first.
    #[inline]
    pub fn active(function: usize) -> usize {{
        static STATE: std::sync::OnceLock<(usize, Option<std::fs::File>)> = std::sync::OnceLock::new();
        let (active, trace) = STATE.get_or_init(|| {{
            let trace = std::env::var_os(\"{TRACE}\").and_then(|path| {{
                std::fs::File::options().append(true).create(true).open(path).ok()
            }});
            let number = std::env::var(\"{VARIABLE}\").unwrap_or_default();
            (number.parse().unwrap_or(0), trace)
        }});
        if let Some(trace) = trace {{
            reached(function, trace);
        }}
        *active
    }}
    /// Writes the name of the thread, which is that of the test, once for each function.
    #[cold]
    fn reached(function: usize, mut trace: &std::fs::File) {{
        std::thread_local! {{
            static SEEN: std::cell::RefCell<std::collections::BTreeSet<usize>> = const {{
                std::cell::RefCell::new(std::collections::BTreeSet::new())
            }};
        }}
        let is_new = SEEN.try_with(|seen| seen.borrow_mut().insert(function)).unwrap_or(true);
        if is_new {{
            let thread = std::thread::current();
            let line = std::format!(\"{{function}} {{}}\\n\", thread.name().unwrap_or_default());
            trace.write_all(line.as_bytes()).expect(\"the trace can be written\");
        }}
    }}
}}
"
    )
}

/// The root file of the crate that a file belongs to, if its mutants can be chosen while it runs.
///
/// Not those of a crate that guests have in them, which have no environment; nor those of a macro, which runs in the compiler:
/// cargo would take what one mutant has made of a guest for what another one makes.
pub fn root_of(repository: &Path, file: &str) -> Result<Option<PathBuf>> {
    let file = repository.join(file);
    let package = file
        .ancestors()
        .find(|folder| folder.join("Cargo.toml").is_file())
        .with_context(|| format!("{} belongs to no package", file.display()))?;
    let manifest: toml::Table = fs::read_to_string(package.join("Cargo.toml"))?.parse()?;
    let is_macro = manifest
        .get("lib")
        .and_then(|lib| lib.get("proc-macro"))
        .is_some();
    let source = package.join("src");
    let roots = [source.join("lib.rs"), source.join("main.rs")];
    let Some(root) = roots.iter().find(|root| root.is_file()) else {
        return Ok(None);
    };
    let text = fs::read_to_string(root)?;
    let is_bare = text.lines().any(|line| line == "#![no_std]");
    let is_other_root = roots.contains(&file) && file != *root;
    Ok((!is_macro && !is_bare && !is_other_root).then(|| root.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crates_of_guests_and_macros_are_not_switched() {
        let root = rustgo_hosts::root();
        for (file, expected) in [
            (
                "crates/rustgo-check/src/isa/mod.rs",
                Some("crates/rustgo-check/src/lib.rs"),
            ),
            ("cargo-rustgo/src/verify/mod.rs", Some("cargo-rustgo/src/lib.rs")),
            ("cargo-rustgo/src/main.rs", None),
            (
                "crates/rustgo-record/src/types.rs",
                Some("crates/rustgo-record/src/lib.rs"),
            ),
            ("xtask/src/mutants/mod.rs", Some("xtask/src/main.rs")),
            ("rustgo-rt/src/ffi.rs", None),
            ("rustgo-rt/mem/src/four.rs", None),
            ("rustgo-rt/macros/src/types.rs", None),
        ] {
            let found = root_of(&root, file).unwrap();
            assert_eq!(found, expected.map(|expected| root.join(expected)), "{file}");
        }
    }
}
