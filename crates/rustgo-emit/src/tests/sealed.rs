//! Sealed objects, read back: sections, symbols, and relocations, which are resolved here as by a linker.

use std::collections::BTreeMap;

use object::{
    BinaryFormat, Object, ObjectSection, ObjectSymbol, RelocationFlags, RelocationTarget, SectionFlags,
    SymbolKind, elf, macho,
};

use crate::export::{Export, Role};
use crate::image::{Address, Constant, Entry, Function, Image, Import, Parts, Reference, Relro};
use crate::object as written;
use crate::processor::Processor;
use crate::testing::{image, words};

/// `lea rax, [rip + 0]`, `ret`, and the next function.
const X86_64: &[u8] = &[0x48, 0x8d, 0x05, 0, 0, 0, 0, 0xc3, 0xc3, 0xcc, 0xcc];

/// `adr` into a register, with a distance in bytes.
fn adr(register: u32, distance: i32) -> u32 {
    let bits = distance as u32 & 0x1f_ffff;
    0x1000_0000 | (bits & 3) << 29 | (bits >> 2) << 5 | register
}

const RET: u32 = 0xd65f_03c0;

/// An image with everything that an object may have: two imports, exports, a variant, a selecting function, local
/// functions, constants, and constants with addresses, one of which is referred to by a smaller address.
fn full(processor: Processor) -> Image {
    let imports = ["rustgo_panic", "rustgo_write"];
    let mut code = vec![0xaa; 16 * imports.len()];
    let relro_start = 96;
    match processor {
        Processor::X86_64 => code.extend(X86_64),
        // One address is 24 bytes before the constants; later code adds the difference.
        Processor::Aarch64 => code.extend(words(&[
            adr(3, relro_start + 8 - 32),
            RET,
            adr(17, relro_start - 24 - 40),
            0x9100_0000 | 17 << 5 | 17,
            RET,
        ])),
    }
    let code_size = code.len() as u64;
    code.resize(64, 0xcc);
    code.extend(*b"constants");
    code.resize(relro_start as usize, 0);
    // Two addresses, three bytes of data.
    code.extend([0; 16]);
    code.extend([1, 2, 3]);
    let function = |name: &str, start, size| Function {
        name: name.to_owned(),
        start,
        size,
    };
    let entry = |name: &str, at, role| {
        let mut export = Export::undeclared(name);
        export.role = role;
        Entry { export, at }
    };
    // After the first function on both processors.
    let inner = 40;
    let parts = Parts {
        code_size,
        alignment: 32,
        functions: vec![
            function("f", 32, 8),
            function("_ZN5guest5inner17h0123456789abcdefE", inner, code_size - inner),
        ],
        constants: vec![
            Constant {
                name: "LETTERS".to_owned(),
                start: 64,
                size: 9,
            },
            Constant {
                name: "TABLE".to_owned(),
                start: 104,
                size: 8,
            },
        ],
        relro: Relro {
            start: relro_start as u64,
            alignment: 16,
            addresses: vec![
                Address {
                    at: 96,
                    target: 40,
                    is_relro: false,
                },
                Address {
                    at: 104,
                    target: 112,
                    is_relro: true,
                },
            ],
            uses: match processor {
                Processor::X86_64 => vec![Reference { at: 35, target: 104 }],
                // The second half of an address is a use as well.
                Processor::Aarch64 => [(32, 104), (40, 72), (44, 72)]
                    .map(|(at, target)| Reference { at, target })
                    .to_vec(),
            },
        },
        entries: vec![
            entry("f", 32, Role::Export),
            entry(
                "f_v3",
                32,
                Role::Variant {
                    features: Vec::new(),
                    of: "f".to_owned(),
                    number: 1,
                },
            ),
            entry("choose", 32, Role::Chooser),
        ],
        imports: (0..)
            .zip(imports)
            .map(|(index, name)| Import {
                name: name.to_owned(),
                at: 16 * index,
                returns: index > 0,
            })
            .collect(),
        ..Parts::clone(&image(processor, &code))
    };
    Image::new(parts).expect("an image")
}

/// The linker's addresses of the sections, and of the imports from there on.
const TEXT: u64 = 0x40_1000;
const RELRO: u64 = 0x6f_fe40;
const IMPORTS: u64 = 0x40_9000;

fn signed(bytes: &[u8], at: u64) -> i64 {
    i64::from(i32::from_le_bytes(*bytes[at as usize..].first_chunk().unwrap()))
}

fn word(bytes: &[u8], at: u64) -> u32 {
    u32::from_le_bytes(*bytes[at as usize..].first_chunk().unwrap())
}

/// The sections' bytes after an ELF linker's work.
fn link(object: &object::File, processor: Processor) -> (Vec<u8>, Vec<u8>) {
    let mut linked = Vec::new();
    for (name, base) in [(".text", TEXT), (".data.rel.ro", RELRO)] {
        let section = object.section_by_name(name).unwrap();
        let mut bytes = section.data().unwrap().to_vec();
        for (at, relocation) in section.relocations() {
            let RelocationTarget::Symbol(index) = relocation.target() else {
                panic!("{relocation:?}");
            };
            let symbol = object.symbol_by_index(index).unwrap();
            let value = match symbol.section_index() {
                None => IMPORTS + 64 * symbol.name().unwrap().len() as u64,
                Some(section) => match object.section_by_index(section).unwrap().name().unwrap() {
                    ".text" => TEXT + symbol.address(),
                    _ => RELRO + symbol.address(),
                },
            };
            let target = value.wrapping_add_signed(relocation.addend());
            let place = base + at;
            let distance = target.wrapping_sub(place) as i64;
            let RelocationFlags::Elf { r_type } = relocation.flags() else {
                panic!("{relocation:?}");
            };
            let field = &mut bytes[at as usize..];
            let mut set = |mask: u32, bits: i64| {
                let old = u32::from_le_bytes(*field.first_chunk().unwrap());
                let new = old & !mask | bits as u32 & mask;
                field[..4].copy_from_slice(&new.to_le_bytes());
            };
            match (processor, r_type) {
                (Processor::X86_64, elf::R_X86_64_64) | (Processor::Aarch64, elf::R_AARCH64_ABS64) => {
                    field[..8].copy_from_slice(&target.to_le_bytes());
                }
                (Processor::X86_64, elf::R_X86_64_PC32 | elf::R_X86_64_PLT32) => set(!0, distance),
                (Processor::Aarch64, elf::R_AARCH64_JUMP26 | elf::R_AARCH64_CALL26) => {
                    set(0x03ff_ffff, distance >> 2);
                }
                (Processor::Aarch64, elf::R_AARCH64_ADR_PREL_PG_HI21) => {
                    let pages = (target >> 12) as i64 - (place >> 12) as i64;
                    set(0x60ff_ffe0, (pages & 3) << 29 | (pages >> 2 & 0x7_ffff) << 5);
                }
                (Processor::Aarch64, elf::R_AARCH64_ADD_ABS_LO12_NC) => {
                    set(0xfff << 10, ((target & 0xfff) << 10) as i64);
                }
                _ => panic!("{relocation:?}"),
            }
        }
        linked.push(bytes);
    }
    let [text, relro] = linked.try_into().unwrap();
    (text, relro)
}

/// Visibilities: STV_DEFAULT and STV_HIDDEN.
const DEFAULT: u8 = 0;
const HIDDEN: u8 = 2;

/// The target of a `b`.
fn branch(text: &[u8], at: u64) -> u64 {
    let word = word(text, at);
    assert_eq!(
        word & 0xfc00_0000,
        0x1400_0000,
        "{word:#x} at {at:#x} is no branch"
    );
    (at as i64 + i64::from((word << 6) as i32 >> 6 << 2)) as u64
}

#[test]
fn elf_addresses_are_the_images() {
    for processor in Processor::ALL {
        let image = full(processor);
        let file = written::elf::write(&image).unwrap();
        let object = object::File::parse(&*file).unwrap();
        assert_eq!(object.format(), BinaryFormat::Elf);
        let (text, relro) = link(&object, processor);
        let lead = relro.len() as u64 - image.relro().len() as u64;
        assert_eq!(lead, if processor == Processor::Aarch64 { 32 } else { 0 });
        let in_relro = |target: u64| RELRO + lead + target - image.relro.start;
        let address =
            |at: u64| u64::from_le_bytes(*relro[(lead + at - 96) as usize..].first_chunk().unwrap());
        assert_eq!(address(96), TEXT + 40);
        assert_eq!(address(104), in_relro(112));
        assert_eq!(relro[lead as usize + 16..], [1, 2, 3]);
        assert_eq!(text[64..73], *b"constants");
        for import in &image.imports {
            let target = IMPORTS + 64 * import.name.len() as u64;
            match processor {
                Processor::X86_64 => {
                    assert_eq!(text[import.at as usize], 0xe9);
                    let end = (TEXT + import.at + 5) as i64;
                    assert_eq!((end + signed(&text, import.at + 1)) as u64, target);
                }
                Processor::Aarch64 => assert_eq!(TEXT + branch(&text, import.at), target),
            }
        }
        match processor {
            Processor::X86_64 => {
                let end = (TEXT + 39) as i64;
                assert_eq!((end + signed(&text, 35)) as u64, in_relro(104));
                assert_eq!(text[32..35], X86_64[..3]);
                assert_eq!(text[39..43], X86_64[7..]);
            }
            Processor::Aarch64 => {
                for (at, register, target) in [(32, 3, in_relro(104)), (40, 17, in_relro(72))] {
                    let veneer = branch(&text, at);
                    assert!(veneer >= image.relro.start, "it lies behind the image");
                    let (adrp, add) = (word(&text, veneer), word(&text, veneer + 4));
                    assert_eq!(adrp & 0x9f00_001f, 0x9000_0000 | register);
                    assert_eq!(add & 0xffc0_03ff, 0x9100_0000 | register << 5 | register);
                    let pages = (adrp >> 5 & 0x7_ffff) << 2 | adrp >> 29 & 3;
                    let pages = i64::from((pages << 11) as i32 >> 11);
                    let page = ((TEXT + veneer) & !0xfff).wrapping_add_signed(pages << 12);
                    assert_eq!(page + u64::from(add >> 10 & 0xfff), target);
                    assert_eq!(branch(&text, veneer + 8), at + 4, "and back");
                }
                // An instruction that adds to an address stays as it is.
                assert_eq!(word(&text, 44), 0x9100_0000 | 17 << 5 | 17);
            }
        }
    }
}

#[test]
fn elf_sections_and_symbols() {
    for processor in Processor::ALL {
        let image = full(processor);
        let file = written::elf::write(&image).unwrap();
        let object = object::File::parse(&*file).unwrap();
        let lead = if processor == Processor::Aarch64 { 32 } else { 0 };
        let veneers = if processor == Processor::Aarch64 { 24 } else { 0 };
        let mut sections = BTreeMap::new();
        for section in object.sections() {
            let SectionFlags::Elf { sh_flags, .. } = section.flags() else {
                panic!("{section:?}");
            };
            sections.insert(
                section.name().unwrap().to_owned(),
                (sh_flags.0, section.align(), section.size()),
            );
        }
        // SHF_WRITE, SHF_ALLOC and SHF_EXECINSTR.
        let (write, alloc, execute) = (1, 2, 4);
        assert_eq!(sections[".text"], (alloc | execute, 32, 96 + veneers));
        assert_eq!(sections[".data.rel.ro"], (alloc | write, 16, lead + 19));
        assert_eq!(sections[".note.GNU-stack"], (0, 1, 0), "no executable stack");
        let loaded = sections.values().filter(|(flags, ..)| flags & alloc != 0);
        let loaded = loaded.filter(|(_, _, size)| *size > 0).count();
        assert_eq!(loaded, 2, "{sections:?}");

        let (mut symbols, mut veneers_at) = (BTreeMap::new(), Vec::new());
        for symbol in object.symbols().filter(|symbol| symbol.name() != Ok("")) {
            let visibility = match symbol.flags() {
                object::SymbolFlags::Elf { st_other, .. } => st_other.0 & 3,
                _ => panic!("{symbol:?}"),
            };
            let section = symbol.section_index().map(|index| {
                let section = object.section_by_index(index).unwrap();
                section.name().unwrap().to_owned()
            });
            let row = (
                symbol.is_global(),
                visibility,
                symbol.kind(),
                section,
                symbol.address(),
                symbol.size(),
            );
            assert!(!symbol.is_weak());
            if symbol.name() == Ok("rustgo_addresses.veneer") {
                veneers_at.push((row.4, row.5, row.0, row.2));
                continue;
            }
            let before = symbols.insert(symbol.name().unwrap().to_owned(), row);
            assert!(before.is_none(), "{symbol:?} is there twice");
        }
        let text = || Some(".text".to_owned());
        let relro = || Some(".data.rel.ro".to_owned());
        let row = |name: &str| symbols[name].clone();
        assert_eq!(row("f"), (true, DEFAULT, SymbolKind::Text, text(), 32, 8));
        // Only another member of the archive calls these.
        for name in ["f_v3", "choose"] {
            assert_eq!(
                row(name),
                (true, HIDDEN, SymbolKind::Text, text(), 32, 8),
                "{name}"
            );
        }
        let rest = image.code_size - 40;
        assert_eq!(
            row("guest::inner"),
            (false, DEFAULT, SymbolKind::Text, text(), 40, rest)
        );
        assert_eq!(row("LETTERS"), (false, DEFAULT, SymbolKind::Data, text(), 64, 9));
        assert_eq!(
            row("TABLE"),
            (false, DEFAULT, SymbolKind::Data, relro(), lead + 8, 8)
        );
        assert_eq!(
            row("rustgo_addresses"),
            (false, DEFAULT, SymbolKind::Data, relro(), 0, lead + 19)
        );
        let length = if processor == Processor::Aarch64 { 4 } else { 5 };
        for (name, at) in [("rustgo_panic", 0), ("rustgo_write", 16)] {
            let (is_global, _, _, section, ..) = row(name);
            assert_eq!(
                (is_global, section),
                (true, None),
                "{name} is left to the program"
            );
            assert_eq!(
                row(&format!("{name}.branch")),
                (false, DEFAULT, SymbolKind::Text, text(), at, length)
            );
        }
        let expected = [96, 108].map(|at| (at, 12, false, SymbolKind::Text));
        assert_eq!(veneers_at, expected[..veneers as usize / 12]);
        let exported: Vec<&String> = symbols
            .iter()
            .filter(|(_, row)| row.0 && row.3.is_some())
            .map(|(name, _)| name)
            .collect();
        assert_eq!(exported, ["choose", "f", "f_v3"], "nothing else is global");
    }
}

#[test]
fn an_image_without_addresses_has_one_section() {
    for processor in Processor::ALL {
        let code = match processor {
            Processor::X86_64 => vec![0xc3],
            Processor::Aarch64 => words(&[RET]),
        };
        let file = written::elf::write(&image(processor, &code)).unwrap();
        let object = object::File::parse(&*file).unwrap();
        assert!(object.section_by_name(".data.rel.ro").is_none());
        let text = object.section_by_name(".text").unwrap();
        assert_eq!(text.data().unwrap(), code);
        assert_eq!(text.align(), 16);
        assert_eq!(text.relocations().count(), 0);
    }
}

/// Each relocation of a section: its place, its target's name, its type, whether it is relative to its place, and the
/// power of two of its length.
fn macho_relocations(
    object: &object::File,
    section: &str,
) -> Vec<(u64, String, macho::RelocationType, bool, u8)> {
    let section = object.section_by_name(section).unwrap();
    let relocations = section.relocations().map(|(at, relocation)| {
        let name = match relocation.target() {
            RelocationTarget::Symbol(index) => {
                object.symbol_by_index(index).unwrap().name().unwrap().to_owned()
            }
            RelocationTarget::Section(index) => {
                object.section_by_index(index).unwrap().name().unwrap().to_owned()
            }
            other => panic!("{other:?}"),
        };
        let RelocationFlags::MachO {
            r_type,
            r_pcrel,
            r_length,
        } = relocation.flags()
        else {
            panic!("{relocation:?}");
        };
        (at, name, r_type, r_pcrel, r_length)
    });
    let mut relocations: Vec<_> = relocations.collect();
    relocations.sort();
    relocations
}

#[test]
fn macho_objects_have_what_apples_linker_wants() {
    for processor in Processor::ALL {
        let image = full(processor);
        let file = written::macho::write(&image).unwrap();
        let object = object::File::parse(&*file).unwrap();
        assert_eq!(object.format(), BinaryFormat::MachO);
        let text = macho_relocations(&object, "__text");
        let named = |at, name: &str, r_type: macho::RelocationType, is_relative, length| {
            (at, name.to_owned(), r_type, is_relative, length)
        };
        match processor {
            Processor::X86_64 => assert_eq!(
                text,
                [
                    named(1, "_rustgo_panic", macho::X86_64_RELOC_BRANCH, true, 2),
                    named(17, "_rustgo_write", macho::X86_64_RELOC_BRANCH, true, 2),
                    named(35, "_rustgo_addresses", macho::X86_64_RELOC_SIGNED, true, 2),
                ]
            ),
            Processor::Aarch64 => {
                let [page, low] = [macho::ARM64_RELOC_PAGE21, macho::ARM64_RELOC_PAGEOFF12];
                assert_eq!(
                    text,
                    [
                        named(0, "_rustgo_panic", macho::ARM64_RELOC_BRANCH26, true, 2),
                        named(16, "_rustgo_write", macho::ARM64_RELOC_BRANCH26, true, 2),
                        named(96, "_rustgo_addresses", page, true, 2),
                        named(100, "_rustgo_addresses", low, false, 2),
                        named(108, "_rustgo_addresses", page, true, 2),
                        named(112, "_rustgo_addresses", low, false, 2),
                    ]
                );
            }
        }
        let bytes = object.section_by_name("__text").unwrap().data().unwrap().to_vec();
        if processor == Processor::X86_64 {
            // The addend is at the place itself.
            assert_eq!(signed(&bytes, 35), 104 - 96);
        }
        let relro = object.section_by_name("__const").unwrap();
        assert_eq!(relro.segment_name().unwrap(), Some("__DATA"));
        assert_eq!(relro.align(), 16);
        let unsigned = match processor {
            Processor::X86_64 => macho::X86_64_RELOC_UNSIGNED,
            Processor::Aarch64 => macho::ARM64_RELOC_UNSIGNED,
        };
        let lead = if processor == Processor::Aarch64 { 32 } else { 0 };
        let addresses: Vec<_> = macho_relocations(&object, "__const")
            .into_iter()
            .map(|(at, _, r_type, is_relative, length)| (at, r_type, is_relative, length))
            .collect();
        assert_eq!(
            addresses,
            [(lead, unsigned, false, 3), (lead + 8, unsigned, false, 3)]
        );
        let global: Vec<&str> = object
            .symbols()
            .filter(|symbol| symbol.is_global() && symbol.is_definition())
            .map(|symbol| symbol.name().unwrap())
            .collect();
        let mut sorted = global.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, ["_choose", "_f", "_f_v3"]);
        // Private externs: the linker makes them local to the program.
        for symbol in object
            .symbols()
            .filter(|symbol| symbol.is_global() && symbol.is_definition())
        {
            let object::SymbolFlags::MachO { .. } = symbol.flags() else {
                panic!("{symbol:?}");
            };
            let is_for_all = symbol.scope() == object::SymbolScope::Dynamic;
            assert_eq!(is_for_all, symbol.name() == Ok("_f"), "{symbol:?}");
        }
    }
}

/// `LC_BUILD_VERSION`: the platform, and the oldest system.
#[test]
fn macho_objects_name_the_oldest_system() {
    for (processor, major, minor) in [(Processor::X86_64, 10, 12), (Processor::Aarch64, 11, 0)] {
        let file = written::macho::write(&image(processor, &[0; 4])).unwrap();
        let commands = u32::from_le_bytes(*file[16..].first_chunk().unwrap());
        let mut at = 32;
        let mut found = None;
        for _ in 0..commands {
            let command = word(&file, at);
            if command == 0x32 {
                found = Some((word(&file, at + 8), word(&file, at + 12), word(&file, at + 16)));
            }
            at += u64::from(word(&file, at + 4));
        }
        // Major, minor and patch in 16, 8 and 8 bits; platform 1 is macOS.
        let version = major << 16 | minor << 8;
        assert_eq!(found, Some((1, version, version)), "{processor:?}");
    }
}

/// The universal file, parsed by the format's definition: big-endian, each slice at a multiple of 8.
#[test]
fn universal_files_hold_each_archive() {
    let [first, second] = [vec![1u8; 13], vec![2u8; 8]];
    let slices = [
        (Processor::X86_64, first.clone()),
        (Processor::Aarch64, second.clone()),
    ];
    for count in 0..=2 {
        let file = written::macho::universal(&slices[..count]).unwrap();
        let number = |at: usize| u32::from_be_bytes(*file[at..].first_chunk().unwrap());
        assert_eq!((number(0), number(4)), (0xcafe_babe, count as u32));
        let mut end = 8 + 20 * count;
        for (index, (kind, subkind, bytes)) in [(0x0100_0007, 3, &first), (0x0100_000c, 0, &second)][..count]
            .iter()
            .enumerate()
        {
            let at = 8 + 20 * index;
            let (offset, size) = (number(at + 8) as usize, number(at + 12) as usize);
            assert_eq!(
                (number(at), number(at + 4), number(at + 16)),
                (*kind, *subkind, 3)
            );
            assert_eq!(offset, end.next_multiple_of(8), "right behind what is before it");
            assert_eq!(file[offset..offset + size], bytes[..]);
            assert!(file[end..offset].iter().all(|&byte| byte == 0));
            end = offset + size;
        }
        assert_eq!(file.len(), end);
    }
}
