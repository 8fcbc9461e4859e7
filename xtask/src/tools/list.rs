//! Every kind of tool that the commands use, and the versions that are pinned. What package managers call the system's
//! programs is in `rustgo_hosts::programs`.

use anyhow::Result;
use cargo_rustgo::processor::Processor;
use rustgo_hosts::c;
use rustgo_hosts::programs::{self, Packages};

use super::pip::version;
use super::{cargo, go, mdbook, rust, unicorn, zig};
use crate::shell::Shell;

/// What guests are compiled for, whatever system this one is.
pub const GUEST_TARGETS: [&str; 2] = [Processor::X86_64.target(), Processor::Aarch64.target()];

/// Something that the commands use and that a system with Rust may lack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tool {
    /// The C compiler that the system prefers, or that the environment names.
    Cc,
    /// A program of the system.
    Program(&'static str),
    /// Go, new enough.
    Go,
    /// The C compiler for other systems.
    Zig,
    /// The emulator of processors, for Python.
    Unicorn,
    /// The program that builds the book.
    Mdbook,
    /// What plants faults in Rust code.
    CargoMutants,
    /// A component of the Rust toolchain.
    Component(&'static str),
    /// The standard library of a target.
    Target(&'static str),
}

impl Tool {
    /// What to call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cc => "C compiler",
            Self::Go => "Go",
            Self::Zig => "zig",
            Self::Unicorn => "unicorn",
            Self::Mdbook => "mdbook",
            Self::CargoMutants => "cargo-mutants",
            Self::Program(name) | Self::Component(name) | Self::Target(name) => name,
        }
    }

    /// The packages that bring it, where the system's package manager does.
    pub fn packages(self) -> Option<Packages> {
        match self {
            Self::Cc => programs::packages("cc"),
            Self::Program(name) => programs::packages(name),
            Self::Go
            | Self::Zig
            | Self::Unicorn
            | Self::CargoMutants
            | Self::Mdbook
            | Self::Component(_)
            | Self::Target(_) => None,
        }
    }

    /// The version of the one that is there, or `None`.
    pub fn find(self, shell: &mut Shell) -> Result<Option<String>> {
        let mut command = match self {
            Self::Cc => shell.command(&c::compiler().to_string_lossy()),
            Self::Program(name) => shell.command(name),
            Self::Go => return go::find(shell),
            Self::Zig => return zig::find(shell),
            Self::CargoMutants => return cargo::MUTANTS.find(shell),
            Self::Unicorn => return Ok(unicorn::find(shell)),
            Self::Mdbook => return mdbook::find(shell),
            Self::Component(name) => return rust::find_component(shell, name),
            Self::Target(name) => return rust::find_target(shell, name),
        };
        Ok(version(command.arg("--version")))
    }
}
