//! The sections of a guest's objects that hold records.

/// A section: its name on ELF systems, and on Apple's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Section {
    /// The name in ELF objects, which are the only ones that the tool reads.
    pub elf: &'static str,
    /// Segment and name in Mach-O objects, for guests that are compiled as Rust libraries there.
    pub apple: &'static str,
}

/// The functions that hosts may call.
pub const EXPORTS: Section = Section {
    elf: ".rustgo.exports",
    apple: "__DATA,__rustgo",
};

/// The structs and errors in their signatures.
pub const TYPES: Section = Section {
    elf: ".rustgo.types",
    apple: "__DATA,__rustgo_types",
};

/// The functions that hosts provide.
pub const IMPORTS: Section = Section {
    elf: ".rustgo.imports",
    apple: "__DATA,__rustgo_import",
};
