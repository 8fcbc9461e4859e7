//! Runs `tests/checks` on the C symbols of the memory functions, in a program without a system library: rustgo-rt's
//! own and those of compiler_builtins, debug and release, on every kind of processor.

#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

mod support;

use std::io::Write;
use std::process::Command;

use support::{ARM64, Guest, I586, Profile, X86_64, run, rust_lld};

#[test]
fn x86_64() {
    for profile in [Profile::Debug, Profile::Release] {
        check(&Guest::new("freestanding", X86_64, profile), None);
    }
}

/// The vector width follows the guest's target features.
#[test]
fn x86_64_with_avx2() {
    assert!(
        is_x86_feature_detected!("avx2"),
        "this processor has no AVX2: run the test on one that does"
    );
    for profile in [Profile::Debug, Profile::Release] {
        check(
            &Guest::new("freestanding", X86_64, profile).env("RUSTFLAGS", "-Ctarget-feature=+avx2"),
            None,
        );
    }
}

#[test]
fn x86_64_with_avx512() {
    if !is_x86_feature_detected!("avx512bw") {
        // Past the test harness, which would swallow it.
        let message = b"SKIPPED memory functions for AVX-512: this processor lacks it\n";
        std::io::stderr()
            .write_all(message)
            .expect("standard error takes a line");
        return;
    }
    for profile in [Profile::Debug, Profile::Release] {
        check(
            &Guest::new("freestanding", X86_64, profile).env("RUSTFLAGS", "-Ctarget-feature=+avx512bw"),
            None,
        );
    }
}

#[test]
fn arm64() {
    check(
        &Guest::new("freestanding", ARM64, Profile::Release),
        Some("qemu-aarch64"),
    );
}

/// A processor without a file of its own: the portable functions, in 32 bits. Linux on x86-64 runs such programs.
#[test]
fn i586() {
    for profile in [Profile::Debug, Profile::Release] {
        check(&Guest::new("freestanding", I586, profile), None);
    }
}

/// `compiler_builtins`' own functions, in a `core` that is rebuilt with them; wants the component `rust-src`.
#[test]
fn compiler_builtins() {
    let guest = Guest::new("freestanding", X86_64, Profile::Release).with(&[
        "--features=compiler-builtins-mem",
        "-Zbuild-std=core,compiler_builtins",
        "-Zbuild-std-features=compiler-builtins-mem",
    ]);
    check(&guest.env("RUSTC_BOOTSTRAP", "1"), None);
}

/// Builds, links and runs the program, which fails when a check does.
fn check(guest: &Guest, emulator: Option<&str>) {
    let library = guest.build();
    let program = library.with_extension("program");
    run(rust_lld("gnu")
        .args(["-static", "--gc-sections", "-e", "_start", "-o"])
        .arg(&program)
        .arg(&library));
    match emulator {
        Some(emulator) => run(Command::new(emulator).arg(&program)),
        None => run(&mut Command::new(&program)),
    };
}
