//! What sealed objects of all formats share: the image is in one section, the exports are the only global symbols, and
//! nothing is undefined but the host imports. Constants that hold addresses have a section of their own, which loaders
//! make read-only after they have filled in the addresses.

use object::write::{Object, Relocation, SectionId, StandardSection, Symbol, SymbolSection};
use object::{
    Architecture, BinaryFormat, Endianness, RelocationEncoding, RelocationFlags, RelocationKind, SymbolFlags,
    SymbolKind, SymbolScope, elf, macho,
};

use super::veneers::{self, Veneer};
use crate::error::{Error, Result};
use crate::image::{Image, demangle};
use crate::processor::Processor;
use rustgo_record::Role;

/// The object, to which its format adds the rest.
///
/// # Errors
///
/// If the format can't express the branch to a host import.
pub fn object(image: &Image, format: BinaryFormat) -> Result<Object<'static>> {
    let architecture = match image.processor {
        Processor::X86_64 => Architecture::X86_64,
        Processor::Aarch64 => Architecture::Aarch64,
    };
    let mut object = Object::new(format, architecture, Endianness::Little);
    // Code and constants keep their distance, so they share the section, which is never written.
    let text = object.section_id(StandardSection::Text);
    let mut bytes = image.text().to_vec();
    let branch = branch(image.processor);
    for import in &image.imports {
        bytes[import.at as usize..][..branch.bytes.len()].copy_from_slice(branch.bytes);
    }
    let veneers = match image.processor {
        Processor::X86_64 => Vec::new(),
        Processor::Aarch64 => veneers::veneers(image),
    };
    add_veneers(&mut bytes, &veneers);
    if image.processor == Processor::X86_64 {
        // Mach-O stores the addend at the place itself, and does not write it if it is zero.
        for used in &image.relro.uses {
            bytes[used.at as usize..][..4].fill(0);
        }
    }
    object.append_section_data(text, &bytes, image.alignment);
    let lead = lead(image, &veneers);
    let sections = Sections {
        text,
        relro: add_relro(&mut object, text, image, &veneers, lead)?,
        lead,
    };
    add_symbols(&mut object, &sections, image, &veneers);
    for import in &image.imports {
        let symbol = object.add_symbol(Symbol {
            name: import.name.clone().into_bytes(),
            value: 0,
            size: 0,
            // Formats that prefix a function's name do so for text only.
            kind: SymbolKind::Text,
            scope: SymbolScope::Unknown,
            weak: false,
            section: SymbolSection::Undefined,
            flags: SymbolFlags::None,
        });
        let relocation = Relocation {
            offset: import.at + branch.relocated,
            symbol,
            addend: branch.addend,
            flags: branch.flags,
        };
        object
            .add_relocation(text, relocation)
            .map_err(|error| Error::Object("the sealed object can't hold a relocation", error))?;
    }
    Ok(object)
}

/// The sections of an object.
struct Sections {
    text: SectionId,
    /// The constants that hold addresses, if there are any.
    relro: Option<SectionId>,
    /// The number of bytes before them.
    lead: u64,
}

/// Padding before the constants that hold addresses, in bytes. It keeps the addends of veneers non-negative: some macOS
/// linkers reject negative ones.
fn lead(image: &Image, veneers: &[Veneer]) -> u64 {
    let before = veneers.iter().map(|veneer| (-veneer.offset).max(0) as u64).max();
    before.unwrap_or(0).next_multiple_of(image.relro.alignment.max(1))
}

/// Adds the constants that hold addresses, and relocations for the distances to them.
fn add_relro(
    object: &mut Object,
    text: SectionId,
    image: &Image,
    veneers: &[Veneer],
    lead: u64,
) -> Result<Option<SectionId>> {
    if image.relro().is_empty() {
        return Ok(None);
    }
    // The offset in the image at which the section would start.
    let start = image.relro.start as i64 - lead as i64;
    let relro = object.section_id(StandardSection::ReadOnlyDataWithRel);
    let mut bytes = vec![0; lead as usize];
    bytes.extend(image.relro());
    object.append_section_data(relro, &bytes, image.relro.alignment);
    // In Mach-O, distances to a section count from another place than distances to a symbol.
    let first = object.add_symbol(Symbol {
        name: b"rustgo_addresses".to_vec(),
        value: 0,
        size: bytes.len() as u64,
        kind: SymbolKind::Data,
        scope: SymbolScope::Compilation,
        weak: false,
        section: SymbolSection::Section(relro),
        flags: SymbolFlags::None,
    });
    let code = object.section_symbol(text);
    let format = object.format();
    let mut add = |place, offset, symbol, addend, flags| {
        let relocation = Relocation {
            offset,
            symbol,
            addend,
            flags,
        };
        object
            .add_relocation(place, relocation)
            .map_err(|error| Error::Object("the sealed object can't hold a relocation", error))
    };
    for held in &image.relro.addresses {
        let (target, origin) = if held.is_relro { (first, start) } else { (code, 0) };
        let (at, addend) = (held.at - image.relro.start + lead, held.target as i64 - origin);
        add(relro, at, target, addend, ADDRESS)?;
    }
    match image.processor {
        Processor::X86_64 => {
            for used in &image.relro.uses {
                // The distance counts from the end of its place.
                let addend = used.target as i64 - start - 4;
                add(text, used.at, first, addend, DISTANCE)?;
            }
        }
        Processor::Aarch64 => {
            let (page, low) = page_and_low(format);
            for veneer in veneers {
                let addend = veneer.offset + lead as i64;
                add(text, veneer.at, first, addend, page)?;
                add(text, veneer.at + 4, first, addend, low)?;
            }
        }
    }
    Ok(Some(relro))
}

const ADDRESS: RelocationFlags = RelocationFlags::Generic {
    kind: RelocationKind::Absolute,
    encoding: RelocationEncoding::Generic,
    size: 64,
};

/// On x86-64.
const DISTANCE: RelocationFlags = RelocationFlags::Generic {
    kind: RelocationKind::Relative,
    encoding: RelocationEncoding::X86RipRelative,
    size: 32,
};

/// On AArch64: the page in `adrp`, and the offset in the page in `add`.
fn page_and_low(format: BinaryFormat) -> (RelocationFlags, RelocationFlags) {
    match format {
        BinaryFormat::MachO => {
            let flags = |r_type, r_pcrel| RelocationFlags::MachO {
                r_type,
                r_pcrel,
                r_length: 2,
            };
            (
                flags(macho::ARM64_RELOC_PAGE21, true),
                flags(macho::ARM64_RELOC_PAGEOFF12, false),
            )
        }
        _ => {
            let flags = |r_type| RelocationFlags::Elf { r_type };
            (
                flags(elf::R_AARCH64_ADR_PREL_PG_HI21),
                flags(elf::R_AARCH64_ADD_ABS_LO12_NC),
            )
        }
    }
}

/// Appends the veneers to the image and inserts the branches to them.
fn add_veneers(bytes: &mut Vec<u8>, veneers: &[Veneer]) {
    for veneer in veneers {
        bytes[veneer.replaces as usize..][..4].copy_from_slice(&veneer.branch().to_le_bytes());
        bytes.resize(veneer.at as usize, 0);
        // adrp x, 0; add x, x, 0
        let words = [
            0x9000_0000 | veneer.register,
            0x9100_0000 | veneer.register << 5 | veneer.register,
            veneer.branch_back(),
        ];
        bytes.extend(words.iter().flat_map(|word| word.to_le_bytes()));
    }
}

/// The branch to a host import.
struct Branch {
    bytes: &'static [u8],
    /// The offset in it of the distance that the linker fills in.
    relocated: u64,
    addend: i64,
    flags: RelocationFlags,
}

fn branch(processor: Processor) -> Branch {
    let flags = |encoding, size| RelocationFlags::Generic {
        kind: RelocationKind::PltRelative,
        encoding,
        size,
    };
    match processor {
        Processor::X86_64 => Branch {
            bytes: &[0xe9, 0, 0, 0, 0],
            relocated: 1,
            addend: -4,
            flags: flags(RelocationEncoding::X86Branch, 32),
        },
        Processor::Aarch64 => Branch {
            bytes: &[0, 0, 0, 0x14],
            relocated: 0,
            addend: 0,
            flags: flags(RelocationEncoding::AArch64Call, 26),
        },
    }
}

/// The exports by their names, then everything else by its demangled name, for debuggers and profilers, in the order of
/// their offsets.
fn add_symbols(object: &mut Object, sections: &Sections, image: &Image, veneers: &[Veneer]) {
    let place = |at| match sections.relro {
        Some(relro) if at >= image.relro.start => (relro, at - image.relro.start + sections.lead),
        _ => (sections.text, at),
    };
    let mut add = |name: String, (section, value), size, kind, scope| {
        object.add_symbol(Symbol {
            name: name.into_bytes(),
            value,
            size,
            kind,
            scope,
            weak: false,
            section: SymbolSection::Section(section),
            flags: SymbolFlags::None,
        });
    };
    for entry in &image.entries {
        let size = image.function_at(entry.at).map_or(0, |function| function.size);
        let name = entry.export.name.clone();
        let scope = match entry.export.role {
            Role::Export => SymbolScope::Dynamic,
            // Only another member of the archive calls it.
            Role::Variant { .. } | Role::Chooser => SymbolScope::Linkage,
        };
        add(name, place(entry.at), size, SymbolKind::Text, scope);
    }
    let branch = branch(image.processor).bytes.len() as u64;
    for import in &image.imports {
        let (name, scope) = (format!("{}.branch", import.name), SymbolScope::Compilation);
        add(name, place(import.at), branch, SymbolKind::Text, scope);
    }
    for veneer in veneers {
        let (name, scope) = ("rustgo_addresses.veneer".to_owned(), SymbolScope::Compilation);
        // They are after the image.
        add(
            name,
            (sections.text, veneer.at),
            veneers::SIZE,
            SymbolKind::Text,
            scope,
        );
    }
    let is_export = |start| image.entries.iter().any(|entry| entry.at == start);
    for function in image
        .functions
        .iter()
        .filter(|function| !is_export(function.start))
    {
        let (name, scope) = (function.demangled(), SymbolScope::Compilation);
        add(
            name,
            place(function.start),
            function.size,
            SymbolKind::Text,
            scope,
        );
    }
    for constant in &image.constants {
        let (name, scope) = (demangle(&constant.name), SymbolScope::Compilation);
        add(
            name,
            place(constant.start),
            constant.size,
            SymbolKind::Data,
            scope,
        );
    }
}
