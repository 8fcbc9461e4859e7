//! Every tool that the commands use, in which version, and what package managers call it: all such choices are here.

use anyhow::Result;
use rustgo_hosts::command;

use super::{go, rust};
use crate::shell::Shell;

/// The linter for Go, as `go run` takes it.
pub const STATICCHECK: &str = "honnef.co/go/tools/cmd/staticcheck@v0.8.2";

/// The lowest version of Go that builds the module, as its `go.mod` says too.
pub const GO_AT_LEAST: (u32, u32) = (1, 24);

/// The Go that is installed where there is none, as `pip` takes it, with the hashes of what it may download.
pub const GO_REQUIREMENTS: &str = include_str!("../../go-requirements.txt");

/// What guests are compiled for, whatever system this one is: the targets of `cargo_rustgo::processor`.
pub const GUEST_TARGETS: [&str; 2] = ["x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu"];

/// Something that the commands use and that a system with Rust may lack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tool {
    /// The system's C compiler, which Rust needs too, and its libc.
    Cc,
    Gcc,
    Gxx,
    Clang,
    Nasm,
    Binutils,
    PkgConfig,
    Pip,
    Go,
    Rustfmt,
    Clippy,
    /// The standard library of a target.
    Target(&'static str),
}

/// What a tool's packages are called.
pub struct Packages {
    pub apt: &'static str,
    pub dnf: &'static str,
    pub pacman: &'static str,
    pub brew: &'static str,
}

impl Packages {
    const fn all(name: &'static str) -> Self {
        Self {
            apt: name,
            dnf: name,
            pacman: name,
            brew: name,
        }
    }
}

impl Tool {
    /// What to call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cc => "C compiler",
            Self::Gcc => "gcc",
            Self::Gxx => "g++",
            Self::Clang => "clang",
            Self::Nasm => "NASM",
            Self::Binutils => "binutils",
            Self::PkgConfig => "pkg-config",
            Self::Pip => "pip",
            Self::Go => "Go",
            Self::Rustfmt => "rustfmt",
            Self::Clippy => "clippy",
            Self::Target(name) => name,
        }
    }

    /// The packages that bring it, where the system's package manager does.
    pub fn packages(self) -> Option<Packages> {
        Some(match self {
            Self::Cc | Self::Gcc => Packages {
                apt: "gcc libc6-dev",
                dnf: "gcc glibc-devel glibc-static",
                ..Packages::all("gcc")
            },
            Self::Gxx => Packages {
                apt: "g++",
                dnf: "gcc-c++",
                ..Packages::all("gcc")
            },
            Self::Clang => Packages {
                brew: "llvm",
                ..Packages::all("clang")
            },
            Self::Nasm => Packages::all("nasm"),
            Self::Binutils => Packages::all("binutils"),
            Self::PkgConfig => Packages {
                dnf: "pkgconf-pkg-config",
                pacman: "pkgconf",
                brew: "pkgconf",
                ..Packages::all("pkg-config")
            },
            Self::Pip => Packages {
                pacman: "python-pip",
                brew: "python",
                ..Packages::all("python3-pip")
            },
            Self::Go | Self::Rustfmt | Self::Clippy | Self::Target(_) => return None,
        })
    }

    /// The version of the one that is there, or `None`.
    pub fn find(self, shell: &mut Shell) -> Result<Option<String>> {
        let compiler = rustgo_hosts::c::compiler();
        let compiler = compiler.to_string_lossy();
        let probe: &[&str] = match self {
            Self::Cc => &[&compiler, "--version"],
            Self::Gcc => &["gcc", "--version"],
            Self::Gxx => &["g++", "--version"],
            Self::Clang => &["clang", "--version"],
            Self::Nasm => &["nasm", "-v"],
            Self::Binutils => &["ld", "--version"],
            Self::PkgConfig => &["pkg-config", "--version"],
            Self::Pip => &["python3", "-m", "pip", "--version"],
            Self::Rustfmt => &["rustfmt", "--version"],
            Self::Clippy => &["cargo-clippy", "--version"],
            Self::Go => return go::find(shell),
            Self::Target(name) => return rust::find_target(shell, name),
        };
        let version = command::read(shell.command(probe[0]).args(&probe[1..])).ok();
        Ok(version.map(|text| text.lines().next().unwrap_or_default().to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use cargo_rustgo::processor::Processor;
    use clap::ValueEnum;

    #[test]
    fn guest_targets_are_the_tools_own() {
        let targets: Vec<_> = Processor::value_variants().iter().map(|p| p.target()).collect();
        assert_eq!(super::GUEST_TARGETS[..], targets);
    }

    #[test]
    fn go_is_as_the_module_says() {
        let module = std::fs::read_to_string(rustgo_hosts::root().join("go/go.mod")).unwrap();
        let (major, minor) = super::GO_AT_LEAST;
        assert!(module.contains(&format!("\ngo {major}.{minor}")), "{module}");
    }
}
