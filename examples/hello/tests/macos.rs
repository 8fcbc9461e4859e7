//! The macOS program assembles, and links with the guest's archive for macOS and with a stand-in for libSystem, by the
//! linker that comes with Rust. Running it takes a Mac.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use rustgo_hosts::command;
use rustgo_hosts::sealed::Sealed;

/// The names of libSystem that the program and the archive ask for, as Apple's linkers read them.
const LIBRARY: &str = "--- !tapi-tbd
tbd-version:     4
targets:         [ x86_64-macos ]
install-name:    '/usr/lib/libSystem.B.dylib'
exports:
  - targets:     [ x86_64-macos ]
    symbols:     [ _write, _exit, ___error, dyld_stub_binder ]
...
";

fn linker() -> PathBuf {
    let sysroot = command::read(Command::new("rustc").args(["--print", "sysroot"])).unwrap();
    Path::new(&sysroot).join("lib/rustlib/x86_64-unknown-linux-gnu/bin/gcc-ld/ld64.lld")
}

#[test]
fn it_links() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("macos");
    let guest = Sealed::build(hello::GUEST, &folder).unwrap();
    let [object, system, program] = ["hello.o", "libSystem.tbd", "hello"].map(|name| folder.join(name));
    fs::write(&system, LIBRARY).unwrap();
    let sources = rustgo_hosts::root().join("asm/macos");
    command::run(
        Command::new("nasm")
            .args(["-Wall", "-Werror", "-f", "macho64", "--gprefix", "_"])
            .arg(format!("-I{}/", sources.display()))
            .arg(format!("-I{}/", guest.include().display()))
            .arg("-o")
            .args([&object, &sources.join("hello.asm")]),
    )
    .unwrap();
    let link = |files: &[&Path]| {
        let mut linker = Command::new(linker());
        linker.args([
            "-arch",
            "x86_64",
            "-platform_version",
            "macos",
            "11.0",
            "11.0",
            "-o",
        ]);
        command::run(linker.arg(&program).args(files))
    };
    let archive = folder.join("lib/darwin/libhello_guest.a");
    link(&[&object, &archive, &system]).unwrap();
    // What a link says where the archive is missing shows that the above proves something.
    let error = link(&[&object, &system]).unwrap_err().to_string();
    assert!(
        error.contains("undefined symbol: hello") || error.contains("undefined symbol: _hello"),
        "{error}"
    );
}
