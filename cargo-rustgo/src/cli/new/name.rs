//! What the name of a new crate may be, and what Go and C make of it.

use anyhow::{Result, bail, ensure};

/// One name, as each language spells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    /// The Rust package, `my-hash`.
    pub package: String,
    /// The Rust crate and the C library, `my_hash`.
    pub identifier: String,
    /// The Go package, `myhash`.
    pub go: String,
}

/// Words that can't name a Go package or would hide what every Go file has (The Go Programming Language Specification,
/// "Keywords"; `main` is a program, `internal` and `vendor` are folders of their own kind).
const GO_WORDS: [&str; 29] = [
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
    "interface",
    "internal",
    "main",
    "map",
    "package",
    "range",
    "return",
    "select",
    "struct",
    "switch",
    "testdata",
    "type",
    "var",
    "vendor",
];

/// Crates that come with Rust or with this tool, which a crate of that name would hide.
const CRATES: [&str; 7] = ["alloc", "build", "core", "proc_macro", "rustgo_rt", "std", "test"];

impl Names {
    /// The spellings of a name.
    ///
    /// # Errors
    ///
    /// A crate, a Go package or a C library can't have that name.
    pub fn of(name: &str) -> Result<Self> {
        ensure!(
            name.starts_with(|first: char| first.is_ascii_lowercase()),
            "`{name}` can't be the name: crates and Go packages start with a lower-case letter from a to z"
        );
        if let Some(letter) = name.chars().find(|letter| !is_allowed(*letter)) {
            bail!(
                "`{name}` can't be the name: it has `{letter}`, and may have lower-case letters, digits, `-` and `_`"
            );
        }
        let identifier = name.replace('-', "_");
        let go = identifier.replace('_', "");
        ensure!(
            syn::parse_str::<syn::Ident>(&identifier).is_ok(),
            "`{name}` can't be the name: it is a word of Rust's"
        );
        ensure!(
            !CRATES.contains(&identifier.as_str()),
            "`{name}` can't be the name: it would hide the crate `{identifier}` that comes with Rust or rustgo"
        );
        ensure!(
            !GO_WORDS.contains(&go.as_str()),
            "`{name}` can't be the name: `{go}` has a meaning of its own in Go"
        );
        Ok(Self {
            package: name.to_owned(),
            identifier,
            go,
        })
    }
}

fn is_allowed(letter: char) -> bool {
    letter.is_ascii_lowercase() || letter.is_ascii_digit() || matches!(letter, '-' | '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_has_its_spelling() {
        let names = Names::of("my-hash_2").unwrap();
        assert_eq!(
            (names.identifier.as_str(), names.go.as_str()),
            ("my_hash_2", "myhash2")
        );
    }

    #[test]
    fn what_can_not_be_a_name_is_explained() {
        for (name, reason) in [
            ("", "start with a lower-case letter"),
            ("2fast", "start with a lower-case letter"),
            ("Hash", "start with a lower-case letter"),
            (
                "my.hash",
                "it has `.`, and may have lower-case letters, digits, `-` and `_`",
            ),
            ("my hash", "it has ` `"),
            ("häsh", "it has `ä`"),
            ("loop", "it is a word of Rust's"),
            ("core", "it would hide the crate `core`"),
            ("rustgo-rt", "it would hide the crate `rustgo_rt`"),
            ("range", "`range` has a meaning of its own in Go"),
            ("ma-in", "`main` has a meaning of its own in Go"),
        ] {
            let error = Names::of(name).unwrap_err().to_string();
            assert!(
                error.contains(&format!("`{name}` can't be the name")) && error.contains(reason),
                "{error}"
            );
        }
    }
}
