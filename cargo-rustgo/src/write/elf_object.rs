//! The sealed ELF object: the image in one section, the exports its only global symbols, nothing undefined.

use anyhow::{Context, Result};
use object::write::{Object, Relocation, Symbol, SymbolSection};
use object::{
    Architecture, BinaryFormat, Endianness, RelocationFlags, SectionKind, SymbolFlags, SymbolKind,
    SymbolScope, elf,
};

use crate::image::{Image, demangle};
use crate::processor::Processor;

/// The object's bytes.
///
/// # Errors
///
/// The image is larger than an ELF file can say.
pub fn write(image: &Image) -> Result<Vec<u8>> {
    let architecture = match image.processor {
        Processor::X86_64 => Architecture::X86_64,
        Processor::Aarch64 => Architecture::Aarch64,
    };
    let mut object = Object::new(BinaryFormat::Elf, architecture, Endianness::Little);
    // Code and constants keep their distance, so they share the section; it is never written.
    let text = object.add_section(Vec::new(), b".text".to_vec(), SectionKind::Text);
    let mut bytes = image.bytes.clone();
    let branches = branch(image.processor);
    for import in &image.imports {
        bytes[import.at as usize..][..branches.bytes.len()].copy_from_slice(branches.bytes);
    }
    object.append_section_data(text, &bytes, image.alignment);
    // Says that the object needs no executable stack.
    object.add_section(Vec::new(), b".note.GNU-stack".to_vec(), SectionKind::Other);
    for symbol in symbols(image) {
        object.add_symbol(Symbol {
            name: symbol.name.into_bytes(),
            value: symbol.at,
            size: symbol.size,
            kind: symbol.kind,
            scope: if symbol.is_export {
                SymbolScope::Dynamic
            } else {
                SymbolScope::Compilation
            },
            weak: false,
            section: SymbolSection::Section(text),
            flags: SymbolFlags::None,
        });
    }
    for import in &image.imports {
        let symbol = object.add_symbol(Symbol {
            name: import.name.clone().into_bytes(),
            value: 0,
            size: 0,
            kind: SymbolKind::Unknown,
            scope: SymbolScope::Unknown,
            weak: false,
            section: SymbolSection::Undefined,
            flags: SymbolFlags::None,
        });
        let relocation = Relocation {
            offset: import.at + branches.relocated,
            symbol,
            addend: branches.addend,
            flags: RelocationFlags::Elf {
                r_type: branches.kind,
            },
        };
        object
            .add_relocation(text, relocation)
            .context("the sealed object can't hold a relocation")?;
    }
    object.write().context("the sealed ELF object can't be written")
}

/// The branch to a host import.
struct Branch {
    bytes: &'static [u8],
    /// Where in it the linker puts the distance.
    relocated: u64,
    addend: i64,
    kind: elf::RelocationType,
}

fn branch(processor: Processor) -> Branch {
    match processor {
        Processor::X86_64 => Branch {
            bytes: &[0xe9, 0, 0, 0, 0],
            relocated: 1,
            addend: -4,
            kind: elf::R_X86_64_PLT32,
        },
        Processor::Aarch64 => Branch {
            bytes: &[0, 0, 0, 0x14],
            relocated: 0,
            addend: 0,
            kind: elf::R_AARCH64_JUMP26,
        },
    }
}

/// A symbol of a sealed object.
pub(super) struct Sealed {
    /// The exports' names as they are; of everything else the demangled name, for debuggers and profilers.
    pub name: String,
    pub at: u64,
    pub size: u64,
    pub kind: SymbolKind,
    pub is_export: bool,
}

/// The symbols that any sealed object has: the exports, then everything else in the order of its place.
pub(super) fn symbols(image: &Image) -> Vec<Sealed> {
    let size = |at| image.function_at(at).map_or(0, |function| function.size);
    let exports = image.entries.iter().map(|entry| Sealed {
        name: entry.export.name.clone(),
        at: entry.at,
        size: size(entry.at),
        kind: SymbolKind::Text,
        is_export: true,
    });
    let others = image
        .functions
        .iter()
        .filter(|function| !image.entries.iter().any(|e| e.at == function.start));
    let functions = others.map(|function| Sealed {
        name: function.demangled(),
        at: function.start,
        size: function.size,
        kind: SymbolKind::Text,
        is_export: false,
    });
    let constants = image.constants.iter().map(|constant| Sealed {
        name: demangle(&constant.name),
        at: constant.start,
        size: constant.size,
        kind: SymbolKind::Data,
        is_export: false,
    });
    exports.chain(functions).chain(constants).collect()
}
