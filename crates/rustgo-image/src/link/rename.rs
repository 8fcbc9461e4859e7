//! Renames the symbols of a library, so that it can be linked with another build of itself.

use std::collections::BTreeSet;

use object::elf::{self, FileHeader64, SectionHeader64, Sym64};
use object::read::elf::{FileHeader, SectionHeader, Sym};
use object::{FileKind, LittleEndian};

use super::error::{Error, Result};
use crate::archive::{self, ArchiveKind, NewMember, members};

/// Returns the library with every symbol that it defines renamed, and with new names for its members. Undefined symbols
/// keep their names.
///
/// # Errors
///
/// If the file is damaged.
pub fn rename(
    library: &[u8],
    member: impl Fn(&str) -> String,
    symbol: impl Fn(&str) -> String,
) -> Result<Vec<u8>> {
    let members = members(library)?;
    let objects = || {
        members
            .iter()
            .filter(|member| matches!(FileKind::parse(member.data), Ok(FileKind::Elf64)))
    };
    let mut defined = BTreeSet::new();
    for member in objects() {
        collect(member.data, &mut defined)
            .map_err(|error| Error::Member(member.name.clone(), Box::new(error)))?;
    }
    let new_name = |name: &[u8]| {
        let name = std::str::from_utf8(name)
            .ok()
            .filter(|name| defined.contains(*name))?;
        Some(symbol(name))
    };
    let renamed = objects()
        .map(|object| {
            let bytes = renamed(object.data, new_name)
                .map_err(|error| Error::Member(object.name.clone(), Box::new(error)))?;
            Ok(NewMember {
                name: member(&object.name),
                bytes,
            })
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(archive::write(ArchiveKind::Gnu, &renamed)?)
}

/// Collects the names that an object defines, global and local.
fn collect(object: &[u8], defined: &mut BTreeSet<String>) -> Result<()> {
    let header = FileHeader64::<LittleEndian>::parse(object)?;
    let sections = header.sections(LittleEndian, object)?;
    let symbols = sections.symbols(LittleEndian, object, elf::SHT_SYMTAB)?;
    for symbol in symbols.iter() {
        let name = symbol.name(LittleEndian, symbols.strings())?;
        let is_file = symbol.st_type() == elf::STT_FILE;
        if !symbol.is_undefined(LittleEndian) && !is_file && !name.is_empty() {
            defined.insert(String::from_utf8_lossy(name).into_owned());
        }
    }
    Ok(())
}

/// The object with a new string table appended, which has the new names of the symbols.
fn renamed(object: &[u8], new_name: impl Fn(&[u8]) -> Option<String>) -> Result<Vec<u8>> {
    let header = FileHeader64::<LittleEndian>::parse(object)?;
    let sections = header.sections(LittleEndian, object)?;
    let symbols = sections.symbols(LittleEndian, object, elf::SHT_SYMTAB)?;
    if symbols.is_empty() {
        return Ok(object.to_vec());
    }
    // Section names may be in the same table, so its contents keep their offsets.
    let table = sections.section(symbols.string_section())?;
    let mut names = table.data(LittleEndian, object)?.to_vec();
    let mut bytes = object.to_vec();
    for symbol in symbols.iter() {
        let Some(name) = new_name(symbol.name(LittleEndian, symbols.strings())?) else {
            continue;
        };
        let at = offset_in(object, symbol) + std::mem::offset_of!(Sym64<LittleEndian>, st_name);
        let start = u32::try_from(names.len()).map_err(|_| Error::TooManyNames)?;
        bytes[at..at + size_of::<u32>()].copy_from_slice(&start.to_le_bytes());
        names.extend_from_slice(name.as_bytes());
        names.push(0);
    }
    let header = offset_in(object, table);
    let mut set = |field: usize, value: usize| {
        let at = header + field;
        bytes[at..at + size_of::<u64>()].copy_from_slice(&(value as u64).to_le_bytes());
    };
    set(
        std::mem::offset_of!(SectionHeader64<LittleEndian>, sh_offset),
        object.len(),
    );
    set(
        std::mem::offset_of!(SectionHeader64<LittleEndian>, sh_size),
        names.len(),
    );
    bytes.extend_from_slice(&names);
    Ok(bytes)
}

/// The offset in the file of a record that was read in place.
fn offset_in<T>(file: &[u8], record: &T) -> usize {
    std::ptr::from_ref(record) as usize - file.as_ptr() as usize
}

#[cfg(test)]
mod tests {
    use object::write::{Object as Writer, Symbol, SymbolSection};
    use object::{
        Architecture, BinaryFormat, Endianness, Object, ObjectSection, ObjectSymbol, SectionKind,
        SymbolFlags, SymbolKind, SymbolScope,
    };

    use super::*;
    use crate::link::sample::{GLOBAL, LOCAL, Sample};
    use crate::processor::Processor;

    fn object(defined: &str, wanted: &[&str]) -> Vec<u8> {
        let mut object = Writer::new(BinaryFormat::Elf, Architecture::X86_64, Endianness::Little);
        let text = object.add_section(Vec::new(), b".text".into(), SectionKind::Text);
        object.append_section_data(text, &[0xc3], 16);
        for (name, section) in [(defined, SymbolSection::Section(text))]
            .into_iter()
            .chain(wanted.iter().map(|name| (*name, SymbolSection::Undefined)))
        {
            object.add_symbol(Symbol {
                name: name.into(),
                value: 0,
                size: 0,
                kind: SymbolKind::Text,
                scope: SymbolScope::Dynamic,
                weak: false,
                section,
                flags: SymbolFlags::None,
            });
        }
        object.write().unwrap()
    }

    #[test]
    fn what_is_defined_anywhere_in_the_library_is_renamed() {
        let library = archive::write(
            ArchiveKind::Gnu,
            &[
                NewMember {
                    name: "a.o".into(),
                    bytes: object("f", &["g", "rustgo_panic"]),
                },
                NewMember {
                    name: "b.o".into(),
                    bytes: object("g", &[]),
                },
            ],
        )
        .unwrap();
        let renamed = rename(
            &library,
            |member| format!("v3.{member}"),
            |name| format!("{name}_v3"),
        )
        .unwrap();
        let told: Vec<_> = members(&renamed)
            .unwrap()
            .iter()
            .map(|member| {
                let object = object::File::parse(member.data).unwrap();
                assert!(object.section_by_name(".text").is_some());
                let mut names: Vec<_> = object
                    .symbols()
                    .map(|symbol| symbol.name().unwrap().to_owned())
                    .collect();
                names.retain(|name| !name.is_empty());
                (member.name.clone(), names)
            })
            .collect();
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            told,
            [
                ("v3.a.o".to_owned(), names(&["f_v3", "g_v3", "rustgo_panic"])),
                ("v3.b.o".to_owned(), names(&["g_v3"]))
            ]
        );
    }

    fn suffixed(library: &[u8]) -> Result<Vec<u8>> {
        rename(library, str::to_owned, |name| format!("{name}_v3"))
    }

    /// The names of an object's symbols, including sections and files.
    fn names(object: &[u8]) -> Vec<String> {
        let object = object::File::parse(object).unwrap();
        object
            .symbols()
            .map(|symbol| symbol.name().unwrap().to_owned())
            .filter(|name| !name.is_empty())
            .collect()
    }

    /// Every kind and visibility of symbol; but files are not symbols that two builds could share.
    #[test]
    fn every_definition_is_renamed() {
        let mut sample = Sample::new(Processor::X86_64);
        let (text, _) = sample.function("f");
        sample.symbol("local", text, 4, LOCAL);
        let data = sample.section(".data.x", &[1; 8]);
        sample.add("DATA", SymbolSection::Section(data), 0, GLOBAL, SymbolKind::Data);
        sample.add("number", SymbolSection::Absolute, 5, GLOBAL, SymbolKind::Data);
        sample.object.add_file_symbol(b"guest.rs".to_vec());
        sample.undefined("elsewhere");
        sample.object.section_symbol(text);
        let renamed = suffixed(&sample.bytes()).unwrap();
        let mut told = names(members(&renamed).unwrap()[0].data);
        told.sort();
        assert_eq!(
            told,
            [
                "DATA_v3",
                "elsewhere",
                "f_v3",
                "guest.rs",
                "local_v3",
                "number_v3"
            ]
        );
    }

    /// Sections keep their names, and relocations still refer to the same symbols.
    #[test]
    fn the_rest_of_an_object_stays() {
        let mut sample = Sample::new(Processor::X86_64);
        let (f, _) = sample.function("f");
        let (_, g) = sample.function("g");
        sample.relocation(f, 4, g, elf::R_X86_64_PLT32);
        let before = sample.bytes();
        let archive = suffixed(&before).unwrap();
        let members = members(&archive).unwrap();
        assert_eq!(members.len(), 1);
        let after = members[0].data;
        let (before, after) = (
            object::File::parse(&*before).unwrap(),
            object::File::parse(after).unwrap(),
        );
        let told = |object: &object::File| -> Vec<_> {
            let sections = object.sections().map(|section| {
                let relocations: Vec<_> = section
                    .relocations()
                    .map(|(at, relocation)| (at, relocation.target()))
                    .collect();
                let data = match section.name() {
                    Ok(".strtab" | ".symtab") => Vec::new(),
                    _ => section.data().unwrap().to_vec(),
                };
                (section.name().unwrap().to_owned(), data, relocations)
            });
            sections.collect()
        };
        assert_eq!(told(&before), told(&after));
        let places = |object: &object::File| -> Vec<_> {
            object
                .symbols()
                .map(|symbol| (symbol.address(), symbol.section_index()))
                .collect()
        };
        assert_eq!(places(&before), places(&after));
    }

    #[test]
    fn an_object_without_symbols_is_left_alone() {
        // The header of an object without sections.
        let mut bytes = object("f", &[])[..64].to_vec();
        bytes[0x28..0x30].fill(0);
        bytes[0x3c..0x40].fill(0);
        assert_eq!(super::renamed(&bytes, |_| None).unwrap(), bytes);
    }

    /// The linker ignores metadata and 32-bit objects.
    #[test]
    fn other_members_are_left_out() {
        let member = |name: &str, bytes: Vec<u8>| NewMember {
            name: name.into(),
            bytes,
        };
        let mut small = object("f", &[]);
        small[4] = 1;
        let library = archive::write(
            ArchiveKind::Gnu,
            &[
                member("lib.rmeta", b"rust and more than sixteen bytes".to_vec()),
                member("a.o", object("f", &[])),
                member("b.o", small),
            ],
        )
        .unwrap();
        let renamed = suffixed(&library).unwrap();
        let read = members(&renamed).unwrap();
        assert_eq!((read.len(), read[0].name.as_str()), (1, "a.o"));
    }

    #[test]
    fn a_damaged_object_is_named() {
        let mut bytes = object("f", &[]);
        // The offset of the section headers.
        bytes[0x28..0x30].fill(0xff);
        let error = suffixed(&bytes).unwrap_err().to_string();
        assert_eq!(error, "the object can't be read");
        assert!(suffixed(b"words").is_err());
    }
}
