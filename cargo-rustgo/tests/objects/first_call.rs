//! The first call of an export goes by way of the choosing function and loses nothing on it: each register that may hold an
//! argument reaches the build, and the stack is what is said of it.

use std::path::Path;
use std::process::Command;

use cargo_rustgo::export::{Export, Role};
use cargo_rustgo::image::{Entry, Image};
use cargo_rustgo::processor::Processor;
use cargo_rustgo::write::object::{elf, variant_stubs};
use object::BinaryFormat;

use super::image;

/// An image with three builds of two exports.
fn variants() -> Image {
    let mut guest = image(Processor::X86_64);
    let entry = |name: &str, role| {
        let mut export = Export::undeclared(name);
        export.role = role;
        Entry { export, at: 32 }
    };
    let mut entries = vec![entry("guest_variant", Role::Chooser)];
    for of in ["sum", "area"] {
        for (number, name) in ["portable", "v2", "v3"].into_iter().enumerate() {
            let role = Role::Variant {
                features: Vec::new(),
                of: of.to_owned(),
                number,
            };
            entries.push(entry(&format!("{of}_{name}"), role));
        }
    }
    guest.edit(|image| image.entries = entries).unwrap();
    guest
}

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{command:?}: {stdout}{stderr}");
    stdout
}

#[test]
fn every_register_reaches_the_build() {
    let folder = tempfile::tempdir().unwrap();
    let object = variant_stubs::object(&variants(), BinaryFormat::Elf)
        .unwrap()
        .unwrap();
    let member = folder.path().join("dispatch.o");
    std::fs::write(&member, elf::finish(object, Processor::X86_64).unwrap()).unwrap();
    let program = folder.path().join("program");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/objects/first_call.c");
    run(Command::new("cc")
        .args(["-std=c99", "-O1", "-Wall", "-Wextra", "-Werror", "-o"])
        .args([&program, &source, &member]));
    let bytes = variant_stubs::FIRST_CALL;
    for chosen in 0..3 {
        assert_eq!(
            run(Command::new(&program).arg(chosen.to_string())),
            format!("2{chosen} ({bytes} bytes) 1{chosen} 2{chosen} 1{chosen} after 1 choice\n")
        );
    }
}

#[test]
fn an_image_without_variants_has_no_dispatch() {
    for processor in Processor::ALL {
        assert!(
            variant_stubs::object(&image(processor), BinaryFormat::Elf)
                .unwrap()
                .is_none()
        );
    }
    let mut other = variants();
    other.edit(|image| image.processor = Processor::Aarch64).unwrap();
    let error = variant_stubs::object(&other, BinaryFormat::Elf)
        .unwrap_err()
        .to_string();
    assert_eq!(
        error,
        "variants are not supported for Aarch64: build without `--variant` for it"
    );
}
