//! A guest's combinations of features and profile, and that without them rustgo-rt is an ordinary library.

mod support;

use object::{Object, ObjectSymbol};
use support::{Guest, Profile, host};

const WHAT_TO_SET: [&str; 3] = [
    "panic = \"abort\" under both [profile.dev] and [profile.release]",
    "cargo rustgo build",
    "--no-default-features",
];

fn guest() -> Guest {
    Guest::new("standalone", host(), Profile::Debug)
}

#[test]
fn a_guest_that_unwinds_does_not_compile() {
    let message = guest()
        .with(&["--config", "profile.dev.panic=\"unwind\""])
        .cargo("build")
        .unwrap_err();
    for part in WHAT_TO_SET {
        assert!(message.contains(part), "{part} is missing:\n{message}");
    }
}

/// The tests of a program unwind, whatever its profile says.
#[test]
fn a_guest_is_tested_without_its_feature() {
    let message = guest().cargo("test").unwrap_err();
    assert!(message.contains(WHAT_TO_SET[2]), "{message}");
    guest()
        .with(&["--no-default-features"])
        .cargo("test")
        .unwrap_or_else(|message| panic!("{message}"));
}

/// This program has rustgo-rt in it, without features.
#[test]
fn the_plain_library_defines_no_symbol() {
    let program = std::fs::read(std::env::current_exe().expect("this program")).expect("this program");
    // SAFETY: both ranges are one byte.
    unsafe { rustgo_rt::mem::copy(&mut 0, &1, 1) };
    let object = object::File::parse(&*program).expect("this program");
    let defined = object.symbols().filter(|symbol| symbol.is_definition());
    // Mach-O adds an underscore before C's names.
    let prefix = if cfg!(target_vendor = "apple") { "_" } else { "" };
    let names: Vec<&str> = defined
        .filter_map(|symbol| symbol.name().expect("a name").strip_prefix(prefix))
        .collect();
    assert!(!names.is_empty(), "no symbols: stripped?");
    for name in [
        "memcpy",
        "memmove",
        "memset",
        "memcmp",
        "bcmp",
        "strlen",
        "_Unwind_Resume",
    ] {
        assert!(!names.contains(&name), "{name} is defined");
    }
}
