//! Objects for tests, as a compiler would write them.

use object::write::{
    Object as Writer, Relocation, SectionId, StandardSegment, Symbol, SymbolId, SymbolSection,
};
use object::{
    Architecture, BinaryFormat, Endianness, RelocationFlags, SectionFlags, SectionKind, SymbolFlags,
    SymbolKind, SymbolScope, elf,
};

use crate::processor::Processor;

/// An object under construction.
pub struct Sample {
    pub object: Writer<'static>,
}

/// The symbol is visible to other objects.
pub const GLOBAL: SymbolScope = SymbolScope::Dynamic;
/// The symbol is visible inside the object only.
pub const LOCAL: SymbolScope = SymbolScope::Compilation;

impl Sample {
    pub fn new(processor: Processor) -> Self {
        let architecture = match processor {
            Processor::X86_64 => Architecture::X86_64,
            Processor::Aarch64 => Architecture::Aarch64,
        };
        Self {
            object: Writer::new(BinaryFormat::Elf, architecture, Endianness::Little),
        }
    }

    /// Adds a section by name, with the kind and flags that it has in ELF.
    pub fn section(&mut self, name: &str, bytes: &[u8]) -> SectionId {
        let is = |prefix: &str| name == prefix || name.starts_with(&format!("{prefix}."));
        let kind = match () {
            () if is(".text") => SectionKind::Text,
            () if is(".data") || is(".init_array") || is(".fini_array") => SectionKind::Data,
            () if is(".ctors") || is(".dtors") || is(".preinit_array") => SectionKind::Data,
            () if is(".tdata") => SectionKind::Tls,
            () if is(".debug_info") => SectionKind::Debug,
            () => SectionKind::ReadOnlyData,
        };
        let segment = self.object.segment_name(StandardSegment::Data).to_vec();
        let section = self.object.add_section(segment, name.into(), kind);
        self.object.append_section_data(section, bytes, 8);
        section
    }

    /// Adds a section of zeros that a program writes to.
    pub fn zeros(&mut self, name: &str, kind: SectionKind) -> SectionId {
        let section = self.object.add_section(Vec::new(), name.into(), kind);
        self.object.append_section_bss(section, 8, 8);
        section
    }

    /// Adds a section with flags of its own.
    pub fn flagged(&mut self, name: &str, sh_flags: u64, bytes: &[u8]) -> SectionId {
        let section = self.section(name, bytes);
        self.object.section_mut(section).flags = SectionFlags::Elf {
            sh_type: elf::SHT_PROGBITS,
            sh_flags: elf::SectionFlags(sh_flags),
        };
        section
    }

    pub fn symbol(&mut self, name: &str, section: SectionId, value: u64, scope: SymbolScope) -> SymbolId {
        self.add(
            name,
            SymbolSection::Section(section),
            value,
            scope,
            SymbolKind::Text,
        )
    }

    pub fn undefined(&mut self, name: &str) -> SymbolId {
        self.add(
            name,
            SymbolSection::Undefined,
            0,
            SymbolScope::Unknown,
            SymbolKind::Text,
        )
    }

    pub fn add(
        &mut self,
        name: &str,
        section: SymbolSection,
        value: u64,
        scope: SymbolScope,
        kind: SymbolKind,
    ) -> SymbolId {
        self.object.add_symbol(Symbol {
            name: name.into(),
            value,
            size: 0,
            kind,
            scope,
            weak: false,
            section,
            flags: SymbolFlags::None,
        })
    }

    pub fn relocation(
        &mut self,
        section: SectionId,
        offset: u64,
        symbol: SymbolId,
        kind: elf::RelocationType,
    ) {
        let relocation = Relocation {
            offset,
            symbol,
            addend: 0,
            flags: RelocationFlags::Elf { r_type: kind },
        };
        self.object.add_relocation(section, relocation).unwrap();
    }

    /// Adds a function of 16 bytes in a section of its own, `.text.NAME`.
    pub fn function(&mut self, name: &str) -> (SectionId, SymbolId) {
        let section = self.section(&format!(".text.{name}"), &[0x90; 16]);
        (section, self.symbol(name, section, 0, GLOBAL))
    }

    pub fn bytes(&self) -> Vec<u8> {
        self.object.write().unwrap()
    }
}
