//! Every sealed object that is written keeps every rule, and a bad object for each rule shows that the rule is looked at.

mod rules;

use ar_archive_writer::ArchiveKind;
use cargo_rustgo::export::Export;
use cargo_rustgo::image::{Constant, Entry, Function, Image, Import, Lines, Relro};
use cargo_rustgo::processor::Processor;
use cargo_rustgo::write::archive::{self, Member};
use cargo_rustgo::write::{elf_object, macho_object};
use object::write::{
    MachOBuildVersion, Mangling, Object, Relocation, SectionId, StandardSection, Symbol, SymbolSection,
};
use object::{
    Architecture, BinaryFormat, Endianness, RelocationEncoding, RelocationFlags, RelocationKind, SectionKind,
    SymbolFlags, SymbolKind, SymbolScope, elf, macho,
};

use rules::Expected;

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
    Image {
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
    }
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
    }
}

#[test]
fn written_objects_keep_the_rules() {
    for processor in Processor::ALL {
        let image = image(processor);
        for object in [elf_object::write(&image), macho_object::write(&image)] {
            assert_eq!(rules::object(&object.unwrap(), &expected(processor)), Ok(()));
        }
        let sealed = Image {
            imports: Vec::new(),
            ..image
        };
        let expected = Expected {
            imports: Vec::new(),
            ..expected(processor)
        };
        for object in [elf_object::write(&sealed), macho_object::write(&sealed)] {
            assert_eq!(rules::object(&object.unwrap(), &expected), Ok(()));
        }
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
        image.bytes = (0..=255).collect();
        let mut bytes = image.bytes.clone();
        for import in &image.imports {
            bytes[import.at as usize..][..branch.len()].copy_from_slice(branch);
        }
        for object in [elf_object::write(&image), macho_object::write(&image)] {
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
                bytes: macho_object::write(&image(processor)).unwrap(),
            };
            (processor, archive::write(ArchiveKind::Darwin, &[member]).unwrap())
        })
        .collect();
    let universal = macho_object::universal(&slices).unwrap();
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
    let error = rules::members(&macho_object::universal(&mixed).unwrap()).unwrap_err();
    assert!(error.contains("lies in the slice of another"), "{error}");
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
        Self::with_note(format, processor, ".note.GNU-stack")
    }

    fn with_note(format: BinaryFormat, processor: Processor, note: &str) -> Self {
        let mut object = Object::new(format, architecture(processor), Endianness::Little);
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
        refused(BOTH, "not the image alone", |planted| {
            let id = planted.object.section_id(section);
            planted.object.append_section_data(id, &[1; 8], 8);
        });
    }
}

#[test]
fn a_low_alignment_is_seen() {
    for processor in Processor::ALL {
        let low = Image {
            alignment: 16,
            ..image(processor)
        };
        for object in [elf_object::write(&low), macho_object::write(&low)] {
            let error = rules::object(&object.unwrap(), &expected(processor)).unwrap_err();
            assert!(error.contains("aligned to 16 bytes"), "{error}");
        }
    }
}

#[test]
fn another_processor_is_seen() {
    let object = elf_object::write(&image(Processor::X86_64)).unwrap();
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
    refused(MACHO, "defines the global symbols", |planted| {
        planted.object.set_mangling(Mangling::None);
        planted.symbol("other", SymbolScope::Dynamic, 64, false);
    });
}

#[test]
fn a_relocation_too_many_is_seen() {
    refused(BOTH, "relocations, in slots", |planted| {
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

#[test]
fn an_absolute_address_is_seen() {
    refused(BOTH, "is no branch", |planted| {
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
    refused(ELF, "the image lies in section", |planted| {
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
        let error = Planted::with_note(BinaryFormat::Elf, processor, ".note.other")
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
    refused(MACHO, "the image lies in section", |planted| {
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
