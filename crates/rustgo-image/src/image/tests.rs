//! Images made from linked files: functions, constants, entries, imports, and constants that hold addresses.

use object::elf;

use super::sample::{FUNCTION, GLOBAL, IMAGE, LABEL, LOCAL_FUNCTION, LOCAL_OBJECT, OBJECT, Sample, WRITE};
use super::*;

/// 64 bytes of code and 32 of constants.
fn sample() -> Sample {
    Sample::new(Processor::X86_64, &[0xc3; 64], &[7; 32])
}

fn named(image: &Image) -> Vec<(&str, u64, u64)> {
    let functions = image.functions.iter();
    functions.map(|f| (f.name.as_str(), f.start, f.size)).collect()
}

#[test]
fn functions_reach_as_far_as_they_say() {
    let mut sample = sample();
    sample.symbol("late", FUNCTION, IMAGE, 32, 8);
    sample.symbol("early", LOCAL_FUNCTION, IMAGE, 0, 10);
    // Without a size it reaches to the next one, or to the end of the code.
    sample.symbol("open", GLOBAL, IMAGE, 16, 0);
    sample.symbol("last", FUNCTION, IMAGE, 48, 0);
    // Symbols that are not functions, or not in the code.
    sample.symbol("label", LABEL, IMAGE, 4, 0);
    sample.symbol("object", OBJECT, IMAGE, 8, 2);
    sample.symbol("constant", FUNCTION, IMAGE, 64, 4);
    let data = sample.section(".data", WRITE, 0, &[0; 64]);
    sample.symbol("elsewhere", FUNCTION, data, 20, 4);
    let image = sample.image(&["early"], &[]).unwrap();
    assert_eq!(
        named(&image),
        [
            ("early", 0, 10),
            ("open", 16, 16),
            ("late", 32, 8),
            ("last", 48, 16)
        ]
    );
}

#[test]
fn functions_do_not_overlap() {
    let mut sample = sample();
    sample.symbol("long", FUNCTION, IMAGE, 0, 64);
    sample.symbol("short", FUNCTION, IMAGE, 16, 16);
    sample.symbol("beyond", FUNCTION, IMAGE, 60, 5);
    let image = sample.image(&["long"], &[]).unwrap();
    assert_eq!(
        named(&image),
        [("long", 0, 16), ("short", 16, 16), ("beyond", 60, 4)]
    );
}

#[test]
fn of_several_names_the_exported_one_counts() {
    // The names and their order in the table; the first one is used.
    for symbols in [
        [("b", FUNCTION, 0), ("a", LOCAL_FUNCTION, 4)],
        [("b", FUNCTION, 4), ("a", FUNCTION, 0)],
        [("b", LOCAL_FUNCTION, 4), ("a", LOCAL_FUNCTION, 0)],
        [("a", FUNCTION, 4), ("b", FUNCTION, 4)],
        [("a", FUNCTION, 4), ("b", FUNCTION, 8)],
    ] {
        for order in [[0, 1], [1, 0]] {
            let mut sample = sample();
            for index in order {
                let (name, info, size) = symbols[index];
                sample.symbol(name, info, IMAGE, 16, size);
            }
            let image = sample.image(&[], &[]).unwrap();
            let (name, _, size) = symbols[0];
            let size = if size == 0 { 48 } else { size };
            assert_eq!(named(&image), [(name, 16, size)], "{symbols:?} {order:?}");
        }
    }
}

#[test]
fn a_place_lies_in_one_function() {
    let mut sample = sample();
    sample.symbol("f", FUNCTION, IMAGE, 8, 8);
    sample.symbol("g", FUNCTION, IMAGE, 24, 8);
    let image = sample.image(&["f"], &[]).unwrap();
    let at = |offset| image.function_at(offset).map(|function| function.name.as_str());
    for (offset, name) in [
        (7, None),
        (8, Some("f")),
        (15, Some("f")),
        (16, None),
        (23, None),
        (24, Some("g")),
        (31, Some("g")),
        (32, None),
    ] {
        assert_eq!(at(offset), name, "{offset}");
    }
    assert_eq!((image.functions[0].end(), image.functions[1].end()), (16, 32));
}

#[test]
fn names_lose_the_compilers_hash() {
    let mut sample = sample();
    sample.symbol("_ZN5guest4help17h0123456789abcdefE", FUNCTION, IMAGE, 0, 8);
    let image = sample.image(&[], &[]).unwrap();
    assert_eq!(image.functions[0].demangled(), "guest::help");
    assert_eq!(demangle("memcpy"), "memcpy");
}

#[test]
fn host_imports_have_slots_in_front_of_the_code() {
    let mut sample = sample();
    sample.symbol("rustgo_write", GLOBAL, IMAGE, 16, 0);
    sample.symbol("rustgo_panic", GLOBAL, IMAGE, 0, 0);
    sample.symbol("f", FUNCTION, IMAGE, 32, 8);
    sample.symbol("rustgo_read", GLOBAL, 0, 0, 0);
    let image = sample
        .image(&["f"], &["rustgo_read", "rustgo_write", "rustgo_panic"])
        .unwrap();
    let told: Vec<_> = image
        .imports
        .iter()
        .map(|import| (import.name.as_str(), import.at))
        .collect();
    // An import that nothing calls has no slot.
    assert_eq!(told, [("rustgo_panic", 0), ("rustgo_write", 16)]);
    assert_eq!(image.imports_size(), 32);
    assert!(image.panics());
    // A slot is not a function, and the first function after the slots is one.
    assert_eq!(named(&image), [("f", 32, 8)]);
    for (at, name) in [
        (0, Some("rustgo_panic")),
        (1, None),
        (15, None),
        (16, Some("rustgo_write")),
        (32, None),
    ] {
        assert_eq!(image.import_at(at).map(|import| import.name.as_str()), name);
    }

    let image = sample.image(&["f"], &["rustgo_write"]).unwrap();
    assert!(!image.panics());
    assert_eq!(image.imports_size(), 16);
    assert_eq!(sample.image(&["f"], &[]).unwrap().imports_size(), 0);
}

#[test]
fn of_an_import_it_is_known_whether_it_returns() {
    let mut sample = sample();
    sample.symbol("stop", GLOBAL, IMAGE, 0, 0);
    let mut import = Declaration::undeclared("stop");
    for returns in [true, false] {
        import.returns = returns;
        let declared = Declared {
            imports: std::slice::from_ref(&import),
            ..Declared::default()
        };
        let image = Image::resolve(&sample.linked(), &declared, Lines::default()).unwrap();
        assert_eq!(image.imports[0].returns, returns);
    }
}

#[test]
fn exports_are_where_their_symbols_are() {
    let mut sample = sample();
    let data = sample.section(".data", WRITE, 0x100, &[0; 8]);
    sample.symbol("g", OBJECT, data, 0x100, 8);
    sample.symbol("f", FUNCTION, IMAGE, 32, 8);
    sample.symbol("f", FUNCTION, IMAGE, 40, 8);
    let image = sample.image(&["f"], &[]).unwrap();
    assert_eq!(
        (image.entries[0].export.name.as_str(), image.entries[0].at),
        ("f", 32)
    );
    for name in ["g", "missing"] {
        let error = sample.image(&["f", name], &[]).unwrap_err().to_string();
        assert_eq!(error, format!("the guest does not define its export `{name}`"));
    }
}

#[test]
fn constants_are_named_in_their_order() {
    let mut sample = sample();
    let relro = sample.section(".relro", WRITE, 0x80, &[0; 16]);
    let data = sample.section(".data", WRITE, 0x50, &[0; 16]);
    for (name, section, address) in [
        ("NAMES", relro, 0x80),
        ("b", IMAGE, 80),
        ("a", IMAGE, 80),
        ("FIRST", IMAGE, 64),
        ("code", IMAGE, 63),
        ("", IMAGE, 70),
        (".Lanon", IMAGE, 72),
        ("written", data, 0x50),
    ] {
        sample.symbol(name, LOCAL_OBJECT, section, address, 4);
    }
    let image = sample.image(&[], &[]).unwrap();
    let told: Vec<_> = image
        .constants
        .iter()
        .map(|c| (c.name.as_str(), c.start, c.size))
        .collect();
    assert_eq!(
        told,
        [("FIRST", 64, 4), ("a", 80, 4), ("b", 80, 4), ("NAMES", 0x80, 4)]
    );
}

#[test]
fn parts_of_the_image_meet() {
    let mut sample = sample();
    let relro = sample.section(".relro", WRITE, 0x80, &[9; 24]);
    sample.align(relro, 32);
    let image = sample.image(&[], &[]).unwrap();
    assert_eq!(image.code(), [0xc3; 64]);
    assert_eq!(image.text().len(), 0x80);
    assert_eq!(image.text()[64..96], [7; 32]);
    assert_eq!(image.relro(), [9; 24]);
    assert_eq!((image.relro.start, image.relro.alignment), (0x80, 32));
    let image = self::sample().image(&[], &[]).unwrap();
    assert_eq!(image.text().len(), 96);
    assert!(image.relro().is_empty());
}

/// The linker's addresses are removed from the image, and their targets are kept.
#[test]
fn held_addresses_are_taken_out() {
    let mut sample = sample();
    let relro = sample.section(".relro", WRITE, 0x80, &[9; 32]);
    let f = sample.symbol("f", FUNCTION, IMAGE, 8, 8);
    let table = sample.symbol("TABLE", OBJECT, IMAGE, 64, 32);
    let names = sample.symbol("NAMES", OBJECT, relro, 0x80, 32);
    sample.relocation(relro, 0x98, elf::R_X86_64_64, table, 32);
    sample.relocation(relro, 0x80, elf::R_X86_64_64, f, 0);
    sample.relocation(relro, 0x88, elf::R_X86_64_64, names, 0x18);
    let image = sample.image(&["f"], &[]).unwrap();
    let address = |at, target, is_relro| Address { at, target, is_relro };
    assert_eq!(
        image.relro.addresses,
        [
            address(0x80, 8, false),
            address(0x88, 0x98, true),
            address(0x98, 96, false)
        ]
    );
    assert_eq!(image.relro()[..16], [0; 16]);
    assert_eq!(image.relro()[16..24], [9; 8]);
    assert_eq!(image.relro()[24..], [0; 8]);
}

#[test]
fn a_held_address_lies_in_the_image_as_a_whole() {
    for (at, fits) in [(0x98, true), (0x99, false), (0x9f, false)] {
        let mut sample = sample();
        let relro = sample.section(".relro", WRITE, 0x80, &[9; 32]);
        let f = sample.symbol("f", FUNCTION, IMAGE, 8, 8);
        sample.relocation(relro, at, elf::R_X86_64_64, f, 0);
        let image = sample.image(&["f"], &[]);
        assert_eq!(image.is_ok(), fits, "{at:#x}");
        if let Err(error) = image {
            assert!(error.to_string().contains("a relocation is outside of the image"));
        }
    }
}

/// References from code to constants that hold addresses, and no others, are left to the writers.
#[test]
fn uses_of_held_addresses_are_listed() {
    let mut sample = sample();
    let relro = sample.section(".relro", WRITE, 0x80, &[9; 32]);
    let f = sample.symbol("f", FUNCTION, IMAGE, 8, 8);
    let names = sample.symbol("NAMES", OBJECT, relro, 0x88, 8);
    sample.relocation(IMAGE, 60, elf::R_X86_64_PC32, names, -4);
    sample.relocation(IMAGE, 12, elf::R_X86_64_PC32, f, -4);
    sample.relocation(IMAGE, 4, elf::R_X86_64_PC32, names, 0);
    // From one of them to another.
    sample.relocation(relro, 0x90, elf::R_X86_64_PC32, names, 0);
    let image = sample.image(&["f"], &[]).unwrap();
    let uses: Vec<_> = image
        .relro
        .uses
        .iter()
        .map(|used| (used.at, used.target))
        .collect();
    assert_eq!(uses, [(4, 0x8c), (60, 0x88)]);
    let references: Vec<_> = image
        .references
        .iter()
        .map(|used| (used.at, used.target))
        .collect();
    assert_eq!(references, [(4, 0x8c), (12, 8), (60, 0x88), (0x90, 0x88)]);
}

#[test]
fn the_rest_is_what_was_linked() {
    let mut sample = Sample::new(Processor::Aarch64, &[0; 64], &[1]);
    sample.align(IMAGE, 64);
    let image = sample.image(&[], &[]).unwrap();
    assert_eq!(image.processor, Processor::Aarch64);
    assert_eq!((image.code_size, image.alignment), (64, 64));
    assert!(image.types.is_empty() && image.routines.is_empty());
}
