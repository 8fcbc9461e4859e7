//! The areas of the repository: which files `cargo-mutants` mutates, and which tests have to detect that.
//!
//! This table is the only place to change when code moves between packages.

use clap::ValueEnum;

/// A part of the repository that has a folder of hand-written mutants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Area {
    /// The prover
    Check,
    /// The linker's output, read and rewritten
    Image,
    /// The writers, `verify` and variants
    Emit,
    /// The guests' runtime and its macros
    Rt,
    /// The flagship guest
    Crypto,
    /// The Go module
    Go,
    /// The tool that looks for secrets in times and addresses
    ConstantTime,
    /// The repository's own commands
    Xtask,
}

/// The files that an area's generated mutants come from, and the tests for them.
pub struct Rust {
    /// Globs of files, from the repository's root.
    pub files: &'static [&'static str],
    /// The packages that are tested.
    pub packages: &'static [&'static str],
    /// More arguments of `cargo test`. Tests of which each takes minutes are left out: a clause has a test that costs less.
    pub test: &'static [&'static str],
}

impl Area {
    /// The name of the area's folder below `tests/mutants`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Image => "image",
            Self::Emit => "emit",
            Self::Rt => "rt",
            Self::Crypto => "crypto",
            Self::Go => "go",
            Self::ConstantTime => "constant-time",
            Self::Xtask => "xtask",
        }
    }

    /// The area's Rust code, if it has any that `cargo-mutants` can change.
    pub fn rust(self) -> Option<Rust> {
        let rust = match self {
            Self::Check => Rust {
                files: &["crates/rustgo-check/src/**/*.rs"],
                packages: &["rustgo-check", "cargo-rustgo"],
                test: &["--lib", "--test=assembly"],
            },
            Self::Image => Rust {
                files: &["crates/rustgo-image/src/**/*.rs"],
                packages: &["rustgo-image", "cargo-rustgo"],
                test: &["--lib", "--test=objects"],
            },
            Self::Emit => Rust {
                files: &[
                    "crates/rustgo-emit/src/**/*.rs",
                    "crates/rustgo-interface/src/**/*.rs",
                    "cargo-rustgo/src/verify/**/*.rs",
                    "cargo-rustgo/src/build/variant/**/*.rs",
                ],
                packages: &["rustgo-emit", "rustgo-interface", "cargo-rustgo"],
                test: &["--lib"],
            },
            Self::Rt => Rust {
                files: &["rustgo-rt/**/*.rs", "crates/rustgo-record/src/**/*.rs"],
                packages: &["rustgo-rt", "rustgo-rt-macros", "rustgo-rt-mem", "rustgo-record"],
                test: &[],
            },
            Self::Crypto => Rust {
                files: &["rustgo-crypto/src/**/*.rs"],
                packages: &["rustgo-crypto"],
                test: &["--no-default-features"],
            },
            Self::ConstantTime => Rust {
                files: &["rustgo-crypto/constant-time/src/**/*.rs"],
                packages: &["constant-time"],
                test: &[],
            },
            Self::Xtask => Rust {
                files: &["xtask/src/**/*.rs"],
                packages: &["xtask"],
                test: &[],
            },
            Self::Go => return None,
        };
        Some(rust)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A glob for a folder that was moved would match nothing.
    #[test]
    fn folders_exist() {
        for area in Area::value_variants() {
            for glob in area.rust().iter().flat_map(|rust| rust.files) {
                let (folder, _) = glob.split_once("/**").expect("a folder and all below it");
                assert!(rustgo_hosts::root().join(folder).is_dir(), "{glob}");
            }
            let value = area.to_possible_value().unwrap();
            assert_eq!(value.get_name(), area.name());
        }
    }
}
