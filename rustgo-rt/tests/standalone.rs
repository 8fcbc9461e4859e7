//! A guest whose only dependency is rustgo-rt, built by plain cargo, for each system: nothing is left undefined.

#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

mod support;

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use object::{Object, ObjectSymbol};
use support::archive::{members, records};
use support::{ARM64, Guest, I586, MAC_ARM64, MAC_X86_64, Profile, X86_64, run, rust_lld};

const EXPORTS: [&str; 6] = ["element", "divide", "modulo", "move_bytes", "same", "squares"];

fn guests(target: &'static str) -> [PathBuf; 2] {
    [Profile::Debug, Profile::Release].map(|profile| Guest::new("standalone", target, profile).build())
}

/// The C program links without any library, debug and release, and finds all answers right.
#[test]
fn in_c_without_libraries() {
    for library in guests(X86_64) {
        let program = link(&library, "alone", &["-nostdlib", "-static"]);
        assert_eq!(undefined(&program), [""; 0]);
        run(&mut Command::new(&program));
    }
}

/// So it does with the C library, whose memory functions bear the same names.
#[test]
fn in_c_beside_the_c_library() {
    for library in guests(X86_64) {
        run(&mut Command::new(link(
            &library,
            "static",
            &["-DLIBC", "-static"],
        )));
        run(&mut Command::new(link(&library, "dynamic", &["-DLIBC"])));
    }
}

/// Other libraries of the program keep the C library's: all that it could take from the program are the exports.
#[test]
fn in_c_nothing_but_the_exports_is_visible() {
    for library in guests(X86_64) {
        let program = link(&library, "visible", &["-DLIBC", "-rdynamic"]);
        let bytes = fs::read(program).expect("a linked program");
        let object = object::File::parse(&*bytes).expect("a linked program");
        let defined = object.dynamic_symbols().filter(|symbol| symbol.is_definition());
        let names: Vec<&str> = defined.map(|symbol| symbol.name().expect("a name")).collect();
        assert!(EXPORTS.iter().all(|name| names.contains(name)), "{names:?}");
        for name in [
            "memcpy",
            "memmove",
            "memset",
            "memcmp",
            "bcmp",
            "strlen",
            "rust_eh_personality",
        ] {
            assert!(!names.contains(&name), "{name} is visible");
        }
    }
}

/// An index out of bounds ends the program by an illegal instruction.
#[test]
fn a_panic_traps() {
    const SIGILL: i32 = 4;
    for library in guests(X86_64) {
        let program = link(&library, "panic", &["-DPANIC", "-nostdlib", "-static"]);
        let status = Command::new(&program).status().expect("the program starts");
        assert_eq!(status.signal(), Some(SIGILL), "{status}");
    }
}

/// With link-time optimisation over `core`, a panic takes along none of what would format its message.
#[test]
fn a_panic_formats_nothing() {
    let library = Guest::new("standalone", X86_64, Profile::Release)
        .with(&["--config", "profile.release.lto=true"])
        .build();
    let program = link(&library, "lto", &["-nostdlib", "-static"]);
    run(&mut Command::new(&program));
    let symbols = symbols(&program);
    assert!(
        symbols.iter().any(|name| name.contains("panic")),
        "the guest panics, in {symbols:?}"
    );
    let formatting: Vec<&String> = symbols.iter().filter(|name| name.contains("4core3fmt")).collect();
    assert!(formatting.is_empty(), "{formatting:?}");
}

/// The linkers refuse undefined symbols by themselves.
#[test]
fn on_linux() {
    for target in [X86_64, ARM64, I586] {
        for library in guests(target) {
            let roots = EXPORTS.map(|name| format!("--undefined={name}"));
            let image = library.with_extension("image");
            run(rust_lld("gnu")
                .args(["-static", "--gc-sections", "-o"])
                .arg(&image)
                .args(roots)
                .arg(&library));
            assert_eq!(undefined(&image), [""; 0], "{target}");
        }
    }
}

/// On macOS `compiler_builtins` leaves the mathematical functions to the system's library.
const MACOS_HAS: [&str; 1] = ["_fmod"];
/// What the linker itself refers to when it leaves something to the system.
const MACOS_LOADER: &str = "dyld_stub_binder";

#[test]
fn on_macos() {
    for (target, architecture) in [(MAC_X86_64, "x86_64"), (MAC_ARM64, "arm64")] {
        for library in guests(target) {
            let image = library.with_extension("dylib");
            let mut linker = rust_lld("darwin");
            linker.args([
                "-arch",
                architecture,
                "-platform_version",
                "macos",
                "11.0",
                "11.0",
                "-dylib",
                "-dead_strip",
            ]);
            linker.args(
                EXPORTS
                    .iter()
                    .flat_map(|name| ["-u".to_owned(), format!("_{name}")]),
            );
            linker.args(
                MACOS_HAS
                    .iter()
                    .chain([&MACOS_LOADER])
                    .flat_map(|name| ["-U", name]),
            );
            run(linker.arg("-o").arg(&image).arg(&library));
            let mut undefined = undefined(&image);
            undefined.retain(|name| name != MACOS_LOADER);
            assert_eq!(undefined, MACOS_HAS, "{target}");
        }
    }
}

/// What `cargo rustgo build` reads: in every object format, debug and release, one record per export.
#[test]
fn records_are_in_the_library() {
    for target in [X86_64, ARM64, I586, MAC_X86_64, MAC_ARM64] {
        for library in guests(target) {
            let mut found: Vec<String> = members(&library)
                .iter()
                .flat_map(|member| records(member))
                .collect();
            found.sort();
            let mut expected = EXPORTS.map(|name| format!(r#"{{"v":4,"name":"{name}","stack":"#));
            expected.sort();
            assert_eq!(found.len(), expected.len(), "{target}: {found:?}");
            for (found, expected) in found.iter().zip(&expected) {
                assert!(
                    found.starts_with(expected.as_str()),
                    "{target}: {found} begins with {expected}"
                );
            }
        }
    }
}

/// Links the C program with the guest.
fn link(library: &Path, name: &str, arguments: &[&str]) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/standalone/main.c");
    let program = library.with_file_name(format!("standalone-{name}"));
    run(Command::new("cc")
        .args(["-O1", "-Wall", "-Werror", "-Wl,--gc-sections", "-o"])
        .arg(&program)
        .arg(source)
        .arg(library)
        .args(arguments));
    program
}

fn undefined(program: &Path) -> Vec<String> {
    let bytes = fs::read(program).expect("a linked program");
    let object = object::File::parse(&*bytes).expect("a linked program");
    let symbols = object.symbols().filter(|symbol| symbol.is_undefined());
    symbols
        .map(|symbol| symbol.name().expect("a name").to_owned())
        .filter(|name| !name.is_empty())
        .collect()
}

fn symbols(program: &Path) -> Vec<String> {
    let bytes = fs::read(program).expect("a linked program");
    let object = object::File::parse(&*bytes).expect("a linked program");
    object
        .symbols()
        .map(|symbol| symbol.name().expect("a name").to_owned())
        .collect()
}
