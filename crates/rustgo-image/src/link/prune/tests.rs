//! Which relocations are removed from objects: those of live sections that refer to sections without live functions.

use object::write::{SectionId, SymbolId};
use object::{Object, ObjectSection, RelocationFlags};

use super::*;
use crate::archive::{self, ArchiveKind, NewMember};
use crate::link::sample::{GLOBAL, LOCAL, Sample};
use crate::processor::Processor;

/// `alive` and `dead`, each in a section of its own, and a vtable.
struct Guest {
    sample: Sample,
    alive: SectionId,
    dead: SectionId,
    vtable: SectionId,
    symbols: [SymbolId; 2],
}

fn guest() -> Guest {
    let mut sample = Sample::new(Processor::X86_64);
    let (alive, living) = sample.function("alive");
    let (dead, dying) = sample.function("dead");
    let vtable = sample.section(".data.rel.ro.vtable", &[0; 32]);
    Guest {
        sample,
        alive,
        dead,
        vtable,
        symbols: [living, dying],
    }
}

/// Sections and offsets of the relocations that are left.
fn left(object: &[u8]) -> Vec<(String, u64)> {
    let object = object::File::parse(object).unwrap();
    let mut left = Vec::new();
    for section in object.sections() {
        for (at, relocation) in section.relocations() {
            let RelocationFlags::Elf { r_type } = relocation.flags() else {
                panic!("it is not ELF");
            };
            if r_type.0 != 0 {
                left.push((section.name().unwrap().to_owned(), at));
            }
        }
    }
    left
}

/// Prunes files of these bytes, with `alive` and `dead` in the image. `None` if there is nothing to remove.
fn pruned(files: &[&[u8]]) -> Option<Vec<Vec<u8>>> {
    let folder = tempfile::tempdir().unwrap();
    let paths = (0..).zip(files).map(|(number, bytes)| {
        // The same name in different folders.
        let folder = folder.path().join(format!("in{number}"));
        std::fs::create_dir(&folder).unwrap();
        let path = folder.join("guest.a");
        std::fs::write(&path, bytes).unwrap();
        path
    });
    let paths: Vec<_> = paths.collect();
    let out = folder.path().join("out");
    let linked = BTreeSet::from(["alive", "dead"]);
    let copies = prune(&paths, &linked, &BTreeSet::from(["alive"]), &out).unwrap()?;
    for (copy, path) in copies.iter().zip(&paths) {
        assert_eq!(copy.file_name(), path.file_name());
        assert_ne!(copy, path);
    }
    Some(copies.iter().map(|copy| std::fs::read(copy).unwrap()).collect())
}

fn places(guest: &Guest) -> Option<Vec<(String, u64)>> {
    pruned(&[&guest.sample.bytes()]).map(|files| left(&files[0]))
}

#[test]
fn references_to_the_dead_are_taken_out() {
    let mut guest = guest();
    let [alive, dead] = guest.symbols;
    for (section, at, symbol) in [
        (guest.alive, 4, dead),
        (guest.alive, 8, alive),
        (guest.vtable, 0, alive),
        (guest.vtable, 8, dead),
        (guest.vtable, 16, dead),
        (guest.vtable, 24, alive),
        // References from dead code go with it.
        (guest.dead, 4, dead),
        (guest.dead, 8, alive),
    ] {
        guest.sample.relocation(section, at, symbol, elf::R_X86_64_PC32);
    }
    let place = |name: &str, at| (name.to_owned(), at);
    assert_eq!(
        places(&guest).unwrap(),
        [
            place(".text.alive", 8),
            place(".text.dead", 4),
            place(".text.dead", 8),
            place(".data.rel.ro.vtable", 0),
            place(".data.rel.ro.vtable", 24),
        ]
    );
}

#[test]
fn nothing_but_those_relocations_is_changed() {
    let mut guest = guest();
    let [_, dead] = guest.symbols;
    guest.sample.relocation(guest.vtable, 8, dead, elf::R_X86_64_64);
    let before = guest.sample.bytes();
    let after = &pruned(&[&before]).unwrap()[0];
    assert_eq!(after.len(), before.len());
    let changed: Vec<_> = (0..before.len()).filter(|&at| before[at] != after[at]).collect();
    // The type, 1, and the symbol, a small number.
    assert_eq!(changed.len(), 2);
    assert_eq!(changed[1] - changed[0], 4);
    assert!(changed.iter().all(|&at| after[at] == 0));
}

#[test]
fn a_section_lives_with_the_first_that_lives_in_it() {
    let mut guest = guest();
    let [_, dead] = guest.symbols;
    guest.sample.relocation(guest.vtable, 8, dead, elf::R_X86_64_64);
    assert!(places(&guest).is_some());
    // In the symbol table it comes after the dead one.
    guest.sample.symbol("alive", guest.dead, 8, LOCAL);
    assert_eq!(places(&guest), None);
}

#[test]
fn what_is_not_in_the_image_is_not_dead() {
    let mut sample = Sample::new(Processor::X86_64);
    let (other, symbol) = sample.function("other");
    let (_, _) = sample.function("alive");
    let vtable = sample.section(".data.rel.ro.vtable", &[0; 32]);
    sample.relocation(vtable, 8, symbol, elf::R_X86_64_64);
    sample.relocation(other, 8, symbol, elf::R_X86_64_64);
    assert_eq!(pruned(&[&sample.bytes()]), None);
}

/// Data of the same name is not a function that could be called.
#[test]
fn constants_are_not_dead() {
    let mut sample = Sample::new(Processor::X86_64);
    let rodata = sample.section(".rodata.dead", &[0; 8]);
    let symbol = sample.symbol("dead", rodata, 0, GLOBAL);
    let vtable = sample.section(".data.rel.ro.vtable", &[0; 32]);
    sample.relocation(vtable, 8, symbol, elf::R_X86_64_64);
    assert_eq!(pruned(&[&sample.bytes()]), None);
}

#[test]
fn debug_info_of_the_dead_stays() {
    let mut guest = guest();
    let [_, dead] = guest.symbols;
    let debug = guest.sample.section(".debug_info", &[0; 16]);
    guest.sample.relocation(debug, 0, dead, elf::R_X86_64_64);
    assert_eq!(places(&guest), None);
}

#[test]
fn undefined_symbols_are_not_dead() {
    let mut guest = guest();
    let missing = guest.sample.undefined("missing");
    guest
        .sample
        .relocation(guest.vtable, 0, missing, elf::R_X86_64_64);
    assert_eq!(places(&guest), None);
}

/// Each file is copied, whether it changes or not, and each member of an archive is examined.
#[test]
fn every_member_of_every_file_is_pruned() {
    let mut wrong = guest();
    let [alive, dead] = wrong.symbols;
    wrong.sample.relocation(wrong.vtable, 8, dead, elf::R_X86_64_64);
    wrong.sample.relocation(wrong.vtable, 16, alive, elf::R_X86_64_64);
    let member = |name: &str, bytes: &[u8]| NewMember {
        name: name.to_owned(),
        bytes: bytes.to_vec(),
    };
    let (right, wrong) = (guest().sample.bytes(), wrong.sample.bytes());
    let mut small = right.clone();
    small[4] = 1;
    let archive = archive::write(
        ArchiveKind::Gnu,
        &[
            member("a.o", &right),
            member("b.o", &wrong),
            member("c.o", &wrong),
        ],
    )
    .unwrap();
    let files = pruned(&[&right, &archive, &small]).unwrap();
    assert_eq!((&files[0], &files[2]), (&right, &small));
    let members = members(&files[1]).unwrap();
    let left: Vec<_> = members.iter().map(|member| left(member.data).len()).collect();
    assert_eq!(left, [0, 1, 1]);
    assert_eq!(pruned(&[&right, &small]), None);
}

#[test]
fn a_file_that_can_not_be_read_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("missing.a");
    let none = BTreeSet::new();
    let error = prune(std::slice::from_ref(&path), &none, &none, folder.path()).unwrap_err();
    assert_eq!(error.to_string(), format!("{} can't be read", path.display()));
    std::fs::write(&path, "words").unwrap();
    let error = prune(std::slice::from_ref(&path), &none, &none, folder.path()).unwrap_err();
    assert_eq!(error.to_string(), format!("{} can't be read", path.display()));
}
