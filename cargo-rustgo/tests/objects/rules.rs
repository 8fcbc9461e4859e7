//! What sealed objects and their archives promise to linkers, checked on the bytes of any of them.

use object::macho::{self, FatArch32};
use object::read::archive::ArchiveFile;
use object::read::macho::{LoadCommandVariant, MachHeader, MachOFatFile, MachOFatFile32};
use object::{
    Architecture, BinaryFormat, Endianness, FileFlags, FileKind, Object, ObjectSection, ObjectSymbol,
    RelocationFlags, RelocationTarget, SectionFlags, SectionKind, elf,
};

/// What is in an object.
#[derive(Clone, Debug)]
pub struct Expected<'a> {
    pub architecture: Architecture,
    /// What other objects can call, by the names that C knows.
    pub exports: Vec<&'a str>,
    /// What is missing: each has one branch, in this order. In an image these are the host imports.
    pub imports: Vec<&'a str>,
    /// Of the code, in bytes.
    pub alignment: u64,
    pub data: Data,
}

/// The contents of a section other than that of the code and the constants at fixed distances.
#[derive(Clone, Copy, Debug, Default)]
pub enum Data {
    /// Nothing, as in most objects.
    #[default]
    None,
    /// Constants that hold addresses, which loaders fill in.
    Addresses {
        /// How many they hold.
        held: usize,
        /// How many places in the code lead to them.
        uses: usize,
        /// In bytes.
        alignment: u64,
    },
    /// The pointer to the selected variant, with code that is not an image.
    Pointer {
        /// How many places in the code lead to it.
        uses: usize,
    },
}

impl Data {
    /// How many addresses it holds, and how many places lead to it.
    fn held_and_uses(self) -> (usize, usize) {
        match self {
            Self::None => (0, 0),
            Self::Addresses { held, uses, .. } => (held, uses),
            Self::Pointer { uses } => (0, uses),
        }
    }
}

/// Bytes from one branch to a host import to the next.
const SLOT: u64 = 16;

type Outcome = Result<(), String>;

fn ensure(holds: bool, message: impl FnOnce() -> String) -> Outcome {
    if holds { Ok(()) } else { Err(message()) }
}

/// Checks an object of either format against every rule.
pub fn object(bytes: &[u8], expected: &Expected) -> Outcome {
    let file = object::File::parse(bytes).map_err(|error| format!("it can't be read: {error}"))?;
    ensure(file.architecture() == expected.architecture, || {
        format!("it is for {:?}", file.architecture())
    })?;
    sections(&file, expected)?;
    symbols(&file, expected)?;
    relocations(&file, expected)?;
    match file.format() {
        BinaryFormat::Elf => elf_flags(&file),
        _ => macho_flags(&file, bytes),
    }
}

/// The code is the only section of the program, except one of data if that is expected.
fn sections(file: &object::File, expected: &Expected) -> Outcome {
    let in_program: Vec<_> = file
        .sections()
        .filter(|section| match section.flags() {
            SectionFlags::Elf { sh_flags, .. } => sh_flags.contains(elf::SHF_ALLOC),
            _ => true,
        })
        .filter(|section| section.size() > 0)
        .collect();
    let (text, data) = match (&in_program[..], expected.data) {
        ([text], Data::None) => (text, None),
        ([text, data], Data::Addresses { alignment, .. }) => (text, Some((data, Place::Relro, alignment))),
        ([text, data], Data::Pointer { .. }) => (text, Some((data, Place::Zeros, 8))),
        _ => {
            let names: Vec<_> = in_program.iter().map(|section| section.name()).collect();
            return Err(format!("a program gets the sections {names:?}"));
        }
    };
    ensure(
        Place::of(text) == Some(Place::Text) && text.kind() == SectionKind::Text,
        || format!("the code lies in section {:?}", name(text)),
    )?;
    ensure(text.align() >= expected.alignment, || {
        format!("the code is aligned to {} bytes", text.align())
    })?;
    let Some((data, place, alignment)) = data else {
        return Ok(());
    };
    ensure(Place::of(data) == Some(place), || {
        format!("data lie in section {:?}", name(data))
    })?;
    ensure(data.align() >= alignment, || {
        format!("data are aligned to {} bytes", data.align())
    })
}

/// Where linkers put a section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Beside other code.
    Text,
    /// Where a loader makes everything read-only once it has filled in addresses.
    Relro,
    /// Where everything is zero, and programs write.
    Zeros,
}

impl Place {
    fn of(section: &object::Section) -> Option<Self> {
        match name(section) {
            ("", ".text") | ("__TEXT", "__text") => Some(Self::Text),
            ("", ".data.rel.ro") | ("__DATA", "__const") => Some(Self::Relro),
            ("", ".bss") | ("__DATA", "__bss") => Some(Self::Zeros),
            _ => None,
        }
    }
}

/// A section's segment, which only Mach-O has, and name.
fn name<'a>(section: &'a object::Section) -> (&'a str, &'a str) {
    let segment = section.segment_name().unwrap_or_default();
    (segment.unwrap_or_default(), section.name().unwrap_or_default())
}

/// The exports are what can be seen, the host imports are what is missing.
fn symbols(file: &object::File, expected: &Expected) -> Outcome {
    let prefix = prefix(file);
    let named = |names: &[&str]| -> Vec<String> {
        let mut names: Vec<_> = names.iter().map(|name| format!("{prefix}{name}")).collect();
        names.sort();
        names
    };
    let found = |is_wanted: &dyn Fn(&object::Symbol) -> bool| -> Vec<String> {
        let mut names: Vec<_> = file
            .symbols()
            .filter(|symbol| symbol.index().0 > 0 || file.format() == BinaryFormat::MachO)
            .filter(|symbol| is_wanted(symbol))
            .map(|symbol| symbol.name().unwrap_or_default().to_owned())
            .collect();
        names.sort();
        names
    };
    let global = found(&|symbol| symbol.is_global() && !symbol.is_undefined());
    ensure(global == named(&expected.exports), || {
        format!("it defines the global symbols {global:?}")
    })?;
    let undefined = found(&|symbol| symbol.is_undefined());
    ensure(undefined == named(&expected.imports), || {
        format!("it leaves {undefined:?} undefined")
    })?;
    let weak = found(&|symbol| symbol.is_weak());
    ensure(weak.is_empty(), || format!("it has the weak symbols {weak:?}"))
}

/// What a relocation has a linker fill in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Filled {
    /// The distance of a branch.
    Branch,
    /// A whole address.
    Address,
    /// The distance to data, or one of the two instructions that hold it on AArch64.
    Distance,
}

fn filled(architecture: Architecture, flags: RelocationFlags) -> Option<Filled> {
    use Architecture::{Aarch64, X86_64};
    use RelocationFlags::{Elf, MachO};
    const LONG: u8 = 2;
    const QUAD: u8 = 3;
    let place = match flags {
        MachO {
            r_pcrel, r_length, ..
        } => Some((r_pcrel, r_length)),
        _ => None,
    };
    let kind = match (architecture, flags) {
        (
            X86_64,
            Elf {
                r_type: elf::R_X86_64_PLT32,
            },
        ) => Filled::Branch,
        (
            X86_64,
            Elf {
                r_type: elf::R_X86_64_64,
            },
        ) => Filled::Address,
        (
            X86_64,
            Elf {
                r_type: elf::R_X86_64_PC32,
            },
        ) => Filled::Distance,
        (
            Aarch64,
            Elf {
                r_type: elf::R_AARCH64_CALL26,
            },
        ) => Filled::Branch,
        (
            Aarch64,
            Elf {
                r_type: elf::R_AARCH64_ABS64,
            },
        ) => Filled::Address,
        (
            Aarch64,
            Elf {
                r_type: elf::R_AARCH64_ADR_PREL_PG_HI21,
            },
        ) => Filled::Distance,
        (
            Aarch64,
            Elf {
                r_type: elf::R_AARCH64_ADD_ABS_LO12_NC,
            },
        ) => Filled::Distance,
        (
            X86_64,
            MachO {
                r_type: macho::X86_64_RELOC_BRANCH,
                ..
            },
        ) if place == Some((true, LONG)) => Filled::Branch,
        (
            X86_64,
            MachO {
                r_type: macho::X86_64_RELOC_UNSIGNED,
                ..
            },
        ) if place == Some((false, QUAD)) => Filled::Address,
        (
            X86_64,
            MachO {
                r_type: macho::X86_64_RELOC_SIGNED,
                ..
            },
        ) if place == Some((true, LONG)) => Filled::Distance,
        (
            Aarch64,
            MachO {
                r_type: macho::ARM64_RELOC_BRANCH26,
                ..
            },
        ) if place == Some((true, LONG)) => Filled::Branch,
        (
            Aarch64,
            MachO {
                r_type: macho::ARM64_RELOC_UNSIGNED,
                ..
            },
        ) if place == Some((false, QUAD)) => Filled::Address,
        (
            Aarch64,
            MachO {
                r_type: macho::ARM64_RELOC_PAGE21,
                ..
            },
        ) if place == Some((true, LONG)) => Filled::Distance,
        (
            Aarch64,
            MachO {
                r_type: macho::ARM64_RELOC_PAGEOFF12,
                ..
            },
        ) if place == Some((false, LONG)) => Filled::Distance,
        _ => return None,
    };
    Some(kind)
}

/// One branch for each import, what leads to data and what these hold, and nothing else that a linker would have to change.
fn relocations(file: &object::File, expected: &Expected) -> Outcome {
    let mut branches = Vec::new();
    let mut distances = Vec::new();
    let mut held = 0;
    for section in file.sections() {
        for (at, relocation) in section.relocations() {
            let kind = filled(file.architecture(), relocation.flags());
            match (kind, Place::of(&section)) {
                (Some(Filled::Branch), Some(Place::Text)) => branches.push((at, target(file, &relocation))),
                (Some(Filled::Address), Some(Place::Relro)) => held += 1,
                (Some(Filled::Distance), Some(Place::Text)) => {
                    distances.push((at, offset(file, &section, at, &relocation)));
                }
                _ => {
                    let flags = relocation.flags();
                    return Err(format!(
                        "a relocation at {at:#x} of {:?} has no place there: {flags:?}",
                        name(&section)
                    ));
                }
            }
        }
    }
    branches.sort_unstable();
    let prefix = prefix(file);
    let targets = branches
        .iter()
        .map(|(_, name)| name.strip_prefix(prefix).unwrap_or_default());
    ensure(targets.eq(expected.imports.iter().copied()), || {
        format!("it branches to {branches:?}")
    })?;
    let in_slots = (0..).zip(&branches).all(|(slot, (at, _))| at / SLOT == slot);
    ensure(in_slots || matches!(expected.data, Data::Pointer { .. }), || {
        format!("it branches from elsewhere than its slots: {branches:?}")
    })?;
    let (expected_held, uses) = expected.data.held_and_uses();
    ensure(held == expected_held, || format!("it holds {held} addresses"))?;
    let each = match file.architecture() {
        Architecture::Aarch64 => 2,
        _ => 1,
    };
    ensure(distances.len() == each * uses, || {
        format!("{} distances lead to data", distances.len())
    })?;
    let data = file
        .sections()
        .filter(|section| matches!(Place::of(section), Some(Place::Relro | Place::Zeros)));
    let data_size = data.map(|section| section.size() as i64).sum();
    match distances
        .iter()
        .find(|(_, offset)| !(0..data_size).contains(offset))
    {
        Some((at, offset)) => Err(format!(
            "the distance at {at:#x} leads {offset} bytes into the data"
        )),
        None => Ok(()),
    }
}

/// How far from the start of the data a distance ends.
fn offset(file: &object::File, section: &object::Section, at: u64, relocation: &object::Relocation) -> i64 {
    match (file.architecture(), file.format()) {
        // In the place itself.
        (Architecture::X86_64, BinaryFormat::MachO) => {
            let place = section.data_range(section.address() + at, 4).ok().flatten();
            let place = place.and_then(|bytes| bytes.first_chunk());
            place.map_or(-1, |bytes| i32::from_le_bytes(*bytes).into())
        }
        // It is counted from the end of the place.
        (Architecture::X86_64, _) => relocation.addend() + 4,
        _ => relocation.addend(),
    }
}

/// The name of the symbol that a relocation is about.
fn target(file: &object::File, relocation: &object::Relocation) -> String {
    let RelocationTarget::Symbol(index) = relocation.target() else {
        return String::new();
    };
    let symbol = file.symbol_by_index(index);
    symbol
        .and_then(|symbol| symbol.name())
        .unwrap_or_default()
        .to_owned()
}

/// The prefix of C's names.
fn prefix(file: &object::File) -> &'static str {
    match file.format() {
        BinaryFormat::MachO => "_",
        _ => "",
    }
}

/// Nothing of the code can be written, nothing else be executed, and no program gets an executable stack.
fn elf_flags(file: &object::File) -> Outcome {
    let mut has_stack_note = false;
    for section in file.sections() {
        let SectionFlags::Elf { sh_flags, .. } = section.flags() else {
            return Err("it is not ELF".into());
        };
        let name = section.name().unwrap_or_default();
        let is_data = matches!(Place::of(&section), Some(Place::Relro | Place::Zeros));
        ensure(sh_flags.contains(elf::SHF_WRITE) == is_data, || {
            format!("section {name} can be written, or can't and should")
        })?;
        if name == ".note.GNU-stack" {
            has_stack_note = true;
            ensure(!sh_flags.contains(elf::SHF_EXECINSTR), || {
                "it asks for an executable stack".into()
            })?;
        }
        if sh_flags.contains(elf::SHF_ALLOC) {
            ensure(sh_flags.contains(elf::SHF_EXECINSTR) != is_data, || {
                format!("section {name} can't be executed, or can and should not")
            })?;
        }
    }
    ensure(has_stack_note, || {
        "without a note on the stack a linker makes it executable".into()
    })
}

/// The linker may not take the image apart, and knows which system it is for.
fn macho_flags(file: &object::File, bytes: &[u8]) -> Outcome {
    let FileFlags::MachO { flags } = file.flags() else {
        return Err("it is not Mach-O".into());
    };
    ensure(!flags.contains(macho::MH_SUBSECTIONS_VIA_SYMBOLS), || {
        "a linker may move its functions apart from their constants".into()
    })?;
    for section in file.sections() {
        let SectionFlags::MachO { flags, .. } = section.flags() else {
            continue;
        };
        let is_code = Place::of(&section) == Some(Place::Text);
        ensure(flags.contains(macho::S_ATTR_PURE_INSTRUCTIONS) == is_code, || {
            format!(
                "section {:?} does not count as code, or does and is none",
                section.name()
            )
        })?;
    }
    let header = macho::MachHeader64::<Endianness>::parse(bytes, 0).map_err(|error| error.to_string())?;
    let endian = header.endian().map_err(|error| error.to_string())?;
    let mut commands = header
        .load_commands(endian, bytes, 0)
        .map_err(|error| error.to_string())?;
    let mut is_for_macos = false;
    while let Some(command) = commands.next().map_err(|error| error.to_string())? {
        if let Ok(LoadCommandVariant::BuildVersion(version, _)) = command.variant() {
            is_for_macos =
                version.platform.get(endian) == macho::PLATFORM_MACOS && version.minos.get(endian).0 > 0;
        }
    }
    ensure(is_for_macos, || "it does not say that it is for macOS".into())
}

/// An archive's objects by their names, and for each processor of a universal file by itself.
pub fn members(bytes: &[u8]) -> Result<Vec<(Architecture, String, Vec<u8>)>, String> {
    let mut all = Vec::new();
    let mut slices = vec![(None, bytes)];
    if FileKind::parse(bytes) == Ok(FileKind::MachOFat32) {
        let fat: MachOFatFile32 =
            MachOFatFile::<FatArch32>::parse(bytes).map_err(|error| error.to_string())?;
        slices.clear();
        for arch in fat.arches() {
            use object::read::macho::FatArch;
            let data = arch.data(bytes).map_err(|error| error.to_string())?;
            let (offset, _) = arch.file_range();
            ensure(
                arch.align() >= 3 && offset.is_multiple_of(1 << arch.align()),
                || format!("a slice lies at {offset:#x}, aligned to 2^{}", arch.align()),
            )?;
            slices.push((Some(arch.architecture()), data));
        }
    }
    for (architecture, slice) in slices {
        let archive = ArchiveFile::parse(slice).map_err(|error| error.to_string())?;
        let mut index = Vec::new();
        for symbol in archive
            .symbols()
            .map_err(|error| error.to_string())?
            .into_iter()
            .flatten()
        {
            let symbol = symbol.map_err(|error| error.to_string())?;
            index.push(String::from_utf8_lossy(symbol.name()).into_owned());
        }
        let mut exported = Vec::new();
        for member in archive.members() {
            let member = member.map_err(|error| error.to_string())?;
            let data = member.data(slice).map_err(|error| error.to_string())?;
            let file = object::File::parse(data).map_err(|error| error.to_string())?;
            ensure(
                architecture.is_none_or(|slice| slice == file.architecture()),
                || {
                    format!(
                        "an object for {:?} lies in the slice of another",
                        file.architecture()
                    )
                },
            )?;
            let globals = file
                .symbols()
                .filter(|symbol| symbol.is_global() && !symbol.is_undefined());
            exported.extend(globals.map(|symbol| symbol.name().unwrap_or_default().to_owned()));
            let name = String::from_utf8_lossy(member.name()).into_owned();
            all.push((file.architecture(), name, data.to_vec()));
        }
        index.sort();
        exported.sort();
        ensure(index == exported, || {
            format!("the archive's index has {index:?}, its members {exported:?}")
        })?;
    }
    Ok(all)
}
