//! The records in memory, as the tool has them once it has read them.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use crate::VERSION;

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
    /// The declared budget in bytes; none where the proven bound is to serve.
    pub stack: Option<u64>,
    /// A panic that can be reached is an error.
    #[cfg_attr(feature = "serde", serde(default))]
    pub no_panic: bool,
    /// The processor features that it requires beyond the baseline, by rustc's names and for whatever processors have
    /// them.
    #[cfg_attr(feature = "serde", serde(default))]
    pub requires: Vec<String>,
    /// The Rust function is unsafe to call.
    #[cfg_attr(feature = "serde", serde(default, rename = "unsafe"))]
    pub is_unsafe: bool,
    /// A plain Rust function, whose entry `#[export]` has written.
    #[cfg_attr(feature = "serde", serde(default, rename = "natural"))]
    pub is_natural: bool,
    /// The arguments, in order.
    pub args: Vec<Argument>,
    /// The Rust type of the result, if there is one.
    pub ret: Option<String>,
    /// The documentation, as written in Rust.
    #[cfg_attr(feature = "serde", serde(default))]
    pub doc: String,
    /// What it is to hosts.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub role: Role,
}

/// What a function that an image starts at is to hosts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Role {
    /// They call it.
    #[default]
    Export,
    /// It is one of several builds of an export: they call that one where it suits the processor.
    Variant {
        /// The export's name, as declared.
        of: String,
        /// The build's number.
        number: usize,
        /// The features that it was compiled with, beyond what the export requires. Hosts don't call it without.
        features: Vec<String>,
    },
    /// It tells the number of the build that suits the processor.
    Chooser,
}

impl Export {
    /// An export of which only the symbol is known: from an object that no `#[export]` described.
    pub fn undeclared(name: &str) -> Self {
        Self {
            version: VERSION,
            name: name.to_owned(),
            stack: None,
            no_panic: false,
            requires: Vec::new(),
            is_unsafe: true,
            is_natural: false,
            args: Vec::new(),
            ret: None,
            doc: String::new(),
            role: Role::Export,
        }
    }

    /// The build of this export in a variant of the guest, whose code may use features of its own.
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

    /// The features that a processor has wherever hosts call it, but for those that these imply.
    pub fn guaranteed(&self) -> impl Iterator<Item = &str> {
        let features = match &self.role {
            Role::Variant { features, .. } => features.as_slice(),
            Role::Export | Role::Chooser => &[],
        };
        self.requires.iter().chain(features).map(String::as_str)
    }
}

/// A struct or an error that hosts know.
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
    /// What it is.
    #[cfg_attr(feature = "serde", serde(flatten))]
    pub kind: TypeKind,
}

/// What a declared type is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(tag = "kind", rename_all = "lowercase"))]
pub enum TypeKind {
    /// A `#[repr(C)]` struct, laid out by the compiler.
    Struct {
        /// Its size in bytes.
        size: u64,
        /// Its alignment in bytes.
        align: u64,
        /// Its fields, in order.
        fields: Vec<Field>,
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
    /// Where it starts, in bytes from the struct's start.
    pub offset: u64,
}

/// A variant of a declared error.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Deserialize))]
pub struct Variant {
    /// Its name in the Rust source.
    pub name: String,
    /// The number that crosses.
    pub value: i32,
    /// What it shows.
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
    /// It comes back, as far as its declaration says.
    #[cfg_attr(feature = "serde", serde(default = "comes_back"))]
    pub returns: bool,
}

impl Import {
    /// An import of which only the symbol is known.
    pub fn undeclared(name: &str) -> Self {
        Self {
            version: VERSION,
            name: name.to_owned(),
            returns: comes_back(),
        }
    }
}

fn comes_back() -> bool {
    true
}

/// The symbol of an export's build in a variant of the guest.
pub fn variant_symbol(export: &str, variant: &str) -> String {
    alloc::format!("{export}_{variant}")
}
