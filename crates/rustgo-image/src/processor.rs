//! The processors that images are made for, and the names and flags that the tool uses for each.

use object::Architecture;
use rustgo_record::features::{self, Table};

/// A processor architecture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub enum Processor {
    /// x86-64, called amd64 by Go.
    #[cfg_attr(feature = "serde", serde(rename = "amd64"))]
    X86_64,
    /// AArch64, called arm64 by Go.
    #[cfg_attr(feature = "serde", serde(rename = "arm64"))]
    Aarch64,
}

impl Processor {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::X86_64, Self::Aarch64];

    /// The command-line arguments that select all the others, `--processor amd64`.
    pub fn others(self) -> String {
        let others = Self::ALL.into_iter().filter(|&other| other != self);
        let options: Vec<String> = others
            .map(|other| format!("`--processor {}`", other.go_name()))
            .collect();
        options.join(" ")
    }

    /// The name that Go and this tool's files use.
    pub fn go_name(self) -> &'static str {
        match self {
            Self::X86_64 => "amd64",
            Self::Aarch64 => "arm64",
        }
    }

    /// The name that Rust uses.
    pub fn rust_name(self) -> &'static str {
        match self {
            Self::X86_64 => "x86_64",
            Self::Aarch64 => "aarch64",
        }
    }

    /// The processor with a name of Go's or Rust's.
    pub fn named(name: &str) -> Option<Self> {
        let is_meant = |processor: &Self| [processor.go_name(), processor.rust_name()].contains(&name);
        Self::ALL.into_iter().find(is_meant)
    }

    /// The features that it may have beyond the baseline of its [target](Self::target).
    pub const fn features(self) -> &'static Table {
        match self {
            Self::X86_64 => &features::x86_64::TABLE,
            Self::Aarch64 => &features::aarch64::TABLE,
        }
    }

    /// The Rust target that guests are compiled for, whatever the host's system.
    pub const fn target(self) -> &'static str {
        match self {
            Self::X86_64 => "x86_64-unknown-linux-gnu",
            Self::Aarch64 => "aarch64-unknown-linux-gnu",
        }
    }

    /// The compiler flags that make the guest's code keep to the rules of every host.
    pub fn codegen_flags(self) -> &'static [&'static str] {
        match self {
            Self::X86_64 => &[
                "-Cforce-frame-pointers=yes",
                "-Cno-redzone=yes",
                "-Crelocation-model=pic",
            ],
            Self::Aarch64 => &[
                "-Cforce-frame-pointers=yes",
                "-Cno-redzone=yes",
                "-Crelocation-model=pic",
                // Has the effect of `-Ctarget-feature=+reserve-x18,...`, without the compiler's warning for each crate.
                "-Cllvm-args=-reserve-regs-for-regalloc=X18,X27,X28",
                // Otherwise atomics call functions that ask a mutable static whether the processor has LSE.
                "-Ctarget-feature=-outline-atomics",
            ],
        }
    }

    /// The linker's name for the emulation.
    pub fn linker_emulation(self) -> &'static str {
        match self {
            Self::X86_64 => "elf_x86_64",
            Self::Aarch64 => "aarch64linux",
        }
    }

    /// The processor of an object file.
    ///
    /// # Errors
    ///
    /// If the object is for another processor.
    pub fn of(architecture: Architecture) -> Result<Self, Unsupported> {
        match architecture {
            Architecture::X86_64 => Ok(Self::X86_64),
            Architecture::Aarch64 => Ok(Self::Aarch64),
            other => Err(Unsupported(other)),
        }
    }
}

/// A processor that images are not made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("machine code for {0:?} is not supported; images are made for x86-64 and AArch64")]
pub struct Unsupported(pub Architecture);
