//! What sealed objects and their archives promise to linkers, checked on the bytes of any of them.

use object::macho::{self, FatArch32};
use object::read::archive::ArchiveFile;
use object::read::macho::{LoadCommandVariant, MachHeader, MachOFatFile, MachOFatFile32};
use object::{
    Architecture, BinaryFormat, Endianness, FileFlags, FileKind, Object, ObjectSection, ObjectSymbol,
    RelocationEncoding, RelocationFlags, RelocationKind, SectionFlags, SectionKind, elf,
};

/// What is in an object.
#[derive(Clone, Debug)]
pub struct Expected<'a> {
    pub architecture: Architecture,
    /// What other objects can call, by the names that C knows.
    pub exports: Vec<&'a str>,
    /// The host imports, in the order of their slots.
    pub imports: Vec<&'a str>,
    /// Of the image, in bytes.
    pub alignment: u64,
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

/// The image is the only section that takes part in a program.
fn sections(file: &object::File, expected: &Expected) -> Outcome {
    let in_program: Vec<_> = file
        .sections()
        .filter(|section| match section.flags() {
            SectionFlags::Elf { sh_flags, .. } => sh_flags.contains(elf::SHF_ALLOC),
            _ => true,
        })
        .filter(|section| section.size() > 0)
        .collect();
    let [text] = &in_program[..] else {
        let names: Vec<_> = in_program.iter().map(|section| section.name()).collect();
        return Err(format!(
            "a program gets the sections {names:?}, not the image alone"
        ));
    };
    let place = (
        text.segment_name().unwrap_or_default(),
        text.name().unwrap_or_default(),
    );
    let is_text = matches!(place, (None, ".text") | (Some("__TEXT"), "__text"));
    ensure(is_text && text.kind() == SectionKind::Text, || {
        format!("the image lies in section {place:?}")
    })?;
    ensure(text.align() >= expected.alignment, || {
        format!("the image is aligned to {} bytes", text.align())
    })
}

/// The exports are what can be seen, the host imports are what is missing.
fn symbols(file: &object::File, expected: &Expected) -> Outcome {
    let prefix = match file.format() {
        BinaryFormat::MachO => "_",
        _ => "",
    };
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

/// One branch for each host import, and nothing else that a linker would have to change.
fn relocations(file: &object::File, expected: &Expected) -> Outcome {
    let mut places = Vec::new();
    for section in file.sections() {
        for (at, relocation) in section.relocations() {
            let is_branch = match relocation.flags() {
                // x86-64: BRANCH; arm64: BRANCH26.
                RelocationFlags::MachO { r_type, r_pcrel, .. } => r_type.0 == 2 && r_pcrel,
                RelocationFlags::Elf { .. } => {
                    relocation.kind() == RelocationKind::PltRelative
                        || relocation.encoding() == RelocationEncoding::AArch64Call
                }
                _ => false,
            };
            ensure(is_branch, || {
                format!("a relocation at {at:#x} is no branch: {:?}", relocation.flags())
            })?;
            places.push(at / SLOT);
        }
    }
    places.sort_unstable();
    let wanted: Vec<u64> = (0..expected.imports.len() as u64).collect();
    ensure(places == wanted, || {
        format!("it has {} relocations, in slots {places:?}", places.len())
    })
}

/// Nothing can be written, and no program gets an executable stack.
fn elf_flags(file: &object::File) -> Outcome {
    let mut has_stack_note = false;
    for section in file.sections() {
        let SectionFlags::Elf { sh_flags, .. } = section.flags() else {
            return Err("it is not ELF".into());
        };
        let name = section.name().unwrap_or_default();
        ensure(!sh_flags.contains(elf::SHF_WRITE), || {
            format!("section {name} can be written")
        })?;
        if name == ".note.GNU-stack" {
            has_stack_note = true;
            ensure(!sh_flags.contains(elf::SHF_EXECINSTR), || {
                "it asks for an executable stack".into()
            })?;
        }
        if sh_flags.contains(elf::SHF_ALLOC) {
            ensure(sh_flags.contains(elf::SHF_EXECINSTR), || {
                format!("section {name} can't be executed")
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
        ensure(flags.contains(macho::S_ATTR_PURE_INSTRUCTIONS), || {
            format!("section {:?} does not count as code", section.name())
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
