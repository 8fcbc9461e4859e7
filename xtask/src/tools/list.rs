//! Every kind of tool that the commands use, and the pinned versions. The names in package managers are in
//! `rustgo_hosts::programs`.

use anyhow::Result;
use cargo_rustgo::processor::Processor;
use rustgo_hosts::programs::{self, Packages};
use rustgo_hosts::{c, command};

use super::pip::version;
use super::{cargo, go, mdbook, rust, unicorn, zig};
use crate::shell::Shell;

/// The targets that guests are compiled for, on any system.
pub const GUEST_TARGETS: [&str; 2] = [Processor::X86_64.target(), Processor::Aarch64.target()];

/// A tool that the commands use and that a system with Rust may lack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tool {
    /// The system's preferred C compiler, or the one named in the environment.
    Cc,
    /// A program of the system.
    Program(&'static str),
    /// Go, new enough.
    Go,
    /// The C compiler for other systems.
    Zig,
    /// The memory sanitizer of Clang: its runtime, and headers.
    MemorySanitizer,
    /// The processor emulator, for Python.
    Unicorn,
    /// The program that builds the book.
    Mdbook,
    /// The program that plants faults in Rust code.
    CargoMutants,
    /// The program that tells which lines of Rust code are run.
    CargoLlvmCov,
    /// A component of the Rust toolchain.
    Component(&'static str),
    /// The standard library of a target.
    Target(&'static str),
}

impl Tool {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Cc => "C compiler",
            Self::Go => "Go",
            Self::Zig => "zig",
            Self::MemorySanitizer => "Clang's memory sanitizer",
            Self::Unicorn => "unicorn",
            Self::Mdbook => "mdbook",
            Self::CargoMutants => "cargo-mutants",
            Self::CargoLlvmCov => "cargo-llvm-cov",
            Self::Program(name) | Self::Component(name) | Self::Target(name) => name,
        }
    }

    /// The packages that contain it, if the system's package manager has it.
    pub fn packages(self) -> Option<Packages> {
        match self {
            Self::Cc => programs::packages("cc"),
            Self::MemorySanitizer => programs::packages("libclang-rt"),
            Self::Program(name) => programs::packages(name),
            Self::Go
            | Self::Zig
            | Self::Unicorn
            | Self::CargoMutants
            | Self::CargoLlvmCov
            | Self::Mdbook
            | Self::Component(_)
            | Self::Target(_) => None,
        }
    }

    /// The installed version, or `None`.
    pub fn find(self, shell: &mut Shell) -> Result<Option<String>> {
        let mut command = match self {
            Self::Cc => shell.command(&c::compiler().to_string_lossy()),
            Self::Program(name) => shell.command(name),
            Self::MemorySanitizer => {
                let mut clang = shell.command("clang");
                // Its headers and its runtime come together, and without Clang's other parts or with them.
                clang.args([
                    "-fsyntax-only",
                    "-include",
                    "sanitizer/msan_interface.h",
                    "-x",
                    "c",
                    "/dev/null",
                ]);
                if command::read(&mut clang).is_err() {
                    return Ok(None);
                }
                shell.command("clang")
            }
            Self::Go => return go::find(shell),
            Self::Zig => return zig::find(shell),
            Self::CargoMutants => return cargo::MUTANTS.find(shell),
            Self::CargoLlvmCov => return cargo::LLVM_COV.find(shell),
            Self::Unicorn => return Ok(unicorn::find(shell)),
            Self::Mdbook => return mdbook::find(shell),
            Self::Component(name) => return rust::find_component(shell, name),
            Self::Target(name) => return rust::find_target(shell, name),
        };
        Ok(version(command.arg("--version")))
    }
}
