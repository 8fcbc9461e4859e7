//! Every sealed object that is written keeps every rule, and a bad object for each rule shows that the rule is checked.

#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod first_call;
mod rules;

use cargo_rustgo::export::{Export, Role};
use cargo_rustgo::image::{
    Address, Constant, Entry, Function, Image, Import, Lines, Parts, Reference, Relro,
};
use cargo_rustgo::processor::Processor;
use cargo_rustgo::write::archive::{self, ArchiveKind, Member};
use cargo_rustgo::write::object::{self as written, variant_stubs};
use object::write::{
    MachOBuildVersion, Mangling, Object, Relocation, SectionId, StandardSection, Symbol, SymbolSection,
};
use object::{
    Architecture, BinaryFormat, Endianness, RelocationEncoding, RelocationFlags, RelocationKind, SectionKind,
    SymbolFlags, SymbolKind, SymbolScope, elf, macho,
};

use rules::{Data, Expected};

const IMPORTS: [&str; 2] = ["rustgo_read", "rustgo_write"];

/// An image with two host imports, an export, a function of its own and a constant that wants to lie on a cache line.
fn image(processor: Processor) -> Image {
    let slot = |name: &str, at| Import {
        name: name.to_owned(),
        at,
        returns: true,
    };
    let function = |name: &str, start| Function {
        name: name.to_owned(),
        start,
        size: 16,
    };
    let image = Image::new(Parts {
        processor,
        bytes: vec![0; 256],
        code_size: 128,
        alignment: 64,
        functions: vec![
            function("sum", 32),
            function("_ZN5guest4help17h0000000000000000E", 64),
        ],
        constants: vec![Constant {
            name: "TABLE".to_owned(),
            start: 128,
            size: 128,
        }],
        references: Vec::new(),
        relro: Relro {
            start: 256,
            ..Relro::default()
        },
        types: Vec::new(),
        routines: Vec::new(),
        entries: vec![Entry {
            export: Export::undeclared("sum"),
            at: 32,
        }],
        imports: vec![slot(IMPORTS[0], 0), slot(IMPORTS[1], 16)],
        lines: Lines::default(),
    });
    image.expect("an image")
}

/// The same with constants that hold the addresses of a function and of one of them, and two places in the code that lead
/// there.
fn image_with_addresses(processor: Processor) -> Image {
    let image = image(processor);
    let mut parts = Parts::clone(&image);
    let start = 256;
    parts.bytes.resize(start + 32, 0);
    let places = match processor {
        Processor::X86_64 => [35, 99],
        Processor::Aarch64 => [32, 96],
    };
    for at in places {
        let word = match processor {
            Processor::X86_64 => (start - at - 4) as u32,
            Processor::Aarch64 => {
                // adr x0, to before the constants, as where something is added to the address of a page
                let distance = (start - 40 - at) as u32;
                0x1000_0000 | (distance & 3) << 29 | (distance >> 2) << 5
            }
        };
        parts.bytes[at..at + 4].copy_from_slice(&word.to_le_bytes());
    }
    let held = |at, target, is_relro| Address { at, target, is_relro };
    parts.relro = Relro {
        start: start as u64,
        alignment: 16,
        addresses: vec![held(256, 32, false), held(264, 272, true), held(272, 128, false)],
        uses: places
            .map(|at| Reference {
                at: at as u64,
                target: start as u64,
            })
            .to_vec(),
    };
    Image::new(parts).expect("an image")
}

fn architecture(processor: Processor) -> Architecture {
    match processor {
        Processor::X86_64 => Architecture::X86_64,
        Processor::Aarch64 => Architecture::Aarch64,
    }
}

fn expected(processor: Processor) -> Expected<'static> {
    Expected {
        architecture: architecture(processor),
        exports: vec!["sum"],
        imports: IMPORTS.to_vec(),
        alignment: 64,
        data: Data::None,
    }
}

fn expected_with_addresses(processor: Processor) -> Expected<'static> {
    Expected {
        data: Data::Addresses {
            held: 3,
            uses: 2,
            alignment: 16,
        },
        ..expected(processor)
    }
}

#[test]
fn written_objects_keep_the_rules() {
    for processor in Processor::ALL {
        let image = image(processor);
        for object in [written::elf::write(&image), written::macho::write(&image)] {
            assert_eq!(rules::object(&object.unwrap(), &expected(processor)), Ok(()));
        }
        let mut sealed = image.clone();
        sealed.edit(|image| image.imports.clear()).unwrap();
        let expected = Expected {
            imports: Vec::new(),
            ..expected(processor)
        };
        for object in [written::elf::write(&sealed), written::macho::write(&sealed)] {
            assert_eq!(rules::object(&object.unwrap(), &expected), Ok(()));
        }
        let (image, expected) = (
            image_with_addresses(processor),
            expected_with_addresses(processor),
        );
        for object in [written::elf::write(&image), written::macho::write(&image)] {
            assert_eq!(rules::object(&object.unwrap(), &expected), Ok(()));
        }
    }
}

/// What is added to an address lies in the place that the linker fills in, where a distance was before.
#[test]
fn a_distance_to_elsewhere_is_seen() {
    use object::{Object, ObjectSection};
    let image = image_with_addresses(Processor::X86_64);
    let mut object = written::macho::write(&image).unwrap();
    let (text, _) = object::File::parse(&*object)
        .unwrap()
        .section_by_name("__text")
        .and_then(|section| section.file_range())
        .unwrap();
    for offset in [32i32, -1] {
        let place = text as usize + image.relro.uses[0].at as usize;
        object[place..place + 4].copy_from_slice(&offset.to_le_bytes());
        let error = rules::object(&object, &expected_with_addresses(Processor::X86_64)).unwrap_err();
        assert!(
            error.contains(&format!("leads {offset} bytes into the data")),
            "{error}"
        );
    }
}

/// Of the constants that hold addresses there are as many as are expected, and each is counted.
#[test]
fn addresses_too_many_or_too_few_are_seen() {
    type Change = fn(&mut Parts);
    let changes: [(Change, &str); 5] = [
        (|image| image.relro.addresses.truncate(2), "it holds 2 addresses"),
        (|image| image.relro.uses.truncate(1), "distances lead to data"),
        (|image| image.relro.alignment = 8, "data are aligned to 8 bytes"),
        (
            |image| {
                image.relro = Relro {
                    start: image.bytes.len() as u64,
                    ..Relro::default()
                };
            },
            "a program gets the sections",
        ),
        (|image| image.imports.truncate(1), "undefined"),
    ];
    for processor in Processor::ALL {
        for (change, message) in changes {
            let mut image = image_with_addresses(processor);
            image.edit(change).unwrap();
            for object in [written::elf::write(&image), written::macho::write(&image)] {
                let error = rules::object(&object.unwrap(), &expected_with_addresses(processor)).unwrap_err();
                assert!(error.contains(message), "{processor:?}: {error}");
            }
        }
        let image = image_with_addresses(processor);
        for object in [written::elf::write(&image), written::macho::write(&image)] {
            let error = rules::object(&object.unwrap(), &expected(processor)).unwrap_err();
            assert!(error.contains("a program gets the sections"), "{error}");
        }
    }
}

/// An image with two builds of an export, and what chooses one.
fn image_with_variants() -> Image {
    let entry = |name: &str, role, at| {
        let mut export = Export::undeclared(name);
        export.role = role;
        Entry { export, at }
    };
    let of = |number| Role::Variant {
        features: Vec::new(),
        of: "sum".to_owned(),
        number,
    };
    let mut image = image(Processor::X86_64);
    let edited = image.edit(|image| {
        image.entries = vec![
            entry("guest_variant", Role::Chooser, 32),
            entry("sum_portable", of(0), 64),
            entry("sum_v3", of(1), 96),
        ];
    });
    edited.unwrap();
    image
}

type Format = (
    BinaryFormat,
    fn(Object, Processor) -> cargo_rustgo::write::Result<Vec<u8>>,
);

const FORMATS: [Format; 2] = [
    (BinaryFormat::Elf, written::elf::finish),
    (BinaryFormat::MachO, written::macho::finish),
];

/// What stands between a program and the variants has rules too: it has the one pointer that is ever written.
#[test]
fn what_chooses_a_variant_keeps_the_rules() {
    let expected = Expected {
        architecture: Architecture::X86_64,
        exports: vec!["sum"],
        imports: vec!["guest_variant", "sum_portable", "sum_v3"],
        alignment: 16,
        data: Data::Pointer { uses: 2 },
    };
    for (format, finish) in FORMATS {
        let write = || {
            variant_stubs::object(&image_with_variants(), format)
                .unwrap()
                .unwrap()
        };
        let judge = |object| rules::object(&finish(object, Processor::X86_64).unwrap(), &expected);
        assert_eq!(judge(write()), Ok(()));

        let refused = |plant: &dyn Fn(&mut Object<'static>), message: &str| {
            let mut object = write();
            plant(&mut object);
            let error = judge(object).unwrap_err();
            assert!(error.contains(message), "{error}");
        };
        let add_data = |object: &mut Object<'static>| {
            let data = object.section_id(StandardSection::Data);
            object.append_section_data(data, &[1; 8], 8);
        };
        refused(&add_data, "a program gets the sections");
        let show_pointer = |object: &mut Object<'static>| {
            let bss = object.section_id(StandardSection::UninitializedData);
            object.add_symbol(Symbol {
                name: b"pointer".to_vec(),
                value: 0,
                size: 8,
                kind: SymbolKind::Data,
                scope: SymbolScope::Dynamic,
                weak: false,
                section: SymbolSection::Section(bss),
                flags: SymbolFlags::None,
            });
        };
        refused(&show_pointer, "defines the global symbols");
        let refer = |kind, encoding| {
            move |object: &mut Object<'static>| {
                let text = object.section_id(StandardSection::Text);
                let relocation = Relocation {
                    offset: 8,
                    symbol: object.symbol_id(b"sum").unwrap(),
                    addend: -4,
                    flags: RelocationFlags::Generic {
                        kind,
                        encoding,
                        size: 32,
                    },
                };
                object.add_relocation(text, relocation).unwrap();
            }
        };
        let branch = refer(RelocationKind::PltRelative, RelocationEncoding::X86Branch);
        refused(&branch, "it branches to");
        let distance = refer(RelocationKind::Relative, RelocationEncoding::X86RipRelative);
        refused(&distance, "distances lead to data");
    }
    let variants = image_with_variants();
    let expected = Expected {
        exports: vec!["guest_variant", "sum_portable", "sum_v3"],
        ..self::expected(Processor::X86_64)
    };
    for object in [written::elf::write(&variants), written::macho::write(&variants)] {
        assert_eq!(rules::object(&object.unwrap(), &expected), Ok(()));
    }
}

/// The image's bytes come through unchanged but for the branches in the slots, which are those of the processor.
#[test]
fn the_image_is_in_the_object() {
    use object::{Object, ObjectSection};
    for (processor, branch) in [
        (Processor::X86_64, &[0xe9, 0, 0, 0, 0][..]),
        (Processor::Aarch64, &[0, 0, 0, 0x14]),
    ] {
        let mut image = image(processor);
        image.edit(|image| image.bytes = (0..=255).collect()).unwrap();
        let mut bytes = image.bytes.clone();
        for import in &image.imports {
            bytes[import.at as usize..][..branch.len()].copy_from_slice(branch);
        }
        for object in [written::elf::write(&image), written::macho::write(&image)] {
            let object = object.unwrap();
            let file = object::File::parse(&*object).unwrap();
            let text = file
                .sections()
                .find(|section| section.kind() == SectionKind::Text)
                .unwrap();
            assert_eq!(text.data().unwrap(), bytes);
        }
    }
}

#[test]
fn a_universal_archive_has_a_slice_for_each_processor() {
    let slices: Vec<(Processor, Vec<u8>)> = Processor::ALL
        .into_iter()
        .map(|processor| {
            let member = Member {
                name: "guest.o".to_owned(),
                bytes: written::macho::write(&image(processor)).unwrap(),
            };
            (processor, archive::write(ArchiveKind::Darwin, &[member]).unwrap())
        })
        .collect();
    let universal = written::macho::universal(&slices).unwrap();
    let members = rules::members(&universal).unwrap();
    assert_eq!(members.len(), Processor::ALL.len());
    for (processor, (found, name, bytes)) in Processor::ALL.into_iter().zip(members) {
        assert_eq!((found, &*name), (architecture(processor), "guest.o"));
        assert_eq!(rules::object(&bytes, &expected(processor)), Ok(()));
    }

    let mixed: Vec<_> = slices
        .iter()
        .zip(slices.iter().rev())
        .map(|((processor, _), (_, other))| (*processor, other.clone()))
        .collect();
    let error = rules::members(&written::macho::universal(&mixed).unwrap()).unwrap_err();
    assert!(error.contains("lies in the slice of another"), "{error}");

    // The field of the first slice that says where it lies.
    let mut shifted = universal.clone();
    shifted[19] += 4;
    let error = rules::members(&shifted).unwrap_err();
    assert!(error.contains("a slice lies at"), "{error}");
}

/// An object by hand that keeps the rules, but for what a test plants in it.
struct Planted {
    object: Object<'static>,
    text: SectionId,
    /// On an ELF object's stack.
    note: Option<SectionId>,
    processor: Processor,
}

impl Planted {
    fn new(format: BinaryFormat, processor: Processor) -> Self {
        let object = Object::new(format, architecture(processor), Endianness::Little);
        Self::with_note(object, processor, ".note.GNU-stack")
    }

    fn with_note(mut object: Object<'static>, processor: Processor, note: &str) -> Self {
        let format = object.format();
        let text = object.section_id(StandardSection::Text);
        let note = (format == BinaryFormat::Elf)
            .then(|| object.add_section(Vec::new(), note.into(), SectionKind::Other));
        let mut version = MachOBuildVersion::default();
        version.platform = macho::PLATFORM_MACOS;
        version.minos = macho::Version::new(11, 0, 0);
        object.set_macho_build_version(version);
        let mut planted = Self {
            object,
            text,
            note,
            processor,
        };
        planted.symbol("sum", SymbolScope::Dynamic, 32, false);
        for (slot, import) in IMPORTS.into_iter().enumerate() {
            planted.import(import, slot as u64 * 16);
        }
        planted
    }

    fn symbol(&mut self, name: &str, scope: SymbolScope, value: u64, weak: bool) {
        self.object.add_symbol(Symbol {
            name: name.as_bytes().to_vec(),
            value,
            size: 16,
            kind: SymbolKind::Text,
            scope,
            weak,
            section: SymbolSection::Section(self.text),
            flags: SymbolFlags::None,
        });
    }

    fn import(&mut self, name: &str, offset: u64) {
        let (encoding, size, relocated) = match self.processor {
            Processor::X86_64 => (RelocationEncoding::X86Branch, 32, 1),
            Processor::Aarch64 => (RelocationEncoding::AArch64Call, 26, 0),
        };
        let flags = RelocationFlags::Generic {
            kind: RelocationKind::PltRelative,
            encoding,
            size,
        };
        self.undefined(name, offset + relocated, flags);
    }

    fn undefined(&mut self, name: &str, offset: u64, flags: RelocationFlags) {
        if self.object.section(self.text).data().is_empty() {
            self.object.append_section_data(self.text, &[0; 256], 64);
        }
        let symbol = self.object.add_symbol(Symbol {
            name: name.as_bytes().to_vec(),
            value: 0,
            size: 0,
            kind: SymbolKind::Text,
            scope: SymbolScope::Unknown,
            weak: false,
            section: SymbolSection::Undefined,
            flags: SymbolFlags::None,
        });
        let addend = if self.processor == Processor::X86_64 {
            -4
        } else {
            0
        };
        let relocation = Relocation {
            offset,
            symbol,
            addend,
            flags,
        };
        self.object.add_relocation(self.text, relocation).unwrap();
    }

    fn judge(&self) -> Result<(), String> {
        rules::object(&self.object.write().unwrap(), &expected(self.processor))
    }
}

/// Plants something bad in an otherwise good object of each format and processor, and expects the rule to see it.
fn refused(formats: &[BinaryFormat], message: &str, plant: impl Fn(&mut Planted)) {
    for &format in formats {
        for processor in Processor::ALL {
            let mut planted = Planted::new(format, processor);
            assert_eq!(planted.judge(), Ok(()), "{format:?} {processor:?}");
            plant(&mut planted);
            let error = planted.judge().unwrap_err();
            assert!(error.contains(message), "{format:?} {processor:?}: {error}");
        }
    }
}

const ELF: &[BinaryFormat] = &[BinaryFormat::Elf];
const MACHO: &[BinaryFormat] = &[BinaryFormat::MachO];
const BOTH: &[BinaryFormat] = &[BinaryFormat::Elf, BinaryFormat::MachO];

#[test]
fn a_second_section_is_seen() {
    for section in [StandardSection::ReadOnlyData, StandardSection::Data] {
        refused(BOTH, "a program gets the sections", |planted| {
            let id = planted.object.section_id(section);
            planted.object.append_section_data(id, &[1; 8], 8);
        });
    }
}

/// Constants that hold addresses, where no loader would fill them in, or anyone might write to them later.
#[test]
fn addresses_in_another_section_are_seen() {
    for format in [BinaryFormat::Elf, BinaryFormat::MachO] {
        for processor in Processor::ALL {
            for section in [StandardSection::ReadOnlyData, StandardSection::Data] {
                let mut planted = Planted::new(format, processor);
                let id = planted.object.section_id(section);
                planted.object.append_section_data(id, &[0; 32], 16);
                let bytes = planted.object.write().unwrap();
                let error = rules::object(&bytes, &expected_with_addresses(processor)).unwrap_err();
                assert!(error.contains("data lie in section"), "{error}");
            }
        }
    }
}

/// Constants that hold addresses in a section that counts as code.
#[test]
fn addresses_that_can_be_executed_are_seen() {
    for processor in Processor::ALL {
        let (image, expected) = (
            image_with_addresses(processor),
            expected_with_addresses(processor),
        );
        let mut object = written::elf::write(&image).unwrap();
        // Elf64_Ehdr.e_shoff, Elf64_Shdr.sh_flags
        let headers = u64::from_le_bytes(object[0x28..0x30].try_into().unwrap()) as usize;
        let index = object::Object::section_by_name(&object::File::parse(&*object).unwrap(), ".data.rel.ro")
            .map(|section| object::ObjectSection::index(&section).0)
            .unwrap();
        object[headers + index * 64 + 8] |= elf::SHF_EXECINSTR.0 as u8;
        let error = rules::object(&object, &expected).unwrap_err();
        assert!(error.contains("can and should not"), "{error}");

        let mut object = written::macho::write(&image).unwrap();
        let header = object
            .windows(16)
            .position(|name| name == b"__const\0\0\0\0\0\0\0\0\0");
        // section_64.flags
        let flags = header.unwrap() + 64;
        let code = macho::S_ATTR_PURE_INSTRUCTIONS.0.to_le_bytes();
        object[flags..flags + 4].copy_from_slice(&code);
        let error = rules::object(&object, &expected).unwrap_err();
        assert!(
            error.contains("does and is none") || error.contains("the code lies in"),
            "{error}"
        );
    }
}

#[test]
fn a_low_alignment_is_seen() {
    for processor in Processor::ALL {
        let mut low = image(processor);
        low.edit(|image| image.alignment = 16).unwrap();
        for object in [written::elf::write(&low), written::macho::write(&low)] {
            let error = rules::object(&object.unwrap(), &expected(processor)).unwrap_err();
            assert!(error.contains("the code is aligned to 16 bytes"), "{error}");
        }
    }
}

#[test]
fn another_processor_is_seen() {
    let object = written::elf::write(&image(Processor::X86_64)).unwrap();
    let error = rules::object(&object, &expected(Processor::Aarch64)).unwrap_err();
    assert!(error.contains("it is for X86_64"), "{error}");
}

#[test]
fn a_second_global_symbol_is_seen() {
    refused(BOTH, "defines the global symbols", |planted| {
        planted.symbol("helper", SymbolScope::Dynamic, 64, false);
    });
    refused(BOTH, "defines the global symbols", |planted| {
        planted.symbol("helper", SymbolScope::Dynamic, 64, true);
    });
}

#[test]
fn an_undefined_symbol_is_seen() {
    refused(BOTH, "undefined", |planted| planted.import("malloc", 32));
}

#[test]
fn a_name_without_the_format_s_prefix_is_seen() {
    for processor in Processor::ALL {
        let mut object = Object::new(BinaryFormat::MachO, architecture(processor), Endianness::Little);
        object.set_mangling(Mangling::None);
        let error = Planted::with_note(object, processor, "").judge().unwrap_err();
        assert_eq!(error, r#"it defines the global symbols ["sum"]"#);
    }
}

#[test]
fn a_relocation_too_many_is_seen() {
    refused(BOTH, "it branches to", |planted| {
        let symbol = planted.object.symbol_id(b"sum").unwrap();
        let (encoding, size) = match planted.processor {
            Processor::X86_64 => (RelocationEncoding::X86Branch, 32),
            Processor::Aarch64 => (RelocationEncoding::AArch64Call, 26),
        };
        let relocation = Relocation {
            offset: 64,
            symbol,
            addend: 0,
            flags: RelocationFlags::Generic {
                kind: RelocationKind::PltRelative,
                encoding,
                size,
            },
        };
        let text = planted.text;
        planted.object.add_relocation(text, relocation).unwrap();
    });
}

/// Two host imports the wrong way round.
#[test]
fn a_branch_to_another_import_is_seen() {
    for processor in Processor::ALL {
        let image = image(processor);
        let swapped = Expected {
            imports: vec![IMPORTS[1], IMPORTS[0]],
            ..expected(processor)
        };
        for object in [written::elf::write(&image), written::macho::write(&image)] {
            let error = rules::object(&object.unwrap(), &swapped).unwrap_err();
            assert!(error.contains("it branches to"), "{error}");
        }
    }
}

#[test]
fn an_absolute_address_is_seen() {
    refused(BOTH, "has no place there", |planted| {
        let symbol = planted.object.symbol_id(b"sum").unwrap();
        let relocation = Relocation {
            offset: 128,
            symbol,
            addend: 0,
            flags: RelocationFlags::Generic {
                kind: RelocationKind::Absolute,
                encoding: RelocationEncoding::Generic,
                size: 64,
            },
        };
        let text = planted.text;
        planted.object.add_relocation(text, relocation).unwrap();
    });
}

#[test]
fn a_writable_section_is_seen() {
    refused(ELF, "can be written", |planted| {
        let section = planted
            .object
            .add_section(Vec::new(), b".scratch".to_vec(), SectionKind::Other);
        planted.object.section_mut(section).flags = object::SectionFlags::Elf {
            sh_type: elf::SHT_PROGBITS,
            sh_flags: elf::SHF_WRITE,
        };
    });
}

#[test]
fn an_image_that_can_not_be_executed_is_seen() {
    refused(ELF, "the code lies in section", |planted| {
        let text = planted.text;
        planted.object.section_mut(text).flags = object::SectionFlags::Elf {
            sh_type: elf::SHT_PROGBITS,
            sh_flags: elf::SHF_ALLOC,
        };
    });
}

#[test]
fn an_executable_stack_is_seen() {
    refused(ELF, "executable stack", |planted| {
        let note = planted.note.expect("every ELF object has the note");
        planted.object.section_mut(note).flags = object::SectionFlags::Elf {
            sh_type: elf::SHT_PROGBITS,
            sh_flags: elf::SHF_EXECINSTR,
        };
    });
    for processor in Processor::ALL {
        let object = Object::new(BinaryFormat::Elf, architecture(processor), Endianness::Little);
        let error = Planted::with_note(object, processor, ".note.other")
            .judge()
            .unwrap_err();
        assert!(error.contains("without a note on the stack"), "{error}");
    }
}

#[test]
fn an_image_that_may_be_taken_apart_is_seen() {
    refused(MACHO, "apart from their constants", |planted| {
        planted.object.set_subsections_via_symbols();
    });
}

#[test]
fn an_image_that_does_not_count_as_code_is_seen() {
    refused(MACHO, "the code lies in section", |planted| {
        let text = planted.text;
        planted.object.section_mut(text).flags = object::SectionFlags::MachO {
            flags: macho::SectionFlags(0),
            reserved2: 0,
        };
    });
}

#[test]
fn an_object_for_another_system_is_seen() {
    refused(MACHO, "does not say that it is for macOS", |planted| {
        let mut version = MachOBuildVersion::default();
        version.platform = macho::PLATFORM_IOS;
        version.minos = macho::Version::new(11, 0, 0);
        planted.object.set_macho_build_version(version);
    });
}
