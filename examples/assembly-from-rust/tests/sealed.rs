//! The routine is sealed with the guest, computes what it should, and is held to a guest's rules.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use assembly_from_rust::{GUEST, assemble, sources};
use libloading::Library;
use rustgo_hosts::command;
use rustgo_hosts::sealed::Sealed;

static BUILT: LazyLock<(Sealed, PathBuf)> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("assembly-from-rust");
    assembly_from_rust::build(&folder).unwrap()
});

#[test]
fn the_program_prints_the_sum() {
    assert_eq!(
        command::read(&mut Command::new(&BUILT.1)).unwrap(),
        "1 8000000000000000 0000000000000000 0000000000000000 0000000000000001"
    );
}

#[test]
fn the_routine_is_inside_and_not_to_be_seen() {
    let symbols = command::read(Command::new("nm").arg(BUILT.0.archive())).unwrap();
    assert!(symbols.contains(" t add_256"), "{symbols}");
    assert!(symbols.contains(" T sum_256"), "{symbols}");
    assert_eq!(symbols.matches(" T ").count(), 1, "{symbols}");
    assert!(!symbols.contains(" U "), "{symbols}");
}

/// The same sum, word by word.
fn expected(numbers: &[[u64; 4]]) -> ([u64; 4], u64) {
    let mut sum = [0; 4];
    let mut overflow = 0;
    for number in numbers {
        let mut carry = 0;
        for (word, other) in sum.iter_mut().zip(number) {
            let total = u128::from(*word) + u128::from(*other) + carry;
            *word = total as u64;
            carry = total >> 64;
        }
        overflow += carry as u64;
    }
    (sum, overflow)
}

#[test]
fn carries_go_through_every_word() {
    type Sum = unsafe extern "C" fn(*mut [u64; 4], *const [u64; 4], usize) -> u64;
    let library = BUILT.1.with_extension("so");
    let mut ld = Command::new("ld");
    ld.args(["-shared", "-u", "sum_256", "-o"])
        .args([&library, &BUILT.0.archive()]);
    command::run(&mut ld).unwrap();
    // SAFETY: the library has no initializers.
    let library = unsafe { Library::new(&library) }.unwrap();
    // SAFETY: the header declares the function so.
    let sum_256 = unsafe { library.get::<Sum>(b"sum_256") }.unwrap();

    const EDGES: [u64; 4] = [0, 1, u64::MAX, 1 << 63];
    // Every number whose words are edge cases, with the one some places after it.
    let numbers: Vec<[u64; 4]> = (0..256usize)
        .map(|index| std::array::from_fn(|word| EDGES[index >> (2 * word) & 3]))
        .collect();
    for distance in [0, 1, 85, 170, 255] {
        for index in 0..numbers.len() {
            let some = [
                numbers[index],
                numbers[(index + distance) % numbers.len()],
                [u64::MAX; 4],
            ];
            let mut sum = [7; 4];
            // SAFETY: the sum is writable, and there are as many numbers.
            let overflow = unsafe { sum_256(&mut sum, some.as_ptr(), some.len()) };
            assert_eq!((sum, overflow), expected(&some), "{some:x?}");
        }
    }
}

/// What the tool says of the guest with some files.
fn refusal(files: &[&Path]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let result = Sealed::build_with(GUEST, folder.path(), files);
    assert!(!folder.path().join("lib").exists(), "something was written");
    result.unwrap_err().to_string()
}

#[test]
fn a_routine_that_breaks_the_rules_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let bad = sources().join("tests/bad");
    let expected = [
        ("undefined", "`printf` is called but nothing defines it"),
        (
            "system_call",
            "`syscall` is a system call, or an instruction for kernels only",
        ),
        ("static", "`calls`, a mutable static"),
        ("recursion", "`add_256` calls itself"),
        ("direction_flag", "the direction flag may be set"),
        (
            "callee_saved",
            "`add_256`, which the guest calls, does not restore rbx, r12, r13, r14, r15",
        ),
        ("frame_pointer", "rbp is used for something other"),
        (
            "stack_alignment",
            "this calls `add_256` with rsp 8 bytes above a multiple of 16",
        ),
        (
            "red_zone",
            "`mov [rsp-8], rdi` uses memory below the stack pointer",
        ),
        ("executable_stack", "the object requests an executable stack"),
    ];
    assert_eq!(bad.read_dir().unwrap().count(), expected.len());
    for (name, message) in expected {
        let object = folder.path().join("bad.o");
        assemble(&bad.join(name).with_extension("asm"), &object).unwrap();
        let error = refusal(&[&object]);
        assert!(error.contains(message), "{name}: {error}");
    }
    let error = refusal(&[]);
    assert!(
        error.contains("`add_256` is called but nothing defines it"),
        "{error}"
    );
}

#[test]
fn what_is_no_object_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let routine = std::fs::read(BUILT.1.with_file_name("add_256.o")).unwrap();
    std::fs::write(path("add.asm"), "global add_256\nadd_256: ret\n").unwrap();
    let assemble = |name: &str, format: &str| {
        let mut nasm = Command::new("nasm");
        nasm.args(["-f", format, "-o"])
            .args([path(name), path("add.asm")]);
        command::run(&mut nasm).unwrap();
    };
    let arm64 = "#![no_std]\n#[unsafe(no_mangle)]\npub extern \"C\" fn add_256() {}\n";
    std::fs::write(path("add.rs"), arm64).unwrap();
    std::fs::write(path("text.o"), "no object").unwrap();
    std::fs::write(path("empty.o"), "").unwrap();
    std::fs::write(path("short.o"), &routine[..routine.len() / 2]).unwrap();
    assemble("macho.o", "macho64");
    assemble("i386.o", "elf32");
    let mut rustc = Command::new("rustc");
    rustc
        .args(["--edition", "2024", "--crate-type", "lib", "--emit", "obj"])
        .args(["--target", "aarch64-unknown-linux-gnu", "-o"])
        .args([path("arm64.o"), path("add.rs")]);
    command::run(&mut rustc).unwrap();
    for (name, message) in [
        ("missing.o", "can't be read"),
        ("text.o", "the file is not an ELF object or an archive of them"),
        ("empty.o", "the file is not an ELF object or an archive of them"),
        ("short.o", "the object is cut short or damaged"),
        (
            "macho.o",
            "the file is MachO64, not an ELF object or an archive of them",
        ),
        (
            "i386.o",
            "is not supported; images are made for x86-64 and AArch64",
        ),
        ("arm64.o", "it is for arm64, but the guest is built for amd64"),
    ] {
        let file = path(name);
        let error = refusal(&[&file]);
        assert!(error.contains(message), "{name}: {error}");
        assert!(error.contains(&file.display().to_string()), "{name}: {error}");
    }
    let error = refusal(&[&BUILT.1]);
    assert!(
        error.contains("the object is a program or shared library"),
        "{error}"
    );
}

#[test]
fn the_readme_is_right() {
    rustgo_hosts::readme::check("examples/assembly-from-rust/README.md").unwrap();
}
