//! Each crate's package agrees with Go, and a difference would be found.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

use std::path::Path;
use std::sync::LazyLock;

use rustgo_hosts::command;
use rustgo_hosts::module::Module;

static MODULE: LazyLock<Module> =
    LazyLock::new(|| crates::module(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("crates")).unwrap());

#[test]
fn every_crate_agrees_with_go() {
    MODULE.lint("arm64").unwrap();
    command::run(MODULE.go().args(["test", "-count=1", "."])).unwrap();
}

#[test]
fn a_difference_is_found() {
    let test = std::fs::read_to_string(MODULE.path("compare_test.go")).unwrap();
    let folder = MODULE.path("broken");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("compare_test.go");
    for (from, to, wrong) in [
        (
            "sha2.Sum256(&digest, data)",
            "sha2.Sum256(&digest, data[:len(data)/2])",
            "TestSHA2",
        ),
        (
            "xxhash.Xxh3(data, seed)",
            "xxhash.Xxh3(data, seed&^1)",
            "TestXXHash",
        ),
        (
            "return same(crc32fast.Checksum(data)",
            "return same(1^crc32fast.Checksum(data)",
            "TestCRC32",
        ),
        (
            "memchr.IndexByte(data, needle)",
            "memchr.IndexByte(data, needle^1)",
            "TestMemchr",
        ),
        (
            "chacha20.XorKeyStream(&key, &nonce, got)",
            "chacha20.XorKeyStream(&key, new([12]byte), got)",
            "TestChaCha20",
        ),
    ] {
        let changed = test.replace(from, to);
        assert_ne!(changed, test, "{from} is not in the test");
        std::fs::write(&path, changed).unwrap();
        let mut go = MODULE.go();
        go.args(["test", "-vet=off", "./broken"])
            .env("RUSTGO_INPUTS", "20");
        let error = command::run(&mut go).unwrap_err().to_string();
        assert!(error.contains(&format!("--- FAIL: {wrong}")), "{wrong}: {error}");
        assert_eq!(error.matches("--- FAIL").count(), 1, "{error}");
    }
}

#[test]
fn a_fallback_takes_the_place_of_an_image() {
    let mut test = MODULE.go();
    test.args(["vet", "-tags", "purego", "./crc32fast"]);
    command::run(&mut test).unwrap();
    let mut build = MODULE.go();
    build.args(["build", "./crc32fast"]).env("GOARCH", "riscv64");
    command::run(&mut build).unwrap();
    let mut build = MODULE.go();
    build.args(["build", "./memchr"]).env("GOARCH", "riscv64");
    let error = command::run(&mut build).unwrap_err().to_string();
    assert!(error.contains("_for_amd64_and_arm64_only"), "{error}");
}

/// Under ten lines of Rust each, documentation not counted.
#[test]
fn the_guests_are_short() {
    for crates::Package { name, .. } in crates::PACKAGES {
        let path = rustgo_hosts::root().join(format!("examples/crates/{name}/src/lib.rs"));
        let text = std::fs::read_to_string(&path).unwrap();
        let is_code = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with("//");
        let lines = text.lines().filter(is_code).count();
        assert!(lines < 10, "{} has {lines} lines", path.display());
        assert!(
            text.contains("ns per byte"),
            "{} says how long it takes",
            path.display()
        );
    }
}
