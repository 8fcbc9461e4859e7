//! Reads the linker's ELF file: the image section, its symbols and relocations, and the sections outside of it.

use object::elf::SectionFlags;
use object::read::elf::{ElfFile64, SectionHeader};
use object::{LittleEndian, Object, ObjectSection, ObjectSymbol, SymbolSection, elf};

use super::error::{Error, Result};
use crate::layout::CODE_END;
use crate::processor::Processor;

/// The kind of a section of the linked file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SectionKind {
    /// The image: code and constants, including those that hold addresses.
    Image,
    /// Addresses that the linker keeps in a table.
    Got,
    /// Writable statics.
    Writable,
    /// Thread-local statics.
    ThreadLocal,
    /// Pointers to functions that run before or after the program.
    Initializer,
    /// Debug info, symbol tables and the like.
    Other,
}

/// A section of the linked file.
#[derive(Clone, Debug)]
pub struct Section {
    /// Its kind.
    pub kind: SectionKind,
    /// Its address.
    pub address: u64,
    /// Its length in bytes.
    pub size: u64,
}

/// A symbol of the linked file.
#[derive(Clone, Debug)]
pub struct Symbol {
    /// Its name; empty for a section's own symbol.
    pub name: String,
    /// Its address.
    pub address: u64,
    /// Its length in bytes; 0 if the compiler did not say.
    pub size: u64,
    /// The kind of its section. `None` if it is undefined or an absolute number.
    pub section: Option<SectionKind>,
    /// Whether it is code, according to the symbol table.
    pub is_function: bool,
    /// Whether other objects can refer to it.
    pub is_global: bool,
    /// Whether nothing defines it.
    pub is_undefined: bool,
}

/// The symbol of a relocation: an index into [`Linked::symbols`].
pub type RelocationTarget = usize;

/// A relocation that the linker has applied and kept.
#[derive(Clone, Copy, Debug)]
pub struct Relocation {
    /// The patched place, as an offset from the image's start.
    pub at: u64,
    /// The relocation type, by the processor's number.
    pub kind: elf::RelocationType,
    /// The symbol that it refers to.
    pub symbol: RelocationTarget,
    /// The number that is added to the symbol's address.
    pub addend: i64,
}

/// The largest file that is read, in bytes. A guest with its debug info has a few million.
const SIZE: usize = 64 << 20;

/// The most symbols that a file may have.
const SYMBOLS: usize = 1_000_000;

/// How many symbols before a place are searched for the one around it.
const NEAR: usize = 1_000;

/// The linker's output in memory.
#[derive(Clone, Debug)]
pub struct Linked {
    /// The processor.
    pub processor: Processor,
    /// The bytes of the image: code, constants, and then the constants that hold addresses.
    pub bytes: Vec<u8>,
    /// The size of the code in bytes.
    pub code_size: u64,
    /// Where the constants that hold addresses start. The end of the image if there are none.
    pub relro_start: u64,
    /// The alignment that the image requires, in bytes.
    pub alignment: u64,
    /// The alignment that the constants that hold addresses require, in bytes.
    pub relro_alignment: u64,
    /// All sections that are part of a running program.
    pub sections: Vec<Section>,
    /// All symbols.
    pub symbols: Vec<Symbol>,
    /// The named symbols that have a section, by address.
    by_address: Vec<usize>,
    /// The relocations of the image, sorted by place.
    pub relocations: Vec<Relocation>,
    /// The places whose relocations were removed, because nothing uses what they refer to.
    pub unused: Vec<u64>,
}

impl Linked {
    /// The starts of the functions with some names.
    pub fn starts(&self, names: &[String]) -> Vec<u64> {
        let is_meant = |symbol: &&Symbol| {
            symbol.section == Some(SectionKind::Image)
                && symbol.address < self.code_size
                && names.contains(&symbol.name)
        };
        self.symbols
            .iter()
            .filter(is_meant)
            .map(|symbol| symbol.address)
            .collect()
    }

    /// Reads the linker's output.
    ///
    /// # Errors
    ///
    /// If the file is not one that [`crate::link::link`] makes.
    pub fn read(file: &[u8]) -> Result<Self> {
        if file.len() > SIZE {
            return Err(Error::TooLarge(SIZE));
        }
        let elf = ElfFile64::<LittleEndian>::parse(file).map_err(Error::NotElf)?;
        let processor = Processor::of(elf.architecture())?;
        let image = elf
            .section_by_name(".image")
            .ok_or(Error::Missing("the linked file has no image"))?;
        let cut_short = |part| move |error| Error::CutShort(part, error);
        let mut bytes = image
            .data()
            .map_err(cut_short("the image is cut short"))?
            .to_vec();
        if bytes.is_empty() {
            return Err(Error::Missing("the image is empty: the guest exports nothing"));
        }
        // Places and symbols are addresses in the file and offsets in the image.
        if image.address() != 0 {
            return Err(Error::NotAtZero(image.address()));
        }
        let image_size = bytes.len() as u64;
        let relro = elf.section_by_name(".relro").filter(|section| section.size() > 0);
        if let Some(relro) = &relro {
            if relro.address() < image_size {
                return Err(Error::Misplaced(
                    "the constants that hold addresses are not placed after the image",
                ));
            }
            // The gap is filled with zeros: with a damaged address they would fill the memory.
            if relro.address() > SIZE as u64 {
                return Err(Error::TooLarge(SIZE));
            }
            bytes.resize(usize::try_from(relro.address())?, 0);
            bytes.extend_from_slice(
                relro
                    .data()
                    .map_err(cut_short("the image's constants are cut short"))?,
            );
        }
        let relro_start = relro
            .as_ref()
            .map_or(bytes.len() as u64, |section| section.address());

        let mut sections = Vec::new();
        for section in elf.sections() {
            let flags = section.elf_section_header().sh_flags(LittleEndian);
            if flags.contains(elf::SHF_ALLOC) && section.size() > 0 {
                let kind = kind_of(section.name().unwrap_or_default(), flags);
                sections.push(Section {
                    kind,
                    address: section.address(),
                    size: section.size(),
                });
            }
        }

        let mut symbols: Vec<Symbol> = Vec::new();
        let count = elf.elf_symbol_table().len();
        if count > SYMBOLS {
            return Err(Error::Symbols(SYMBOLS));
        }
        let mut index = vec![0; count];
        for symbol in elf.symbols() {
            let raw = symbol.elf_symbol();
            let section = match symbol.section() {
                SymbolSection::Section(number) => {
                    let section = elf.section_by_index(number)?;
                    let flags = section.elf_section_header().sh_flags(LittleEndian);
                    Some(kind_of(section.name().unwrap_or_default(), flags))
                }
                _ => None,
            };
            index[symbol.index().0] = symbols.len();
            symbols.push(Symbol {
                name: name_of(symbol.name().unwrap_or_default()),
                address: symbol.address(),
                size: symbol.size(),
                section,
                is_function: matches!(raw.st_type(), elf::STT_FUNC | elf::STT_GNU_IFUNC)
                    || (raw.st_type() == elf::STT_NOTYPE && symbol.is_global()),
                is_global: symbol.is_global(),
                is_undefined: symbol.is_undefined(),
            });
        }

        let code_size = symbols
            .iter()
            .find(|symbol| {
                symbol.name == CODE_END && symbol.is_global && symbol.section == Some(SectionKind::Image)
            })
            .ok_or(Error::Missing(
                "the linked file has no symbol at the end of its code",
            ))?
            .address;
        if code_size > image_size {
            return Err(Error::Misplaced(
                "the linked file's code is longer than its image",
            ));
        }

        let (mut relocations, mut unused) = (Vec::new(), Vec::new());
        for (at, relocation) in image
            .relocations()
            .chain(relro.iter().flat_map(|section| section.relocations()))
        {
            let object::RelocationFlags::Elf { r_type } = relocation.flags() else {
                continue;
            };
            if at >= bytes.len() as u64 {
                return Err(Error::Misplaced("a relocation is outside of the image"));
            }
            if r_type.0 == 0 {
                unused.push(at);
            }
            let object::RelocationTarget::Symbol(symbol) = relocation.target() else {
                continue;
            };
            relocations.push(Relocation {
                at,
                kind: r_type,
                symbol: *index
                    .get(symbol.0)
                    .ok_or(Error::Missing("a relocation refers to no symbol"))?,
                addend: relocation.addend(),
            });
        }
        relocations.sort_by_key(|relocation| relocation.at);
        let is_place =
            |symbol: &Symbol| symbol.section.is_some() && !symbol.name.is_empty() && symbol.name != CODE_END;
        let mut by_address: Vec<usize> = (0..symbols.len()).filter(|&s| is_place(&symbols[s])).collect();
        by_address.sort_by_key(|&symbol| symbols[symbol].address);
        Ok(Self {
            processor,
            bytes,
            code_size,
            relro_start,
            alignment: image.align().max(16),
            relro_alignment: relro.map_or(1, |section| section.align()),
            sections,
            symbols,
            by_address,
            relocations,
            unused,
        })
    }

    /// Whether the symbol is a constant that holds addresses, or the section of all of these.
    pub fn is_relro(&self, symbol: &Symbol) -> bool {
        symbol.section == Some(SectionKind::Image)
            && (self.relro_start..self.bytes.len() as u64).contains(&symbol.address)
    }

    /// The name of what is at an address in the given kind of section: the symbol there, or the one around it.
    pub fn name_at(&self, section: SectionKind, address: u64) -> Option<&str> {
        let end = self
            .by_address
            .partition_point(|&s| self.symbols[s].address <= address);
        let near = self.by_address[end.saturating_sub(NEAR)..end].iter().rev();
        near.map(|&s| &self.symbols[s])
            .filter(|s| s.section == Some(section))
            .find(|s| address < s.address.saturating_add(s.size.max(1)))
            .map(|s| s.name.as_str())
    }
}

/// Symbols like `$x` and `$d.7` only mark where code and data alternate (ELF for the Arm 64-bit Architecture, 4.5.4).
fn name_of(name: &str) -> String {
    let is_mapping = name.strip_prefix('$').is_some_and(|kind| {
        let kind = kind.split('.').next();
        matches!(kind, Some("x" | "d"))
    });
    if is_mapping {
        String::new()
    } else {
        name.to_owned()
    }
}

fn kind_of(name: &str, flags: SectionFlags) -> SectionKind {
    match name {
        ".image" | ".relro" => SectionKind::Image,
        ".got" => SectionKind::Got,
        ".init_array" | ".fini_array" => SectionKind::Initializer,
        _ if flags.contains(elf::SHF_TLS) => SectionKind::ThreadLocal,
        _ if !flags.contains(elf::SHF_ALLOC) => SectionKind::Other,
        _ if flags.contains(elf::SHF_WRITE) => SectionKind::Writable,
        _ => SectionKind::Other,
    }
}

#[cfg(test)]
mod tests;
