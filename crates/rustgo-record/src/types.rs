//! The records as the tool holds them in memory after it has read them.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use crate::VERSION;
use crate::budget::STACK_WITHOUT_BUDGET;

/// A declared argument.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct Argument {
    /// Its name in the Rust source.
    pub name: String,
    /// Its Rust type, as written.
    #[cfg_attr(feature = "serde", serde(rename = "type"))]
    pub ty: String,
}

/// A declared export.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct Export {
    /// The record format that it was written in.
    #[cfg_attr(feature = "serde", serde(rename = "v"))]
    pub version: u32,
    /// The symbol's name.
    pub name: String,
    /// The declared budget in bytes. `None` if the proven bound is the budget.
    pub stack: Option<u64>,
    /// Whether a reachable panic is an error.
    #[cfg_attr(feature = "serde", serde(default))]
    pub no_panic: bool,
    /// The processor features that it requires beyond the baseline, by rustc's names. Those of other processors are
    /// included.
    #[cfg_attr(feature = "serde", serde(default))]
    pub requires: Vec<String>,
    /// Whether the Rust function is unsafe.
    #[cfg_attr(feature = "serde", serde(default, rename = "unsafe"))]
    pub is_unsafe: bool,
    /// Whether it is a safe Rust function, for which `#[export]` has generated the entry.
    #[cfg_attr(feature = "serde", serde(default, rename = "safe_fn"))]
    pub is_safe_fn: bool,
    /// The arguments, in order.
    pub args: Vec<Argument>,
    /// The Rust type of the result, if there is one.
    pub ret: Option<String>,
    /// The name of the package that declares it; empty where that is not known.
    #[cfg_attr(feature = "serde", serde(default))]
    pub package: String,
    /// Its name in the Rust source, where the symbol has another.
    #[cfg_attr(feature = "serde", serde(default))]
    pub item: Option<String>,
    /// The documentation, as written in Rust.
    #[cfg_attr(feature = "serde", serde(default))]
    pub doc: String,
    /// `#[export]` declares it, so that it can be given a budget.
    #[cfg_attr(feature = "serde", serde(skip, default = "yes"))]
    pub is_declared: bool,
    /// How hosts use it.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub role: Role,
}

/// How hosts use a root function of an image.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Role {
    /// Hosts call it.
    #[default]
    Export,
    /// One of several builds of an export. Hosts call it if the processor has its features.
    Variant {
        /// The export's name, as declared.
        of: String,
        /// The build's number.
        number: usize,
        /// The features that it was compiled with, beyond those that the export requires. Hosts call it only if the
        /// processor has them.
        features: Vec<String>,
    },
    /// Returns the number of the build that suits the processor.
    Chooser,
}

impl Export {
    /// An export known by its symbol only: from an object that no `#[export]` described.
    pub fn undeclared(name: &str) -> Self {
        Self {
            version: VERSION,
            name: name.to_owned(),
            stack: None,
            no_panic: false,
            requires: Vec::new(),
            is_unsafe: true,
            is_safe_fn: false,
            args: Vec::new(),
            ret: None,
            package: String::new(),
            item: None,
            doc: String::new(),
            is_declared: false,
            role: Role::Export,
        }
    }

    /// The most stack that a call may use, in bytes: the budget, or what an export without one can have. Of a symbol alone
    /// nothing was promised.
    pub fn stack_limit(&self) -> Option<u64> {
        self.stack.or(self.is_declared.then_some(STACK_WITHOUT_BUDGET))
    }

    /// The build of this export in a variant of the guest, whose code may use further features.
    pub fn variant(&self, number: usize, name: &str, features: &[&str]) -> Self {
        Self {
            name: variant_symbol(&self.name, name),
            role: Role::Variant {
                of: self.name.clone(),
                number,
                features: features.iter().map(|&feature| feature.to_owned()).collect(),
            },
            ..self.clone()
        }
    }

    /// The features that a processor has whenever hosts call this, except those that these imply.
    pub fn guaranteed(&self) -> impl Iterator<Item = &str> {
        let features = match &self.role {
            Role::Variant { features, .. } => features.as_slice(),
            Role::Export | Role::Chooser => &[],
        };
        self.requires.iter().chain(features).map(String::as_str)
    }
}

/// A struct or an error that is known to hosts.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct Type {
    /// The record format that it was written in.
    #[cfg_attr(feature = "serde", serde(rename = "v"))]
    pub version: u32,
    /// Its name, without a path.
    pub name: String,
    /// Its documentation, as written in Rust.
    #[cfg_attr(feature = "serde", serde(default))]
    pub doc: String,
    /// Its kind.
    #[cfg_attr(feature = "serde", serde(flatten))]
    pub kind: TypeKind,
}

/// The kind of a declared type.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(tag = "kind", rename_all = "lowercase"))]
pub enum TypeKind {
    /// A `#[repr(C)]` struct, with the compiler's layout.
    Struct {
        /// Its size in bytes.
        size: u64,
        /// Its alignment in bytes.
        align: u64,
        /// Its fields, in order.
        fields: Vec<Field>,
    },
    /// An enum without fields that is an integer for hosts.
    Enum {
        /// The integer's Rust type.
        repr: String,
        /// Its variants, in order.
        variants: Vec<Constant>,
    },
    /// A `#[repr(i32)]` enum.
    Error {
        /// Its variants, in order.
        variants: Vec<Variant>,
    },
}

/// A field of a declared struct.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct Field {
    /// Its name in the Rust source.
    pub name: String,
    /// Its Rust type.
    #[cfg_attr(feature = "serde", serde(rename = "type"))]
    pub ty: String,
    /// The offset from the struct's start, in bytes.
    pub offset: u64,
}

/// A variant of a declared enum.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct Constant {
    /// Its name in the Rust source.
    pub name: String,
    /// The number that is passed; one below zero in two's complement.
    pub value: u64,
    /// Its documentation, as written in Rust.
    #[cfg_attr(feature = "serde", serde(default))]
    pub doc: String,
}

/// A variant of a declared error.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct Variant {
    /// Its name in the Rust source.
    pub name: String,
    /// The number that is passed to hosts.
    pub value: i32,
    /// Its text.
    pub text: String,
    /// Its documentation, as written in Rust.
    #[cfg_attr(feature = "serde", serde(default))]
    pub doc: String,
}

/// A declared host import.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct Import {
    /// The record format that it was written in.
    #[cfg_attr(feature = "serde", serde(rename = "v"))]
    pub version: u32,
    /// The symbol's name.
    pub name: String,
    /// Whether it returns, as far as its declaration says.
    #[cfg_attr(feature = "serde", serde(default = "comes_back"))]
    pub returns: bool,
}

impl Import {
    /// An import known by its symbol only.
    pub fn undeclared(name: &str) -> Self {
        Self {
            version: VERSION,
            name: name.to_owned(),
            returns: comes_back(),
        }
    }
}

#[cfg(feature = "serde")]
fn yes() -> bool {
    true
}

fn comes_back() -> bool {
    true
}

/// The symbol of an export's build in a variant of the guest.
pub fn variant_symbol(export: &str, variant: &str) -> String {
    alloc::format!("{export}_{variant}")
}
