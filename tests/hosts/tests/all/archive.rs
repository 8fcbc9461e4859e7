//! A sealed archive needs nothing, shows only its exports, and has nothing writable. The tests detect violations.

use std::fs;
use std::path::Path;
use std::process::Command;

use object::read::archive::ArchiveFile;
use object::{Object, ObjectSection, SectionFlags, elf};
use rustgo_hosts::command;
use rustgo_hosts::sealed::Sealed;

use crate::{CRYPTO, KERNELS, OVERHEAD};

/// The output of `nm`, without the names of members.
fn nm(option: &str, archive: &Path) -> Vec<String> {
    command::read(Command::new("nm").arg(option).arg(archive))
        .unwrap()
        .lines()
        .filter(|line| !line.is_empty() && !line.ends_with(':'))
        .map(|line| line.trim().to_owned())
        .collect()
}

/// The sections of an archive's members that a sealed archive may not have.
fn forbidden_sections(archive: &Path) -> Vec<String> {
    let bytes = fs::read(archive).unwrap();
    let mut forbidden = Vec::new();
    for member in ArchiveFile::parse(&*bytes).unwrap().members() {
        let object = object::File::parse(member.unwrap().data(&*bytes).unwrap()).unwrap();
        let mut says_no_executable_stack = false;
        for section in object.sections() {
            let SectionFlags::Elf { sh_flags, .. } = section.flags() else {
                panic!("the archive holds no ELF object")
            };
            let name = section.name().unwrap();
            if name == ".note.GNU-stack" {
                says_no_executable_stack = !sh_flags.contains(elf::SHF_EXECINSTR);
            }
            if sh_flags.contains(elf::SHF_WRITE) {
                forbidden.push(format!("{name} is writable"));
            }
            if section.relocations().next().is_some() {
                forbidden.push(format!("{name} has relocations"));
            }
        }
        if !says_no_executable_stack {
            forbidden.push("the stack may be executable".into());
        }
    }
    forbidden
}

/// The names of an archive's global symbols, sorted.
fn globals(archive: &Path) -> Vec<String> {
    let mut names: Vec<_> = nm("-g", archive)
        .iter()
        .map(|line| line.rsplit(' ').next().unwrap().to_owned())
        .collect();
    names.sort();
    names
}

/// One scalar or a batch, on any processor or on those with certain features.
fn multiplications() -> Vec<String> {
    let of = |shape: &str| {
        let name = |kernel| format!("scalar_base_mult{shape}{kernel}");
        KERNELS.iter().map(name).collect::<Vec<_>>()
    };
    let mut names = [of(""), of("_batch")].concat();
    names.sort();
    names
}

#[test]
fn guests_are_sealed() {
    for (guest, exports) in [
        (&*CRYPTO, multiplications()),
        (&*OVERHEAD, vec!["increment".into(), "multiply_two".into()]),
    ] {
        let archive = guest.archive();
        let name = guest.library();
        assert_eq!(nm("-u", &archive), Vec::<String>::new(), "{name}");
        assert_eq!(globals(&archive), exports, "{name}");
        assert_eq!(forbidden_sections(&archive), Vec::<String>::new(), "{name}");
    }
}

/// Compiles one file of C or assembly and puts it into an archive.
fn archive(folder: &Path, name: &str, source: &str) -> std::path::PathBuf {
    let (source_path, object) = (folder.join(name), folder.join("member.o"));
    let archive = folder.join("libbad.a");
    fs::write(&source_path, source).unwrap();
    command::run(
        Command::new("cc")
            .args(["-fno-pic", "-c", "-o"])
            .args([&object, &source_path]),
    )
    .unwrap();
    command::run(Command::new("ar").arg("rcs").args([&archive, &object])).unwrap();
    archive
}

#[test]
fn an_archive_that_is_not_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();

    let needy = archive(
        folder,
        "needy.c",
        "int other(void); int call(void) { return other(); }",
    );
    assert_eq!(nm("-u", &needy), ["U other"]);
    assert_eq!(globals(&needy), ["call", "other"]);
    let forbidden = forbidden_sections(&needy);
    assert!(
        forbidden.contains(&".text has relocations".to_owned()),
        "{forbidden:?}"
    );

    let writable = archive(folder, "writable.c", "int counter = 1;");
    let forbidden = forbidden_sections(&writable);
    assert!(
        forbidden.contains(&".data is writable".to_owned()),
        "{forbidden:?}"
    );

    for stack in ["", ".section .note.GNU-stack,\"x\",@progbits\n"] {
        let executable = archive(folder, "executable.s", &format!(".text\nnop\n{stack}"));
        let forbidden = forbidden_sections(&executable);
        assert!(
            forbidden.contains(&"the stack may be executable".to_owned()),
            "{forbidden:?}"
        );
    }
}

/// The header and the archive are two files that have to agree.
#[test]
fn the_header_declares_the_exports() {
    for guest in [&*CRYPTO, &*OVERHEAD] as [&Sealed; 2] {
        let header = fs::read_to_string(guest.header()).unwrap();
        for export in globals(&guest.archive()) {
            assert!(header.contains(&format!("{export}(")), "{export} is not declared");
        }
    }
}
