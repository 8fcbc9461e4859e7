//! Files, as the linker might have made them, that were made to keep the tool busy outside of the analysis.

use cargo_rustgo::export::Export;
use cargo_rustgo::link::CODE_END;
use cargo_rustgo::pipeline::Declared;
use object::write::{Object, Relocation, SectionId, Symbol, SymbolId, SymbolSection};
use object::{
    Architecture, BinaryFormat, Endianness, Object as _, ObjectSection as _, RelocationFlags, SectionKind,
    SymbolFlags, SymbolKind, SymbolScope, elf,
};

/// A file, and the expected message; empty if it is proven.
pub struct Case {
    pub name: &'static str,
    pub file: fn() -> (Vec<u8>, Declared),
    pub says: &'static str,
}

pub fn cases() -> Vec<Case> {
    let case = |name, file, says| Case { name, file, says };
    vec![
        case(
            "very many exports",
            exports as fn() -> (Vec<u8>, Declared),
            "the analysis gave up",
        ),
        case("too many symbols", symbols, "more than 1000000 symbols"),
        case(
            "very many undefined symbols",
            undefined,
            "is called but nothing defines it",
        ),
        case(
            "very many uses of statics without a name",
            statics,
            "a mutable static",
        ),
        case("very many constants that hold addresses", addresses, ""),
        case("very many uses of constants that hold addresses", uses, ""),
        case(
            "an address beyond the constants",
            beyond,
            "is outside of the image",
        ),
        case("an address that is nowhere", nowhere, "is outside of the image"),
        case("an address of nothing in the image", astray, "reaches beyond"),
        case("too much debug info", lines, "more than 4000000 lines"),
        case("a file that is too large", large, "larger than"),
    ]
}

struct File {
    object: Object<'static>,
    image: SectionId,
    exports: Vec<String>,
}

impl File {
    /// So many functions that only return, 16 bytes each.
    fn new(functions: u64) -> Self {
        let mut object = Object::new(BinaryFormat::Elf, Architecture::X86_64, Endianness::Little);
        let image = object.add_section(Vec::new(), b".image".to_vec(), SectionKind::Text);
        let mut file = Self {
            object,
            image,
            exports: Vec::new(),
        };
        let mut code = vec![0xc3];
        code.resize(16, 0x90);
        let code = code.repeat(functions as usize);
        file.object.append_section_data(image, &code, 16);
        file.symbol(CODE_END, image, code.len() as u64, 0, SymbolKind::Label);
        file
    }

    fn symbol(
        &mut self,
        name: &str,
        section: SectionId,
        value: u64,
        size: u64,
        kind: SymbolKind,
    ) -> SymbolId {
        self.object.add_symbol(Symbol {
            name: name.as_bytes().to_vec(),
            value,
            size,
            kind,
            scope: SymbolScope::Linkage,
            weak: false,
            section: SymbolSection::Section(section),
            flags: SymbolFlags::None,
        })
    }

    fn export(&mut self, number: u64) -> SymbolId {
        let name = format!("export{number}");
        let symbol = self.symbol(&name, self.image, 16 * number, 16, SymbolKind::Text);
        self.exports.push(name);
        symbol
    }

    fn relocation(&mut self, section: SectionId, offset: u64, symbol: SymbolId, kind: elf::RelocationType) {
        let flags = RelocationFlags::Elf { r_type: kind };
        let relocation = Relocation {
            offset,
            symbol,
            // Distances count from the end of their four bytes.
            addend: if kind == elf::R_X86_64_64 { 0 } else { -4 },
            flags,
        };
        self.object.add_relocation(section, relocation).unwrap();
    }

    fn finish(self) -> (Vec<u8>, Declared) {
        let declared = Declared {
            exports: self.exports.iter().map(|name| Export::undeclared(name)).collect(),
            ..Declared::default()
        };
        let mut bytes = self.object.write().unwrap();
        let relro = object::File::parse(&*bytes)
            .unwrap()
            .section_by_name(".relro")
            .map(|s| s.index().0);
        if let Some(index) = relro {
            // The linker has placed it; the writer of objects leaves that open.
            let headers = u64::from_le_bytes(bytes[0x28..0x30].try_into().unwrap());
            let address = headers as usize + 64 * index + 0x10;
            bytes[address..address + 8].copy_from_slice(&RELRO.to_le_bytes());
        }
        (bytes, declared)
    }
}

fn exports() -> (Vec<u8>, Declared) {
    const COUNT: u64 = 100_000;
    let mut file = File::new(COUNT);
    for number in 0..COUNT {
        file.export(number);
    }
    file.finish()
}

fn symbols() -> (Vec<u8>, Declared) {
    let mut file = File::new(1);
    file.export(0);
    for number in 0..1_500_000 {
        file.symbol(&format!("s{number}"), file.image, 8, 0, SymbolKind::Data);
    }
    file.finish()
}

fn undefined() -> (Vec<u8>, Declared) {
    const COUNT: u64 = 200_000;
    let mut file = File::new(COUNT);
    file.export(0);
    for number in 0..COUNT {
        let symbol = file.object.add_symbol(Symbol {
            name: format!("undefined{number}").into_bytes(),
            value: 0,
            size: 0,
            kind: SymbolKind::Text,
            scope: SymbolScope::Unknown,
            weak: false,
            section: SymbolSection::Undefined,
            flags: SymbolFlags::None,
        });
        file.relocation(file.image, 16 * number + 4, symbol, elf::R_X86_64_PC32);
    }
    file.finish()
}

fn statics() -> (Vec<u8>, Declared) {
    const COUNT: u64 = 200_000;
    let mut file = File::new(COUNT);
    let data = file
        .object
        .add_section(Vec::new(), b".data".to_vec(), SectionKind::Data);
    file.object
        .append_section_data(data, &vec![0; 4 * COUNT as usize], 16);
    for number in 0..COUNT {
        file.export(number);
        file.symbol(&format!("data{number}"), data, 4 * number, 4, SymbolKind::Data);
    }
    let section = file.object.section_symbol(data);
    for number in 0..COUNT {
        let relocation = Relocation {
            offset: 16 * number + 4,
            symbol: section,
            addend: 4 * number as i64 - 4,
            flags: RelocationFlags::Elf {
                r_type: elf::R_X86_64_PC32,
            },
        };
        file.object.add_relocation(file.image, relocation).unwrap();
    }
    file.finish()
}

/// Where the constants that hold addresses are.
const RELRO: u64 = 4 << 20;

/// So many bytes of constants that hold addresses.
fn relro(file: &mut File, size: u64) -> SectionId {
    let section = file
        .object
        .add_section(Vec::new(), b".relro".to_vec(), SectionKind::ReadOnlyData);
    file.object
        .append_section_data(section, &vec![0; size as usize], 16);
    section
}

fn addresses() -> (Vec<u8>, Declared) {
    const COUNT: u64 = 500_000;
    let mut file = File::new(1);
    let export = file.export(0);
    let relro = relro(&mut file, 8 * COUNT);
    for number in 0..COUNT {
        file.relocation(relro, RELRO + 8 * number, export, elf::R_X86_64_64);
    }
    file.finish()
}

fn uses() -> (Vec<u8>, Declared) {
    const COUNT: u64 = 200_000;
    let mut file = File::new(COUNT);
    file.export(0);
    let relro = relro(&mut file, 16);
    let constant = file.symbol("constant", relro, 0, 16, SymbolKind::Data);
    for number in 0..COUNT {
        file.relocation(file.image, 16 * number + 4, constant, elf::R_X86_64_PC32);
    }
    file.finish()
}

/// It leads beyond the end of the image.
fn astray() -> (Vec<u8>, Declared) {
    let mut file = File::new(1);
    let relro = relro(&mut file, 16);
    file.export(0);
    let far = file.symbol("far", relro, RELRO + 17, 0, SymbolKind::Data);
    file.relocation(relro, RELRO, far, elf::R_X86_64_64);
    file.finish()
}

fn address_at(place: u64) -> (Vec<u8>, Declared) {
    let mut file = File::new(1);
    let export = file.export(0);
    let relro = relro(&mut file, 16);
    file.relocation(relro, place, export, elf::R_X86_64_64);
    file.finish()
}

fn beyond() -> (Vec<u8>, Declared) {
    address_at(RELRO + 12)
}

fn nowhere() -> (Vec<u8>, Declared) {
    address_at(u64::MAX - 3)
}

/// A line program whose every byte is a line.
fn lines() -> (Vec<u8>, Declared) {
    let mut file = File::new(1);
    file.export(0);
    // DWARF 4: a unit without attributes but where its lines are.
    let abbreviations = [1, 0x11, 0, 0x10, 0x17, 0, 0, 0];
    let unit = [12, 0, 0, 0, 4, 0, 0, 0, 0, 0, 8, 1, 0, 0, 0, 0];
    let header = [
        1, 1, 1, 1, 0xfb, 14, 13, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1, 0, b'a', 0, 0, 0, 0, 0,
    ];
    let mut program = Vec::new();
    let length = 6 + header.len() + (16 << 20);
    program.extend_from_slice(&(length as u32).to_le_bytes());
    program.extend_from_slice(&[4, 0]);
    program.extend_from_slice(&(header.len() as u32).to_le_bytes());
    program.extend_from_slice(&header);
    // Copy a row: the next line, at the same place.
    program.resize(program.len() + (16 << 20), 0x13);
    let sections = [
        (".debug_abbrev", &abbreviations[..]),
        (".debug_info", &unit),
        (".debug_line", &program),
    ];
    for (name, bytes) in sections {
        let section = file
            .object
            .add_section(Vec::new(), name.as_bytes().to_vec(), SectionKind::Debug);
        file.object.append_section_data(section, bytes, 1);
    }
    file.finish()
}

fn large() -> (Vec<u8>, Declared) {
    let mut file = File::new(1);
    file.export(0);
    file.object
        .append_section_data(file.image, &vec![0; 100 << 20], 16);
    file.finish()
}
