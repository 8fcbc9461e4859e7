//! For each refusal, a linked file that deserves it, and a similar one that does not.

use object::elf::RelocationType;

use super::*;
use crate::image::sample::{
    CODE, FUNCTION, GLOBAL, IMAGE, LOCAL_FUNCTION, LOCAL_OBJECT, OBJECT, READ, Sample, TLS, WRITE,
};

const PROCESSORS: [Processor; 2] = Processor::ALL;

/// 32 bytes of code, 32 of constants, and constants that hold addresses at 0x80.
fn sample(processor: Processor) -> Sample {
    let mut sample = Sample::new(processor, &[0; 32], &[0; 32]);
    sample.section(".relro", WRITE, RELRO, &[0; 32]);
    sample.symbol("f", FUNCTION, IMAGE, 0, 16);
    sample.symbol("g", LOCAL_FUNCTION, IMAGE, 16, 16);
    sample.symbol("TABLE", LOCAL_OBJECT, IMAGE, 32, 32);
    sample.symbol("NAMES", LOCAL_OBJECT, ADDRESSES, RELRO, 32);
    sample.relocation(ADDRESSES, RELRO + 16, word(processor), F, 0);
    sample
}

const RELRO: u64 = 0x80;
const ADDRESSES: u16 = 2;
const END: u32 = 1;
const F: u32 = 2;
const G: u32 = 3;
const TABLE: u32 = 4;
const NAMES: u32 = 5;

fn judged(sample: &Sample) -> Vec<Finding> {
    refusals(&sample.linked(), &Lines::default())
}

/// The only finding of a file: its rule, its message, and the functions that it names.
#[track_caller]
fn one(sample: &Sample) -> (Rule, String, Vec<String>) {
    let findings = judged(sample);
    let [finding] = &findings[..] else {
        panic!("{findings:#?}");
    };
    let places = finding
        .places
        .iter()
        .map(|place| place.function.clone())
        .collect();
    (finding.rule, finding.message.clone(), places)
}

/// A branch from code to code.
fn branch(processor: Processor) -> RelocationType {
    match processor {
        Processor::X86_64 => elf::R_X86_64_PLT32,
        Processor::Aarch64 => elf::R_AARCH64_CALL26,
    }
}

fn word(processor: Processor) -> RelocationType {
    match processor {
        Processor::X86_64 => elf::R_X86_64_64,
        Processor::Aarch64 => elf::R_AARCH64_ABS64,
    }
}

fn distance(processor: Processor) -> RelocationType {
    match processor {
        Processor::X86_64 => elf::R_X86_64_PC32,
        Processor::Aarch64 => elf::R_AARCH64_PREL32,
    }
}

#[test]
fn what_an_image_has_is_not_refused() {
    for processor in PROCESSORS {
        let mut sample = sample(processor);
        sample.relocation(IMAGE, 4, branch(processor), G, -4);
        sample.relocation(IMAGE, 20, branch(processor), F, -4);
        sample.relocation(IMAGE, 36, distance(processor), TABLE, 0);
        sample.relocation(ADDRESSES, RELRO, word(processor), F, 0);
        sample.relocation(ADDRESSES, RELRO + 8, word(processor), NAMES, 8);
        sample.relocation(ADDRESSES, RELRO + 24, distance(processor), NAMES, 8);
        // Sections without references don't matter.
        sample.section(".data", WRITE, 0x200, &[0; 8]);
        sample.section(".tdata", TLS, 0x300, &[0; 8]);
        sample.symbol("missing", GLOBAL, 0, 0, 0);
        assert_eq!(judged(&sample), []);
    }
}

/// `#[link_section = ".data.rel.ro.mine"]` on an atomic.
#[test]
fn a_static_among_constants_with_addresses_holds_one() {
    for processor in PROCESSORS {
        for (address, size, is_refused) in [
            (RELRO, 16, true),
            (RELRO, 17, false),
            (RELRO + 16, 8, false),
            (RELRO + 17, 7, true),
            (RELRO + 24, 8, true),
            (RELRO + 24, 0, false),
            // Elsewhere the section's flags tell.
            (RELRO - 8, 8, false),
        ] {
            let mut sample = sample(processor);
            sample.symbol("COUNTER", LOCAL_OBJECT, ADDRESSES, address, size);
            let mut expected = Vec::new();
            if is_refused {
                let message = "the guest uses `COUNTER`, a mutable static".to_owned();
                expected.push((Rule::MutableStatic, message));
            }
            let findings = judged(&sample).into_iter();
            let findings: Vec<_> = findings.map(|finding| (finding.rule, finding.message)).collect();
            assert_eq!(findings, expected, "{address:#x}, {size}");
        }
    }
}

#[test]
fn what_is_undefined_is_named_with_all_who_refer_to_it() {
    for processor in PROCESSORS {
        let mut sample = sample(processor);
        let missing = sample.symbol("_ZN4core5thing17h0123456789abcdefE", GLOBAL, 0, 0, 0);
        for at in [4, 8, 20] {
            sample.relocation(IMAGE, at, branch(processor), missing, -4);
        }
        // One place per function, in the order of their addresses.
        let message = "`core::thing` is called but nothing defines it".to_owned();
        let places = vec!["f".to_owned(), "g".to_owned()];
        assert_eq!(one(&sample), (Rule::Undefined, message, places));
        assert_eq!(judged(&sample)[0].places[0].offset, 4);
        assert_eq!(judged(&sample)[0].places[1].offset, 20);
    }
}

#[test]
fn each_undefined_symbol_has_its_way_out() {
    for (name, help) in [
        ("memcpy", "defines the memory functions"),
        ("memmove", "defines the memory functions"),
        ("memset", "defines the memory functions"),
        ("memcmp", "defines the memory functions"),
        ("bcmp", "defines the memory functions"),
        ("strlen", "defines the memory functions"),
        ("rust_eh_personality", "which defines that symbol"),
        ("_Unwind_Resume", "which defines that symbol"),
        ("malloc", "an image has to contain everything that it calls"),
    ] {
        let mut sample = sample(Processor::X86_64);
        let missing = sample.symbol(name, GLOBAL, 0, 0, 0);
        sample.relocation(IMAGE, 4, elf::R_X86_64_PLT32, missing, -4);
        let findings = judged(&sample);
        assert_eq!(findings.len(), 1);
        assert!(findings[0].help.contains(help), "{name}: {}", findings[0].help);
    }
}

#[test]
fn a_static_that_can_be_written_is_named() {
    for processor in PROCESSORS {
        for section in [".data", ".bss", ".mine"] {
            let mut sample = sample(processor);
            let data = sample.section(section, WRITE, 0x200, &[0; 64]);
            let symbol = sample.symbol("COUNTER", OBJECT, data, 0x210, 8);
            sample.relocation(IMAGE, 20, distance(processor), symbol, -4);
            let message = "the guest uses `COUNTER`, a mutable static".to_owned();
            assert_eq!(one(&sample), (Rule::MutableStatic, message, vec!["g".to_owned()]));
        }
    }
}

/// By section and addend, which for a distance counts from the end of its place.
#[test]
fn a_static_is_found_by_its_section() {
    let mut sample = sample(Processor::X86_64);
    let data = sample.section(".data", WRITE, 0x200, &[0; 64]);
    let section = sample.symbol("", elf::STT_SECTION.0, data, 0x200, 0);
    sample.symbol("FIRST", LOCAL_OBJECT, data, 0x208, 4);
    sample.symbol("SECOND", LOCAL_OBJECT, data, 0x210, 8);
    let mut told = Vec::new();
    for addend in [3, 4, 8, 0xb, 0xc, 0x10, 0x17, 0x18, 0x30] {
        let mut sample = sample.clone();
        sample.relocation(IMAGE, 4, elf::R_X86_64_PC32, section, addend);
        let (rule, message, _) = one(&sample);
        assert_eq!(rule, Rule::MutableStatic);
        told.push(message.split([' ', ',']).nth(3).unwrap().to_owned());
    }
    assert_eq!(
        told,
        [
            "a", "`FIRST`", "`FIRST`", "`FIRST`", "`SECOND`", "`SECOND`", "`SECOND`", "a", "a"
        ]
    );
}

#[test]
fn a_thread_local_is_named_and_not_who_asks_for_it() {
    for processor in PROCESSORS {
        let mut asks = sample(processor);
        let get = asks.symbol("__tls_get_addr", GLOBAL, 0, 0, 0);
        asks.relocation(IMAGE, 4, branch(processor), get, -4);
        let message =
            "the guest asks the C library where its thread-locals are (`__tls_get_addr`)".to_owned();
        assert_eq!(one(&asks), (Rule::ThreadLocal, message, vec!["f".to_owned()]));

        let data = asks.section(".tdata", TLS, 0x300, &[0; 8]);
        let local = asks.symbol("LOCAL", OBJECT, data, 0x300, 8);
        asks.relocation(IMAGE, 20, distance(processor), local, -4);
        let message = "the guest uses `LOCAL`, a thread-local".to_owned();
        assert_eq!(one(&asks), (Rule::ThreadLocal, message, vec!["g".to_owned()]));
    }
}

#[test]
fn an_initializer_is_refused_without_anybody_who_refers_to_it() {
    for section in [".init_array", ".fini_array"] {
        let mut sample = sample(Processor::X86_64);
        sample.section(section, WRITE, 0x200, &[0; 24]);
        let message = "the guest has 24 bytes of initializers, which nothing would run".to_owned();
        assert_eq!(one(&sample), (Rule::Initializer, message, vec![]));
    }
}

/// What lies outside of the image is not part of it: sections of the guest's own, the linker's table, initializers.
#[test]
fn what_lies_elsewhere_is_refused() {
    for processor in PROCESSORS {
        for (section, flags) in [(".other", READ), (".other", CODE), (".got", WRITE), (".debug", 0)] {
            let mut sample = sample(processor);
            let section = sample.section(section, flags, 0x200, &[0; 64]);
            let symbol = sample.symbol("MINE", OBJECT, section, 0x210, 8);
            sample.relocation(IMAGE, 20, distance(processor), symbol, -4);
            let message =
                "the guest uses `MINE`, which is in a section that an image does not have".to_owned();
            assert_eq!(one(&sample), (Rule::Relocation, message, vec!["g".to_owned()]));
        }
    }
}

/// Numbers stay the same wherever the image is loaded. Distances from elsewhere don't.
#[test]
fn a_number_is_no_place() {
    for processor in PROCESSORS {
        for (section, at, kind) in [
            (IMAGE, 4, distance(processor)),
            (IMAGE, 4, branch(processor)),
            (ADDRESSES, RELRO, word(processor)),
        ] {
            let mut sample = sample(processor);
            let number = sample.symbol("SIZE", GLOBAL, 0xfff1, 16, 0);
            sample.relocation(section, at, kind, number, 0);
            let (rule, message, _) = one(&sample);
            assert_eq!(
                (rule, &*message),
                (
                    Rule::Relocation,
                    "the guest uses `SIZE`, an absolute symbol that is not a place in the guest"
                )
            );
        }
        let mut sample = sample(processor);
        let number = sample.symbol("SIZE", GLOBAL, 0xfff1, 16, 0);
        sample.relocation(IMAGE, 4, crate::image::x86_64::NONE, number, 0);
        assert_eq!(judged(&sample), []);
    }
}

/// An absolute address may be in the constants that hold addresses, and nowhere else.
#[test]
fn addresses_lie_apart() {
    for processor in PROCESSORS {
        for (section, at, holder) in [
            (IMAGE, 4, Some("`f`")),
            (IMAGE, 28, Some("`g`")),
            (IMAGE, 32, Some("`TABLE`")),
            (IMAGE, 56, Some("`TABLE`")),
            (ADDRESSES, RELRO - 8, Some("a constant without a name")),
            (ADDRESSES, RELRO, None),
            (ADDRESSES, RELRO + 24, None),
        ] {
            let mut sample = sample(processor);
            sample.relocation(section, at, word(processor), F, 0);
            match holder {
                None => assert_eq!(judged(&sample), []),
                Some(holder) => {
                    let (rule, message, _) = one(&sample);
                    assert_eq!(rule, Rule::AbsoluteAddress);
                    assert_eq!(
                        message,
                        format!("{holder} holds addresses of other constants or of functions")
                    );
                }
            }
        }
    }
}

/// A part of an address, also in an instruction, is refused everywhere.
#[test]
fn parts_of_addresses_are_refused() {
    let x86_64 = [elf::R_X86_64_32, elf::R_X86_64_32S];
    let aarch64 = [
        elf::R_AARCH64_ABS32,
        elf::R_AARCH64_MOVW_UABS_G0,
        elf::R_AARCH64_MOVW_UABS_G0_NC,
        elf::R_AARCH64_MOVW_UABS_G1,
        elf::R_AARCH64_MOVW_UABS_G1_NC,
        elf::R_AARCH64_MOVW_UABS_G2,
        elf::R_AARCH64_MOVW_UABS_G2_NC,
        elf::R_AARCH64_MOVW_UABS_G3,
    ];
    let x86_64 = x86_64.map(|kind| (Processor::X86_64, kind));
    let aarch64 = aarch64.map(|kind| (Processor::Aarch64, kind));
    for (processor, kind) in x86_64.into_iter().chain(aarch64) {
        for (section, at) in [(IMAGE, 4), (IMAGE, 32), (ADDRESSES, RELRO)] {
            let mut sample = sample(processor);
            sample.relocation(section, at, kind, F, 0);
            assert_eq!(one(&sample).0, Rule::AbsoluteAddress, "{processor:?} {kind:?}");
        }
    }
}

/// A distance holds if both ends move together: within the image, and within the constants that hold addresses.
#[test]
fn distances_hold_within_a_part() {
    for processor in PROCESSORS {
        for (section, at, symbol, holds) in [
            (IMAGE, 4, TABLE, true),
            (IMAGE, 36, F, true),
            (IMAGE, 36, END, true),
            (IMAGE, 36, NAMES, false),
            (IMAGE, 60, NAMES, false),
            (ADDRESSES, RELRO, NAMES, true),
            (ADDRESSES, RELRO, F, false),
            (ADDRESSES, RELRO + 28, TABLE, false),
        ] {
            let mut sample = sample(processor);
            sample.relocation(section, at, distance(processor), symbol, 0);
            if holds {
                assert_eq!(judged(&sample), [], "{processor:?} {at:#x} to {symbol}");
            } else {
                let (rule, message, _) = one(&sample);
                assert_eq!(rule, Rule::AbsoluteAddress);
                assert!(
                    message.ends_with("holds the distance to another constant, which is unknown"),
                    "{message}"
                );
            }
        }
    }
}

/// Code refers to the constants that hold addresses by instructions that the writers know.
#[test]
fn instructions_lead_to_constants_that_hold_addresses() {
    let x86_64 = [
        (elf::R_X86_64_PC32, true),
        (elf::R_X86_64_PLT32, true),
        (elf::R_X86_64_GOTPCREL, true),
        (elf::R_X86_64_REX_GOTPCRELX, true),
        (elf::R_X86_64_PC64, false),
    ];
    let aarch64 = [
        (elf::R_AARCH64_ADR_PREL_PG_HI21, true),
        (elf::R_AARCH64_ADD_ABS_LO12_NC, true),
        (elf::R_AARCH64_LDST64_ABS_LO12_NC, true),
        (elf::R_AARCH64_ADR_GOT_PAGE, true),
        (elf::R_AARCH64_ADR_PREL_LO21, true),
        (elf::R_AARCH64_PREL32, false),
        (elf::R_AARCH64_CALL26, false),
        (elf::R_AARCH64_LD_PREL_LO19, false),
    ];
    let x86_64 = x86_64.map(|(kind, holds)| (Processor::X86_64, kind, holds));
    let aarch64 = aarch64.map(|(kind, holds)| (Processor::Aarch64, kind, holds));
    for (processor, kind, holds) in x86_64.into_iter().chain(aarch64) {
        // The last place of the code counts as code.
        for at in [0, 28, 31] {
            let mut sample = sample(processor);
            sample.relocation(IMAGE, at, kind, NAMES, 0);
            assert_eq!(judged(&sample).is_empty(), holds, "{kind:?} at {at}");
            let mut sample = self::sample(processor);
            sample.relocation(IMAGE, at, kind, TABLE, 0);
            assert_eq!(judged(&sample), [], "{kind:?} at {at}");
        }
    }
}

#[test]
fn an_unknown_kind_is_told_by_its_number() {
    for (processor, kind) in [
        (Processor::X86_64, elf::R_X86_64_TPOFF32),
        (Processor::X86_64, elf::R_X86_64_GOTPC32),
        (Processor::Aarch64, elf::R_AARCH64_TLSLE_ADD_TPREL_HI12),
        (Processor::Aarch64, elf::R_AARCH64_MOVW_PREL_G0),
    ] {
        let mut sample = sample(processor);
        sample.relocation(IMAGE, 4, kind, TABLE, 0);
        let message = format!("a relocation of kind {} refers to `TABLE`", kind.0);
        assert_eq!(one(&sample), (Rule::Relocation, message, vec!["f".to_owned()]));
    }
}

/// Findings of one rule about different symbols stay separate, those about one symbol are merged.
#[test]
fn findings_are_about_one_symbol_each() {
    let mut sample = sample(Processor::X86_64);
    let names = ["a", "b"].map(|name| sample.symbol(name, GLOBAL, 0, 0, 0));
    for (at, name) in [(0, names[0]), (4, names[1]), (16, names[0]), (20, names[0])] {
        sample.relocation(IMAGE, at, elf::R_X86_64_PLT32, name, -4);
    }
    let told: Vec<_> = judged(&sample)
        .into_iter()
        .map(|finding| {
            let places: Vec<_> = finding.places.iter().map(|place| place.offset).collect();
            (finding.message, places)
        })
        .collect();
    let message = |name: &str| format!("`{name}` is called but nothing defines it");
    assert_eq!(told, [(message("a"), vec![0, 16]), (message("b"), vec![4])]);
}

#[test]
fn places_are_looked_at_until_there_are_too_many() {
    for (count, is_too_many) in [(PLACES, false), (PLACES + 1, true)] {
        let mut sample = Sample::new(Processor::X86_64, &vec![0; 8192], &[]);
        for number in 0..count {
            let missing = sample.symbol(&format!("missing{number}"), GLOBAL, 0, 0, 0);
            sample.relocation(IMAGE, 4 * number as u64, elf::R_X86_64_PLT32, missing, -4);
        }
        let findings = judged(&sample);
        let last = findings.last().unwrap();
        assert_eq!(
            last.message
                .starts_with("more than 1000 places of the guest violate the rules"),
            is_too_many
        );
        assert_eq!(findings.len(), PLACES + usize::from(is_too_many));
        assert_eq!(last.rule == Rule::Relocation, is_too_many);
    }
}
