//! The folder of a Go package: what Go makes of its name and of those above it.

use std::path::{Component, Path};

use super::super::panic;
use crate::error::{Error, Result};

/// What no package can be called, or no program import (The Go Programming Language Specification, "Keywords", "Import
/// declarations"): `main` is a program's, and `init` and `_` name nothing.
const WORDS: [&str; 28] = [
    "break",
    "case",
    "chan",
    "const",
    "continue",
    "default",
    "defer",
    "else",
    "fallthrough",
    "for",
    "func",
    "go",
    "goto",
    "if",
    "import",
    "init",
    "interface",
    "main",
    "map",
    "package",
    "range",
    "return",
    "select",
    "struct",
    "switch",
    "type",
    "var",
    "_",
];

/// Files that Windows has in every folder, so that no folder there can have their names (`module.CheckImportPath`).
const DEVICES: [&str; 22] = [
    "con", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "prn", "aux", "nul",
    "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9",
];

/// The name of the package in a folder.
///
/// # Errors
///
/// Go can't import it: by its name, or by that of a folder between it and its module's `go.mod`.
pub fn package(folder: &Path) -> Result<String> {
    let refused = |what: String| {
        Err(Error::Go(format!(
            "no Go program can import {}: {what}",
            folder.display()
        )))
    };
    for name in inside_module(folder) {
        if let Some(letter) = name.chars().find(|&letter| !is_of_import_path(letter)) {
            return refused(format!(
                "the folder `{name}` has {letter:?} in its name, and import paths have ASCII letters, digits, `-`, `.`, `_`, `~` \
                 and `+`"
            ));
        }
        let stem = name.split('.').next().unwrap_or_default().to_lowercase();
        if name.ends_with('.') || DEVICES.contains(&stem.as_str()) {
            return refused(format!("Windows has no folder `{name}`"));
        }
        if name == "vendor" {
            return refused("what is below a folder `vendor` is a copy of another module".to_owned());
        }
    }
    let package = panic::package(folder);
    match WORDS.contains(&package.as_str()) {
        true => refused(format!(
            "`{package}` has a meaning of its own in Go, so no package can be called that"
        )),
        false => Ok(package),
    }
}

/// The names of the folder and of those above it, up to the one with the module's `go.mod`; of the folder alone if there is
/// no module yet.
fn inside_module(folder: &Path) -> Vec<String> {
    let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let is_module = |folder: &&Path| folder.join("go.mod").is_file();
    let module = absolute.ancestors().find(is_module);
    let inside = match module {
        Some(module) => absolute.strip_prefix(module).unwrap_or(&absolute),
        None => Path::new(absolute.file_name().unwrap_or_default()),
    };
    let names = inside.components().filter_map(|component| match component {
        Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
        _ => None,
    });
    names.collect()
}

fn is_of_import_path(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "-._~+".contains(letter)
}

#[cfg(test)]
mod tests {
    #[test]
    fn folders_that_go_can_not_import_are_refused() {
        let module = tempfile::tempdir().unwrap();
        std::fs::write(module.path().join("go.mod"), "module m\n").unwrap();
        let package =
            |folder: &str| super::package(&module.path().join(folder)).map_err(|error| error.to_string());
        for (folder, name) in [
            ("hash", "hash"),
            ("a-b/my-hash.v2", "myhashv2"),
            ("internal/x_1", "x1"),
        ] {
            assert_eq!(package(folder).as_deref(), Ok(name), "{folder}");
        }
        for (folder, reason) in [
            ("func", "`func` has a meaning of its own in Go"),
            ("a/main", "`main` has a meaning of its own in Go"),
            ("sp ace", "the folder `sp ace` has ' ' in its name"),
            ("a b/hash", "the folder `a b` has ' ' in its name"),
            ("é漢", "has 'é' in its name"),
            ("nul", "Windows has no folder `nul`"),
            ("Aux.x/hash", "Windows has no folder `Aux.x`"),
            ("vendor/hash", "a copy of another module"),
        ] {
            let error = package(folder).unwrap_err();
            assert!(
                error.starts_with("no Go program can import ") && error.contains(reason),
                "{error}"
            );
        }
    }
}
