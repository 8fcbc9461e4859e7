//! Linked files for tests: ELF executables with exactly the sections, symbols and relocations that a test specifies.

use object::elf::{self, SectionType};

use super::{Lines, Linked};
use rustgo_record::{Export, Import};

use crate::image::Image;
use crate::layout::CODE_END;
use crate::processor::Processor;

/// A section of the sample.
#[derive(Clone, Debug)]
struct Section {
    name: String,
    kind: SectionType,
    flags: u64,
    address: u64,
    align: u64,
    bytes: Vec<u8>,
    /// `(r_offset, kind, index of the symbol, addend)`.
    relocations: Vec<(u64, u32, u32, i64)>,
}

/// A symbol of the sample.
#[derive(Clone, Debug)]
struct Symbol {
    name: String,
    info: u8,
    section: u16,
    address: u64,
    size: u64,
}

/// An ELF executable under construction. Sections and symbols are identified by their indices in the file.
#[derive(Clone, Debug)]
pub struct Sample {
    machine: u16,
    sections: Vec<Section>,
    symbols: Vec<Symbol>,
}

/// Flags of a section that a running program only reads.
pub const READ: u64 = elf::SHF_ALLOC.0;
/// Flags of a section with code.
pub const CODE: u64 = elf::SHF_ALLOC.0 | elf::SHF_EXECINSTR.0;
/// Flags of a section that a running program writes.
pub const WRITE: u64 = elf::SHF_ALLOC.0 | elf::SHF_WRITE.0;
/// Flags of a section of thread-locals.
pub const TLS: u64 = elf::SHF_ALLOC.0 | elf::SHF_WRITE.0 | elf::SHF_TLS.0;

/// The section of the image, in every sample that [`Sample::new`] makes.
pub const IMAGE: u16 = 1;

/// A global function.
pub const FUNCTION: u8 = elf::STB_GLOBAL.0 << 4 | elf::STT_FUNC.0;
/// A local function.
pub const LOCAL_FUNCTION: u8 = elf::STB_LOCAL.0 << 4 | elf::STT_FUNC.0;
/// A global object.
pub const OBJECT: u8 = elf::STB_GLOBAL.0 << 4 | elf::STT_OBJECT.0;
/// A local object.
pub const LOCAL_OBJECT: u8 = elf::STB_LOCAL.0 << 4 | elf::STT_OBJECT.0;
/// A local symbol without a type.
pub const LABEL: u8 = elf::STB_LOCAL.0 << 4 | elf::STT_NOTYPE.0;
/// A global symbol without a type.
pub const GLOBAL: u8 = elf::STB_GLOBAL.0 << 4 | elf::STT_NOTYPE.0;

impl Sample {
    /// A file whose image has the given code and, after it, constants. Symbol 1 is the end of the code.
    pub fn new(processor: Processor, code: &[u8], constants: &[u8]) -> Self {
        let mut sample = Self::empty(processor);
        sample.section(".image", CODE, 0, &[code, constants].concat());
        sample.symbol(CODE_END, GLOBAL, IMAGE, code.len() as u64, 0);
        sample
    }

    /// An empty file.
    pub fn empty(processor: Processor) -> Self {
        let machine = match processor {
            Processor::X86_64 => elf::EM_X86_64,
            Processor::Aarch64 => elf::EM_AARCH64,
        };
        Self {
            machine: machine.0,
            sections: Vec::new(),
            symbols: Vec::new(),
        }
    }

    /// Sets the machine of the file.
    pub fn machine(&mut self, machine: u16) {
        self.machine = machine;
    }

    /// Adds a section and returns its index.
    pub fn section(&mut self, name: &str, flags: u64, address: u64, bytes: &[u8]) -> u16 {
        self.sections.push(Section {
            name: name.to_owned(),
            kind: elf::SHT_PROGBITS,
            flags,
            address,
            align: 16,
            bytes: bytes.to_vec(),
            relocations: Vec::new(),
        });
        self.sections.len() as u16
    }

    /// Sets the alignment of a section in bytes.
    pub fn align(&mut self, section: u16, align: u64) {
        self.sections[section as usize - 1].align = align;
    }

    /// Adds a symbol and returns its index. Section 0 makes it undefined, `0xfff1` absolute.
    pub fn symbol(&mut self, name: &str, info: u8, section: u16, address: u64, size: u64) -> u32 {
        self.symbols.push(Symbol {
            name: name.to_owned(),
            info,
            section,
            address,
            size,
        });
        self.symbols.len() as u32
    }

    /// Adds a relocation to a section. The place is an address, as in every linked file.
    pub fn relocation(&mut self, section: u16, at: u64, kind: elf::RelocationType, symbol: u32, addend: i64) {
        self.sections[section as usize - 1]
            .relocations
            .push((at, kind.0, symbol, addend));
    }

    /// The file.
    pub fn bytes(&self) -> Vec<u8> {
        const HEADER: usize = 64;
        let mut file = vec![0; HEADER];
        let mut headers: Vec<[u64; 10]> = vec![[0; 10]];
        let mut names = vec![0];
        let mut strings = vec![0];
        let name_of = |name: &str, table: &mut Vec<u8>| {
            let at = table.len() as u64;
            table.extend_from_slice(name.as_bytes());
            table.push(0);
            at
        };
        let symbol_table = (1 + 2 * self.sections.len()) as u64;
        let mut add = |file: &mut Vec<u8>, header: [u64; 8], bytes: &[u8]| {
            file.resize(file.len().next_multiple_of(16), 0);
            let [name, kind, flags, address, link, info, align, entry] = header;
            let (at, size) = (file.len() as u64, bytes.len() as u64);
            headers.push([name, kind, flags, address, at, size, link, info, align, entry]);
            file.extend_from_slice(bytes);
        };
        for section in &self.sections {
            let name = name_of(&section.name, &mut names);
            let (kind, align) = (section.kind.0.into(), section.align);
            let header = [name, kind, section.flags, section.address, 0, 0, align, 0];
            add(&mut file, header, &section.bytes);
        }
        for (section, index) in self.sections.iter().zip(1..) {
            let name = name_of(&format!(".rela{}", section.name), &mut names);
            let mut bytes = Vec::new();
            for &(at, kind, symbol, addend) in &section.relocations {
                bytes.extend(at.to_le_bytes());
                bytes.extend((u64::from(symbol) << 32 | u64::from(kind)).to_le_bytes());
                bytes.extend(addend.to_le_bytes());
            }
            let header = [name, elf::SHT_RELA.0.into(), 0, 0, symbol_table, index, 8, 24];
            add(&mut file, header, &bytes);
        }
        let mut symbols = vec![0; 24];
        for symbol in &self.symbols {
            let name = name_of(&symbol.name, &mut strings) as u32;
            symbols.extend(name.to_le_bytes());
            symbols.extend([symbol.info, 0]);
            symbols.extend(symbol.section.to_le_bytes());
            symbols.extend(symbol.address.to_le_bytes());
            symbols.extend(symbol.size.to_le_bytes());
        }
        let name = name_of(".symtab", &mut names);
        let header = [name, elf::SHT_SYMTAB.0.into(), 0, 0, symbol_table + 1, 1, 8, 24];
        add(&mut file, header, &symbols);
        let name = name_of(".strtab", &mut names);
        add(
            &mut file,
            [name, elf::SHT_STRTAB.0.into(), 0, 0, 0, 0, 1, 0],
            &strings,
        );
        let name = name_of(".shstrtab", &mut names);
        let names = names.clone();
        add(
            &mut file,
            [name, elf::SHT_STRTAB.0.into(), 0, 0, 0, 0, 1, 0],
            &names,
        );

        file.resize(file.len().next_multiple_of(8), 0);
        let table = file.len() as u64;
        for [name, kind, flags, address, at, size, link, info, align, entry] in &headers {
            file.extend((*name as u32).to_le_bytes());
            file.extend((*kind as u32).to_le_bytes());
            for field in [flags, address, at, size] {
                file.extend(field.to_le_bytes());
            }
            file.extend((*link as u32).to_le_bytes());
            file.extend((*info as u32).to_le_bytes());
            file.extend(align.to_le_bytes());
            file.extend(entry.to_le_bytes());
        }
        file[..16].copy_from_slice(&[0x7f, b'E', b'L', b'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        let mut set = |at: usize, bytes: &[u8]| file[at..at + bytes.len()].copy_from_slice(bytes);
        set(16, &elf::ET_EXEC.0.to_le_bytes());
        set(18, &self.machine.to_le_bytes());
        set(20, &1u32.to_le_bytes());
        set(40, &table.to_le_bytes());
        set(52, &(HEADER as u16).to_le_bytes());
        set(58, &64u16.to_le_bytes());
        set(60, &(headers.len() as u16).to_le_bytes());
        set(62, &(headers.len() as u16 - 1).to_le_bytes());
        file
    }

    /// The file as the reader sees it.
    pub fn linked(&self) -> Linked {
        Linked::read(&self.bytes()).expect("the sample can be read")
    }

    /// The reader's error.
    pub fn error(&self) -> String {
        match Linked::read(&self.bytes()) {
            Ok(_) => panic!("the sample can be read"),
            Err(error) => chain(&error),
        }
    }

    /// The image, with exports and imports of these names.
    pub fn image(&self, exports: &[&str], imports: &[&str]) -> crate::image::Result<Image> {
        let exports: Vec<_> = exports.iter().map(|name| Export::undeclared(name)).collect();
        let imports: Vec<_> = imports.iter().map(|name| Import::undeclared(name)).collect();
        let declared = crate::image::Declared {
            exports: &exports,
            imports: &imports,
            ..Default::default()
        };
        Image::resolve(&self.linked(), &declared, Lines::default())
    }
}

/// An error and its sources, in one line.
pub fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
