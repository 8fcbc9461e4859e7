//! The valid names of a new crate, and their spelling in Go and C.

use anyhow::{Result, bail, ensure};

use crate::write::go::keywords::is_package;

/// A name in the spelling of each language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    /// The Rust package, `my-hash`.
    pub package: String,
    /// The Rust crate and the C library, `my_hash`.
    pub identifier: String,
    /// The Go package, `myhash`.
    pub go: String,
}

/// Headers of C's standard library (C23, 7.1.2) and of POSIX: a compiler would include a library's header with such a name
/// instead of them.
const C_HEADERS: [&str; 40] = [
    "assert",
    "complex",
    "ctype",
    "dirent",
    "errno",
    "fcntl",
    "fenv",
    "float",
    "grp",
    "inttypes",
    "iso646",
    "limits",
    "locale",
    "math",
    "netdb",
    "poll",
    "pthread",
    "pwd",
    "regex",
    "sched",
    "semaphore",
    "setjmp",
    "signal",
    "spawn",
    "stdalign",
    "stdarg",
    "stdatomic",
    "stdbit",
    "stdbool",
    "stdckdint",
    "stddef",
    "stdint",
    "stdio",
    "stdlib",
    "stdnoreturn",
    "string",
    "strings",
    "tgmath",
    "threads",
    "time",
];

/// Crates of Rust or of this tool, which a crate with such a name would shadow.
const CRATES: [&str; 7] = ["alloc", "build", "core", "proc_macro", "rustgo_rt", "std", "test"];

impl Names {
    /// The spellings of a name.
    ///
    /// # Errors
    ///
    /// If a crate, a Go package or a C library can't have that name.
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
            is_package(&go),
            "`{name}` can't be the name: `{go}` has a meaning of its own in Go"
        );
        ensure!(
            !C_HEADERS.contains(&identifier.as_str()),
            "`{name}` can't be the name: C programs include a `{identifier}.h` of their system"
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
            ("test-data", "`testdata` has a meaning of its own in Go"),
            ("ma-in", "`main` has a meaning of its own in Go"),
            ("int", "`int` has a meaning of its own in Go"),
            ("byte", "`byte` has a meaning of its own in Go"),
            ("init", "`init` has a meaning of its own in Go"),
            ("math", "C programs include a `math.h` of their system"),
        ] {
            let error = Names::of(name).unwrap_err().to_string();
            assert!(
                error.contains(&format!("`{name}` can't be the name")) && error.contains(reason),
                "{error}"
            );
        }
    }
}
