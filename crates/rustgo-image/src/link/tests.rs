//! What the linker makes of objects, and the arguments that it gets.

use std::collections::BTreeMap;

use object::write::SymbolSection;
use object::{Object, ObjectSection, SectionKind, SymbolKind, elf};
use tempfile::TempDir;

use super::sample::{GLOBAL, LOCAL, Sample};
use super::*;

const X86_64: Processor = Processor::X86_64;

/// Objects in files.
struct Files {
    _folder: TempDir,
    paths: Vec<PathBuf>,
}

fn files(samples: &[&Sample]) -> Files {
    let folder = tempfile::tempdir().unwrap();
    let paths = (0..).zip(samples).map(|(number, sample)| {
        let path = folder.path().join(format!("object{number}.o"));
        std::fs::write(&path, sample.bytes()).unwrap();
        path
    });
    let paths = paths.collect();
    Files {
        _folder: folder,
        paths,
    }
}

/// The linker of the toolchain that runs the tests.
fn lld() -> PathBuf {
    let rustc = |arguments: &[&str]| {
        let output = Command::new("rustc").args(arguments).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let sysroot = rustc(&["--print", "sysroot"]);
    let verbose = rustc(&["-vV"]);
    let host = verbose
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .unwrap();
    let bin = Path::new(sysroot.trim())
        .join("lib/rustlib")
        .join(host)
        .join("bin");
    bin.join(format!("rust-lld{}", std::env::consts::EXE_SUFFIX))
}

fn linked_for(
    processor: Processor,
    samples: &[&Sample],
    roots: &[&str],
    imports: &[&str],
) -> Result<Vec<u8>> {
    let files = files(samples);
    let [roots, imports] =
        [roots, imports].map(|names| names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>());
    let input = Input {
        processor,
        files: &files.paths,
        roots: &roots,
        imports: &imports,
    };
    let folder = tempfile::tempdir().unwrap();
    link(&lld(), &input, folder.path())
}

fn linked(samples: &[&Sample], roots: &[&str], imports: &[&str]) -> Vec<u8> {
    linked_for(X86_64, samples, roots, imports).unwrap()
}

/// The addresses of named symbols.
fn addresses(file: &[u8]) -> BTreeMap<String, u64> {
    let object = object::File::parse(file).unwrap();
    let symbols = object.symbols().filter(|symbol| !symbol.is_undefined());
    symbols
        .map(|symbol| (symbol.name().unwrap().to_owned(), symbol.address()))
        .filter(|(name, _)| !name.is_empty())
        .collect()
}

/// `f` calls `g`, which reads a constant; nothing calls `h`.
fn guest() -> Sample {
    let mut sample = Sample::new(X86_64);
    let (_, _) = sample.function("h");
    let (f, _) = sample.function("f");
    let (g, called) = sample.function("g");
    let rodata = sample.section(".rodata.TABLE", &[7; 24]);
    let table = sample.symbol("TABLE", rodata, 0, LOCAL);
    sample.relocation(f, 4, called, elf::R_X86_64_PLT32);
    sample.relocation(g, 4, table, elf::R_X86_64_PC32);
    sample
}

#[test]
fn what_the_exports_reach_is_linked() {
    let file = linked(&[&guest()], &["f"], &[]);
    let addresses = addresses(&file);
    // Each piece of code starts at a multiple of its alignment, at least eight bytes after the one before.
    assert_eq!(addresses["f"], 0);
    assert_eq!(addresses["g"], 24);
    assert_eq!(addresses[CODE_END], 64);
    assert_eq!(addresses["TABLE"], 64);
    assert!(!addresses.contains_key("h"));
    let object = object::File::parse(&*file).unwrap();
    let image = object.section_by_name(".image").unwrap();
    assert_eq!((image.address(), image.size()), (0, 88));
    let kinds: Vec<_> = image
        .relocations()
        .map(|(at, relocation)| (at, relocation.flags()))
        .collect();
    let elf = |r_type| object::RelocationFlags::Elf { r_type };
    assert_eq!(
        kinds,
        [(4, elf(elf::R_X86_64_PLT32)), (28, elf(elf::R_X86_64_PC32))]
    );
}

#[test]
fn every_root_is_linked() {
    let addresses = addresses(&linked(&[&guest()], &["g", "h"], &[]));
    assert!(addresses.contains_key("g") && addresses.contains_key("h"));
    assert!(!addresses.contains_key("f"));
}

/// The code's end is a multiple of 64, and there is a gap after the last piece as well.
#[test]
fn constants_start_on_a_cache_line() {
    for (size, end) in [(16, 64), (55, 64), (56, 64), (57, 128), (120, 128)] {
        let mut sample = Sample::new(X86_64);
        let text = sample.section(".text.f", &vec![0x90; size]);
        sample.symbol("f", text, 0, GLOBAL);
        assert_eq!(
            addresses(&linked(&[&sample], &["f"], &[]))[CODE_END],
            end,
            "{size}"
        );
    }
}

#[test]
fn imports_that_are_reached_have_slots_in_front() {
    let mut sample = Sample::new(X86_64);
    let (f, _) = sample.function("f");
    for (number, name) in ["second", "first"].into_iter().enumerate() {
        let import = sample.undefined(name);
        sample.relocation(f, 4 + 4 * number as u64, import, elf::R_X86_64_PLT32);
    }
    let file = linked(&[&sample], &["f"], &["first", "nobody", "second"]);
    let addresses = addresses(&file);
    assert_eq!(
        (addresses["first"], addresses["second"], addresses["f"]),
        (0, SLOT, 2 * SLOT)
    );
    assert!(!addresses.contains_key("nobody"));
    // A slot is a place in the image, not a number.
    let object = object::File::parse(&*file).unwrap();
    let first = object
        .symbols()
        .find(|symbol| symbol.name() == Ok("first"))
        .unwrap();
    let image = object.section_by_name(".image").unwrap();
    assert_eq!(first.section_index(), Some(image.index()));
}

/// The image's own checks report who refers to it.
#[test]
fn what_nobody_defines_is_left_undefined() {
    let mut sample = Sample::new(X86_64);
    let (f, _) = sample.function("f");
    let missing = sample.undefined("missing");
    sample.relocation(f, 4, missing, elf::R_X86_64_PLT32);
    let file = linked(&[&sample], &["f"], &[]);
    let object = object::File::parse(&*file).unwrap();
    assert!(
        object
            .symbols()
            .any(|symbol| symbol.is_undefined() && symbol.name() == Ok("missing"))
    );
}

/// Everything that an image can't hold ends up in a section that says so.
#[test]
fn each_input_section_has_its_place() {
    let places = [
        (".text", ".image"),
        (".text.g", ".image"),
        (".rodata", ".image"),
        (".rodata.str1.1", ".image"),
        (".data.rel.ro", ".relro"),
        (".data.rel.ro.names", ".relro"),
        (".tdata", ".tdata"),
        (".tdata.x", ".tdata"),
        (".preinit_array", ".init_array"),
        (".init_array", ".init_array"),
        (".init_array.5", ".init_array"),
        (".ctors", ".init_array"),
        (".ctors.5", ".init_array"),
        (".fini_array", ".fini_array"),
        (".fini_array.5", ".fini_array"),
        (".dtors", ".fini_array"),
        (".dtors.5", ".fini_array"),
        (".data", ".data"),
        (".data.x", ".data"),
        (".mine", ".other"),
        (".rodat", ".other"),
    ];
    for (input, output) in places {
        let mut sample = Sample::new(X86_64);
        let (f, _) = sample.function("f");
        let section = sample.section(input, &[1; 24]);
        let symbol = sample.symbol("it", section, 0, LOCAL);
        sample.relocation(f, 4, symbol, elf::R_X86_64_PC32);
        let file = linked(&[&sample], &["f"], &[]);
        let object = object::File::parse(&*file).unwrap();
        let it = object.symbols().find(|symbol| symbol.name() == Ok("it")).unwrap();
        let section = object.section_by_index(it.section_index().unwrap()).unwrap();
        assert_eq!(section.name(), Ok(output), "{input}");
        assert_eq!(object.section_by_name(".image").unwrap().address(), 0, "{input}");
    }
    // What its object declares writable is no constant and no code, whatever its name.
    let flags = elf::SHF_ALLOC.0 | elf::SHF_WRITE.0;
    for input in [".rodata", ".rodata.x", ".text", ".text.x"] {
        let mut sample = Sample::new(X86_64);
        let (f, _) = sample.function("f");
        let section = sample.flagged(input, flags, &[1; 24]);
        let symbol = sample.symbol("it", section, 0, LOCAL);
        sample.relocation(f, 4, symbol, elf::R_X86_64_PC32);
        let file = linked(&[&sample], &["f"], &[]);
        let object = object::File::parse(&*file).unwrap();
        let it = object.symbols().find(|symbol| symbol.name() == Ok("it")).unwrap();
        let section = object.section_by_index(it.section_index().unwrap()).unwrap();
        assert_eq!(section.name(), Ok(".data"), "{input}");
    }
    for (input, kind, output) in [
        (".bss", SectionKind::UninitializedData, ".bss"),
        (".bss.x", SectionKind::UninitializedData, ".bss"),
        (".tbss", SectionKind::UninitializedTls, ".tbss"),
        (".tbss.x", SectionKind::UninitializedTls, ".tbss"),
    ] {
        let mut sample = Sample::new(X86_64);
        let (f, _) = sample.function("f");
        let section = sample.zeros(input, kind);
        let symbol = sample.symbol("it", section, 0, LOCAL);
        let reference = match kind {
            SectionKind::UninitializedTls => elf::R_X86_64_TPOFF32,
            _ => elf::R_X86_64_PC32,
        };
        sample.relocation(f, 4, symbol, reference);
        let file = linked(&[&sample], &["f"], &[]);
        let object = object::File::parse(&*file).unwrap();
        assert!(object.section_by_name(output).unwrap().size() > 0, "{input}");
    }
    let mut sample = Sample::new(X86_64);
    let (f, _) = sample.function("f");
    let common = sample.add("it", SymbolSection::Common, 0, GLOBAL, SymbolKind::Data);
    let symbol = sample.object.symbol_mut(common);
    // A common symbol has its alignment where others have their address.
    (symbol.size, symbol.value) = (8, 8);
    sample.relocation(f, 4, common, elf::R_X86_64_PC32);
    let file = linked(&[&sample], &["f"], &[]);
    assert_eq!(
        object::File::parse(&*file)
            .unwrap()
            .section_by_name(".bss")
            .unwrap()
            .size(),
        8
    );
}

/// Sections for the linker or a loader, and records for this tool, are in no image.
#[test]
fn what_is_not_for_the_image_is_dropped() {
    for name in [
        ".rustgo.exports",
        ".eh_frame",
        ".gcc_except_table",
        ".gcc_except_table.f",
        ".comment",
        ".note.GNU-stack",
        ".llvm_addrsig",
        ".llvmbc",
        ".llvmcmd",
    ] {
        let mut sample = guest();
        // Of `.eh_frame`, which the linker reads, an empty table: just the terminator.
        sample.flagged(name, elf::SHF_ALLOC.0 | 1 << 21, &[0; 4]);
        let file = linked(&[&sample], &["f"], &[]);
        let object = object::File::parse(&*file).unwrap();
        let allocated = |section: &object::Section<'_, '_>| {
            let object::SectionFlags::Elf { sh_flags, .. } = section.flags() else {
                return false;
            };
            sh_flags.contains(elf::SHF_ALLOC) && section.size() > 0
        };
        let names: Vec<_> = object
            .sections()
            .filter(allocated)
            .map(|section| section.name().unwrap().to_owned())
            .collect();
        assert_eq!(names, [".image"], "{name}");
    }
}

/// Instructions that use the linker's table stay as they are: the image rewrites them itself.
#[test]
fn nothing_is_relaxed() {
    let mut sample = Sample::new(X86_64);
    let load = [0x48, 0x8b, 0x05, 0, 0, 0, 0, 0xc3];
    let f = sample.section(".text.f", &load);
    sample.symbol("f", f, 0, GLOBAL);
    let (_, g) = sample.function("g");
    sample.relocation(f, 3, g, elf::R_X86_64_REX_GOTPCRELX);
    let file = linked(&[&sample], &["f"], &[]);
    let object = object::File::parse(&*file).unwrap();
    let image = object.section_by_name(".image").unwrap();
    assert_eq!(image.data().unwrap()[..3], load[..3]);
}

/// Debug info of dropped code does not point to anywhere near the image.
#[test]
fn debug_info_of_dropped_code_leads_nowhere() {
    let mut sample = guest();
    let debug = sample.section(".debug_info", &[0; 16]);
    let [f, h] = ["f", "h"].map(|name| sample.object.symbol_id(name.as_bytes()).unwrap());
    sample.relocation(debug, 0, f, elf::R_X86_64_64);
    sample.relocation(debug, 8, h, elf::R_X86_64_64);
    let file = linked(&[&sample], &["f"], &[]);
    let object = object::File::parse(&*file).unwrap();
    let debug = object.section_by_name(".debug_info").unwrap();
    assert_eq!(debug.data().unwrap(), [[0; 8], [0xff; 8]].concat());
}

#[test]
fn objects_for_arm64_are_linked() {
    let mut sample = Sample::new(Processor::Aarch64);
    let (f, _) = sample.function("f");
    let (_, g) = sample.function("g");
    sample.relocation(f, 4, g, elf::R_AARCH64_CALL26);
    let file = linked_for(Processor::Aarch64, &[&sample], &["f"], &[]).unwrap();
    assert_eq!(addresses(&file)["g"], 24);
    let error = linked_for(X86_64, &[&sample], &["f"], &[])
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("the linker refused the guest's objects:\nrust-lld: error: "),
        "{error}"
    );
}

/// Code keeps the order that it has in the objects, also across several of them.
#[test]
fn code_keeps_its_order() {
    let mut other = Sample::new(X86_64);
    for name in ["c", "b"] {
        other.function(name);
    }
    let mut sample = Sample::new(X86_64);
    let (a, _) = sample.function("a");
    for (at, name) in [(4, "b"), (8, "c")] {
        let called = sample.undefined(name);
        sample.relocation(a, at, called, elf::R_X86_64_PLT32);
    }
    let addresses = addresses(&linked(&[&sample, &other], &["a"], &[]));
    assert_eq!((addresses["a"], addresses["c"], addresses["b"]), (0, 24, 48));
}

#[test]
fn without_a_linker_it_is_named() {
    let files = files(&[&guest()]);
    let input = Input {
        processor: X86_64,
        files: &files.paths,
        roots: &["f".to_owned()],
        imports: &[],
    };
    let folder = tempfile::tempdir().unwrap();
    let error = link(Path::new("/nowhere/lld"), &input, folder.path())
        .unwrap_err()
        .to_string();
    assert_eq!(error, "the linker /nowhere/lld can't be run");
}
