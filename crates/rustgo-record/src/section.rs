//! Where records lie in a guest's objects.

/// A section: its name on ELF systems, and on Apple's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Section {
    /// The name in ELF objects, the only ones that the tool reads.
    pub elf: &'static str,
    /// Segment and name in Mach-O objects, for guests that are compiled as plain libraries there.
    pub apple: &'static str,
}

/// Of functions that hosts may call.
pub const EXPORTS: Section = Section {
    elf: ".rustgo.exports",
    apple: "__DATA,__rustgo",
};

/// Of structs and errors in their signatures.
pub const TYPES: Section = Section {
    elf: ".rustgo.types",
    apple: "__DATA,__rustgo_types",
};

/// Of functions that hosts provide.
pub const IMPORTS: Section = Section {
    elf: ".rustgo.imports",
    apple: "__DATA,__rustgo_import",
};
