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
    // Every number whose words are edges, with the one that stands so many places behind it.
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

/// What the tool says of the guest with another routine, or with none.
fn refusal(object: Option<&str>) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bad.o");
    let result = match object {
        None => Sealed::build(GUEST, folder.path()),
        Some(name) => {
            assemble(
                &sources().join("tests/bad").join(name).with_extension("asm"),
                &path,
            )
            .unwrap();
            Sealed::build_with(GUEST, folder.path(), &[&path])
        }
    };
    assert!(!folder.path().join("lib").exists(), "something was written");
    result.unwrap_err().to_string()
}

#[test]
fn a_routine_that_breaks_the_rules_is_refused() {
    for (object, message) in [
        (None, "`add_256` is called but nothing defines it"),
        (Some("undefined"), "`printf` is called but nothing defines it"),
        (Some("system_call"), "`syscall` asks the system for something"),
        (Some("static"), "`calls`, a static that can be written"),
        (Some("recursion"), "`add_256` calls itself"),
        (Some("direction_flag"), "the direction flag may be set"),
    ] {
        let error = refusal(object);
        assert!(error.contains(message), "{object:?}: {error}");
    }
}

#[test]
fn the_readme_is_right() {
    rustgo_hosts::readme::check("examples/assembly-from-rust/README.md").unwrap();
}
