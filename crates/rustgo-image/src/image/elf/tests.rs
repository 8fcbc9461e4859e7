//! What the reader requires of a linked file, and what it reads.

use super::*;
use crate::image::sample::{
    CODE, FUNCTION, GLOBAL, IMAGE, LABEL, LOCAL_FUNCTION, LOCAL_OBJECT, OBJECT, READ, Sample, TLS, WRITE,
};

const X86_64: Processor = Processor::X86_64;

/// 16 bytes of code and 16 of constants.
fn sample() -> Sample {
    Sample::new(X86_64, &[0xc3; 16], &[7; 16])
}

#[test]
fn code_and_constants_are_the_image() {
    let linked = sample().linked();
    assert_eq!(linked.processor, X86_64);
    assert_eq!(linked.bytes, [[0xc3; 16], [7; 16]].concat());
    assert_eq!((linked.code_size, linked.relro_start), (16, 32));
    assert_eq!((linked.alignment, linked.relro_alignment), (16, 1));
    assert_eq!(
        Sample::new(Processor::Aarch64, &[0; 16], &[]).linked().processor,
        Processor::Aarch64
    );
}

#[test]
fn constants_that_hold_addresses_keep_their_distance() {
    let mut sample = sample();
    let relro = sample.section(".relro", WRITE, 0x48, &[9; 24]);
    sample.align(relro, 8);
    let linked = sample.linked();
    assert_eq!(linked.relro_start, 0x48);
    assert_eq!(linked.relro_alignment, 8);
    assert_eq!(linked.bytes.len(), 0x60);
    assert_eq!(linked.bytes[16..32], [7; 16]);
    assert_eq!(linked.bytes[32..0x48], [0; 0x28]);
    assert_eq!(linked.bytes[0x48..], [9; 24]);
}

#[test]
fn constants_that_hold_addresses_lie_behind_the_image() {
    for (address, fits) in [(31, false), (32, true), (33, true)] {
        let mut sample = sample();
        sample.section(".relro", WRITE, address, &[9; 8]);
        match fits {
            true => assert_eq!(sample.linked().relro_start, address),
            false => assert!(sample.error().contains("are not placed after the image")),
        }
    }
    for (address, fits) in [(SIZE as u64, true), (SIZE as u64 + 1, false), (1 << 50, false)] {
        let mut sample = sample();
        sample.section(".relro", WRITE, address, &[9; 8]);
        match fits {
            true => assert_eq!(sample.linked().relro_start, address),
            false => assert!(sample.error().contains("larger than 64 MiB")),
        }
    }
    // If there are none, their place does not matter.
    let mut sample = sample();
    sample.section(".relro", WRITE, 8, &[]);
    let linked = sample.linked();
    assert_eq!((linked.relro_start, linked.relro_alignment), (32, 1));
}

#[test]
fn the_image_is_aligned_to_sixteen_at_least() {
    for (align, expected) in [(1, 16), (8, 16), (16, 16), (32, 32), (64, 64), (4096, 4096)] {
        let mut sample = sample();
        sample.align(IMAGE, align);
        assert_eq!(sample.linked().alignment, expected);
    }
}

#[test]
fn what_the_linker_did_not_make_is_refused() {
    assert!(format!("{:#}", Linked::read(b"").unwrap_err()).contains("not an ELF file"));
    let bytes = sample().bytes();
    for length in 0..bytes.len() {
        // Every part is checked: a truncated file is read, or is an error.
        let _ = Linked::read(&bytes[..length]);
    }
    assert!(Linked::read(&bytes[..bytes.len() - 1]).is_err());

    let mut other = sample();
    other.machine(elf::EM_RISCV.0);
    assert!(
        other
            .error()
            .contains("machine code for Riscv64 is not supported")
    );

    let empty = Sample::empty(X86_64);
    assert!(empty.error().contains("has no image"));
    let mut nothing = Sample::empty(X86_64);
    nothing.section(".image", CODE, 0, &[]);
    nothing.symbol(CODE_END, GLOBAL, IMAGE, 0, 0);
    assert!(nothing.error().contains("the guest exports nothing"));
}

/// Places and symbols are addresses in the file, and offsets in the image.
#[test]
fn the_image_starts_at_zero() {
    for address in [4, 64, 1 << 63] {
        let mut sample = Sample::empty(X86_64);
        sample.section(".image", CODE, address, &[0xc3; 16]);
        sample.symbol(CODE_END, GLOBAL, IMAGE, address, 0);
        let told = format!("the linker put the image at {address:#x} instead of 0");
        assert!(sample.error().contains(&told), "{}", sample.error());
    }
}

#[test]
fn a_section_that_is_cut_short_is_refused() {
    let mut sample = sample();
    sample.section(".relro", WRITE, 64, &[9; 8]);
    let bytes = sample.bytes();
    let headers = u64::from_le_bytes(bytes[40..48].try_into().unwrap()) as usize;
    for (section, message) in [
        (1, "the image is cut short"),
        (2, "the image's constants are cut short"),
    ] {
        let mut bytes = bytes.clone();
        let size = headers + 64 * section + 32;
        let longer = (bytes.len() as u64).to_le_bytes();
        bytes[size..size + 8].copy_from_slice(&longer);
        if section == 1 {
            // Otherwise it would reach into what follows.
            let address = headers + 64 * 2 + 16;
            bytes[address + 6] = 1;
        }
        let error = format!("{:#}", Linked::read(&bytes).unwrap_err());
        assert!(error.contains(message), "{error}");
    }
}

#[test]
fn the_end_of_the_code_is_the_linkers() {
    let end = |info, section, address| {
        let mut sample = Sample::empty(X86_64);
        sample.section(".image", CODE, 0, &[0xc3; 32]);
        sample.section(".relro", WRITE, 64, &[9; 8]);
        sample.symbol(CODE_END, info, section, address, 0);
        sample
    };
    for address in [0, 1, 31, 32] {
        assert_eq!(end(GLOBAL, IMAGE, address).linked().code_size, address);
    }
    // Between the image and the constants that hold addresses there is no code.
    for address in [33, 64, u64::MAX] {
        let error = end(GLOBAL, IMAGE, address).error();
        assert!(error.contains("code is longer than its image"), "{error}");
    }
    for (info, section) in [(LABEL, IMAGE), (GLOBAL, 0), (GLOBAL, 0xfff1)] {
        let error = end(info, section, 16).error();
        assert!(error.contains("has no symbol at the end of its code"), "{error}");
    }
    // A guest's own label of that name, earlier in the table, does not count.
    let mut sample = Sample::empty(X86_64);
    sample.section(".image", CODE, 0, &[0xc3; 32]);
    sample.symbol(CODE_END, LABEL, IMAGE, 8, 0);
    sample.symbol(CODE_END, GLOBAL, IMAGE, 16, 0);
    assert_eq!(sample.linked().code_size, 16);
}

#[test]
fn sections_are_known_by_name_and_flags() {
    let kinds = [
        (".image", CODE, SectionKind::Image),
        (".relro", WRITE, SectionKind::Image),
        (".got", WRITE, SectionKind::Got),
        (".init_array", WRITE, SectionKind::Initializer),
        (".fini_array", WRITE, SectionKind::Initializer),
        (".tdata", TLS, SectionKind::ThreadLocal),
        (".tbss", TLS, SectionKind::ThreadLocal),
        (".data", WRITE, SectionKind::Writable),
        (".bss", WRITE, SectionKind::Writable),
        (".other", READ, SectionKind::Other),
        (".other", CODE, SectionKind::Other),
        // Not a part of a running program, whatever its name and type say.
        (".debug_line", 0, SectionKind::Other),
        (".written", elf::SHF_WRITE.0, SectionKind::Other),
        // Only the flag tells where thread-locals are.
        (".mine", TLS, SectionKind::ThreadLocal),
    ];
    for (name, flags, kind) in kinds {
        assert_eq!(kind_of(name, SectionFlags(flags)), kind, "{name} {flags:x}");
    }
    let mut sample = sample();
    sample.section(".data", WRITE, 0x100, &[0; 3]);
    sample.section(".bss", WRITE, 0x200, &[]);
    sample.section(".debug_line", 0, 0, &[0; 8]);
    let linked = sample.linked();
    let told: Vec<_> = linked
        .sections
        .iter()
        .map(|s| (s.kind, s.address, s.size))
        .collect();
    assert_eq!(
        told,
        [(SectionKind::Image, 0, 32), (SectionKind::Writable, 0x100, 3)]
    );
}

#[test]
fn symbols_are_read_as_they_are() {
    let mut sample = sample();
    let data = sample.section(".data", WRITE, 0x100, &[0; 8]);
    sample.symbol("f", FUNCTION, IMAGE, 1, 2);
    sample.symbol("local", LOCAL_FUNCTION, IMAGE, 3, 4);
    sample.symbol(
        "chosen",
        elf::STB_GLOBAL.0 << 4 | elf::STT_GNU_IFUNC.0,
        IMAGE,
        5,
        0,
    );
    sample.symbol("untyped", GLOBAL, IMAGE, 6, 0);
    sample.symbol("label", LABEL, IMAGE, 7, 0);
    sample.symbol("object", OBJECT, data, 0x100, 8);
    sample.symbol("weak", elf::STB_WEAK.0 << 4 | elf::STT_FUNC.0, IMAGE, 8, 0);
    sample.symbol("missing", GLOBAL, 0, 0, 0);
    sample.symbol("number", GLOBAL, 0xfff1, 99, 0);
    sample.symbol("", elf::STT_SECTION.0, data, 0x100, 0);
    let linked = sample.linked();
    let told: Vec<_> = linked
        .symbols
        .iter()
        .map(|s| {
            let flags = [s.is_function, s.is_global, s.is_undefined].map(u8::from);
            (s.name.as_str(), s.address, s.size, s.section, flags)
        })
        .collect();
    let image = Some(SectionKind::Image);
    let data = Some(SectionKind::Writable);
    assert_eq!(
        told,
        [
            (CODE_END, 16, 0, image, [1, 1, 0]),
            ("f", 1, 2, image, [1, 1, 0]),
            ("local", 3, 4, image, [1, 0, 0]),
            ("chosen", 5, 0, image, [1, 1, 0]),
            ("untyped", 6, 0, image, [1, 1, 0]),
            ("label", 7, 0, image, [0, 0, 0]),
            ("object", 0x100, 8, data, [0, 1, 0]),
            ("weak", 8, 0, image, [1, 1, 0]),
            ("missing", 0, 0, None, [1, 1, 1]),
            ("number", 99, 0, None, [1, 1, 0]),
            ("", 0x100, 0, data, [0, 0, 0]),
        ]
    );
}

#[test]
fn mapping_symbols_have_no_name() {
    for name in ["$x", "$d", "$x.1", "$d.23", "$x."] {
        assert_eq!(name_of(name), "", "{name}");
    }
    for name in ["$", "$a", "$xy", "$dx.1", "x", "$$x", "a$x", ""] {
        assert_eq!(name_of(name), name);
    }
}

#[test]
fn relocations_are_sorted_and_those_taken_out_are_kept_apart() {
    let mut sample = sample();
    let relro = sample.section(".relro", WRITE, 0x40, &[0; 16]);
    let f = sample.symbol("f", FUNCTION, IMAGE, 4, 4);
    let g = sample.symbol("g", FUNCTION, IMAGE, 8, 4);
    sample.relocation(relro, 0x48, elf::R_X86_64_64, g, 3);
    sample.relocation(IMAGE, 12, elf::R_X86_64_PC32, f, -4);
    sample.relocation(IMAGE, 2, elf::R_X86_64_PLT32, g, -5);
    sample.relocation(IMAGE, 7, elf::R_X86_64_NONE, 0, 0);
    sample.relocation(IMAGE, 6, elf::R_X86_64_NONE, f, 0);
    let linked = sample.linked();
    let told: Vec<_> = linked
        .relocations
        .iter()
        .map(|r| (r.at, r.kind, linked.symbols[r.symbol].name.as_str(), r.addend))
        .collect();
    assert_eq!(
        told,
        [
            (2, elf::R_X86_64_PLT32, "g", -5),
            (6, elf::R_X86_64_NONE, "f", 0),
            (12, elf::R_X86_64_PC32, "f", -4),
            (0x48, elf::R_X86_64_64, "g", 3),
        ]
    );
    assert_eq!(linked.unused, [7, 6]);
}

#[test]
fn a_relocation_lies_in_the_image() {
    for (at, fits) in [(0, true), (31, true), (32, false), (u64::MAX, false)] {
        let mut sample = sample();
        let f = sample.symbol("f", FUNCTION, IMAGE, 0, 4);
        sample.relocation(IMAGE, at, elf::R_X86_64_PC32, f, -4);
        match fits {
            true => assert_eq!(sample.linked().relocations.len(), 1),
            false => assert!(sample.error().contains("a relocation is outside of the image")),
        }
    }
    let mut sample = sample();
    sample.relocation(IMAGE, 4, elf::R_X86_64_PC32, 77, -4);
    assert!(sample.error().contains("a relocation refers to no symbol"));
}

#[test]
fn starts_are_those_of_functions_in_the_code() {
    let mut sample = sample();
    let data = sample.section(".data", WRITE, 0, &[0; 8]);
    sample.symbol("first", FUNCTION, IMAGE, 0, 4);
    sample.symbol("last", FUNCTION, IMAGE, 15, 1);
    sample.symbol("constant", OBJECT, IMAGE, 16, 1);
    sample.symbol("elsewhere", OBJECT, data, 4, 1);
    sample.symbol("nobody", FUNCTION, IMAGE, 8, 1);
    let names = ["constant", "elsewhere", "last", "first", "missing"].map(str::to_owned);
    assert_eq!(sample.linked().starts(&names), [0, 15]);
}

#[test]
fn constants_that_hold_addresses_are_known_by_their_place() {
    let mut sample = sample();
    let relro = sample.section(".relro", WRITE, 0x40, &[0; 16]);
    let data = sample.section(".data", WRITE, 0x44, &[0; 16]);
    for (section, address) in [
        (IMAGE, 0x20),
        (relro, 0x3f),
        (relro, 0x40),
        (relro, 0x4f),
        (relro, 0x50),
        (data, 0x44),
        (0xfff1, 0x44),
    ] {
        sample.symbol("s", OBJECT, section, address, 1);
    }
    let linked = sample.linked();
    let told: Vec<_> = linked.symbols[1..]
        .iter()
        .map(|symbol| linked.is_relro(symbol))
        .collect();
    assert_eq!(told, [false, false, true, true, false, false, false]);
}

#[test]
fn a_place_has_the_name_of_what_is_around_it() {
    let mut sample = Sample::new(X86_64, &[0xc3; 64], &[]);
    let data = sample.section(".data", WRITE, 20, &[0; 8]);
    sample.symbol("outer", FUNCTION, IMAGE, 8, 32);
    sample.symbol("inner", LABEL, IMAGE, 16, 4);
    sample.symbol("point", LABEL, IMAGE, 24, 0);
    sample.symbol("", LABEL, IMAGE, 26, 8);
    sample.symbol("written", LOCAL_OBJECT, data, 20, 8);
    let linked = sample.linked();
    for (section, address, name) in [
        (SectionKind::Image, 7, None),
        (SectionKind::Image, 8, Some("outer")),
        (SectionKind::Image, 15, Some("outer")),
        (SectionKind::Image, 16, Some("inner")),
        (SectionKind::Image, 19, Some("inner")),
        (SectionKind::Image, 20, Some("outer")),
        (SectionKind::Image, 24, Some("point")),
        (SectionKind::Image, 25, Some("outer")),
        (SectionKind::Image, 27, Some("outer")),
        (SectionKind::Image, 39, Some("outer")),
        (SectionKind::Image, 40, None),
        // The end of the code is not a name.
        (SectionKind::Image, 64, None),
        (SectionKind::Writable, 19, None),
        (SectionKind::Writable, 20, Some("written")),
        (SectionKind::Writable, 27, Some("written")),
        (SectionKind::Writable, 28, None),
        (SectionKind::Got, 20, None),
    ] {
        assert_eq!(linked.name_at(section, address), name, "{section:?} {address}");
    }
}

/// The number of symbols that are searched is limited, so that a file with very many of them does not take too long.
#[test]
fn the_search_for_a_name_ends() {
    for (between, found) in [(NEAR - 1, true), (NEAR, false)] {
        let mut sample = Sample::new(X86_64, &vec![0xc3; 4096], &[]);
        sample.symbol("outer", FUNCTION, IMAGE, 0, 4096);
        for number in 0..between {
            sample.symbol("label", LABEL, IMAGE, 1 + number as u64, 1);
        }
        let name = sample
            .linked()
            .name_at(SectionKind::Image, 2000)
            .map(str::to_owned);
        assert_eq!(name.is_some(), found);
    }
}

#[test]
fn a_file_has_a_largest_size_and_number_of_symbols() {
    let mut bytes = sample().bytes();
    bytes.resize(64 << 20, 0);
    assert!(Linked::read(&bytes).is_ok());
    bytes.push(0);
    let error = Linked::read(&bytes).unwrap_err().to_string();
    assert!(error.contains("larger than 64 MiB"), "{error}");

    // The first symbol of a table is the null symbol, and counts.
    let mut sample = sample();
    for _ in 0..SYMBOLS - 2 {
        sample.symbol("", LABEL, IMAGE, 0, 0);
    }
    assert_eq!(sample.linked().symbols.len(), SYMBOLS - 1);
    sample.symbol("", LABEL, IMAGE, 0, 0);
    assert!(
        sample.error().contains("more than 1000000 symbols"),
        "{}",
        sample.error()
    );
}
