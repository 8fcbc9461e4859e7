//! The archive members that provide host imports where the program does not.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use object::{Object, ObjectSymbol};

use super::archive::Member;
use super::elf_object;
use crate::export::Export;
use crate::image::Image;
use crate::pipeline::{self, Declared};
use crate::processor::Processor;
use crate::toolchain::Toolchain;

const LINUX: &str = include_str!("linux.rs");

/// A member for each host import of the image that rustgo knows how to provide on Linux.
///
/// # Errors
///
/// The defaults can't be compiled with the guest's toolchain.
pub fn linux(toolchain: &Toolchain, image: &Image) -> Result<Vec<Member>> {
    if image.imports.is_empty() {
        return Ok(Vec::new());
    }
    let folder = tempfile::tempdir().context("no folder for the host imports")?;
    let object = compile(toolchain, image.processor, LINUX, folder.path())?;
    let bytes = std::fs::read(&object)?;
    let provided = object::File::parse(&*bytes)?;
    let mut members = Vec::new();
    for import in &image.imports {
        if !provided
            .symbols()
            .any(|s| s.is_global() && s.is_definition() && s.name() == Ok(&import.name))
        {
            continue;
        }
        let declared = Declared {
            exports: vec![Export::undeclared(&import.name)],
            imports: Vec::new(),
        };
        let default = pipeline::image(
            toolchain,
            image.processor,
            std::slice::from_ref(&object),
            &declared,
        )?;
        members.push(Member {
            name: format!("{}.o", import.name),
            bytes: elf_object::write(&default)?,
        });
    }
    Ok(members)
}

fn compile(
    toolchain: &Toolchain,
    processor: Processor,
    source: &str,
    folder: &Path,
) -> Result<std::path::PathBuf> {
    let file = folder.join("defaults.rs");
    let object = folder.join("defaults.o");
    std::fs::write(&file, source)?;
    let output = Command::new(toolchain.sysroot.join("bin/rustc"))
        .args([
            "--edition",
            "2024",
            "--crate-type",
            "rlib",
            "--target",
            processor.target(),
        ])
        .args([
            "-Copt-level=2",
            "-Cpanic=abort",
            "-Ccodegen-units=1",
            "-Cdebuginfo=0",
        ])
        .args(processor.codegen_flags())
        .arg(format!("--emit=obj={}", object.display()))
        .arg(&file)
        .output()
        .context("rustc can't be run for the host imports")?;
    ensure!(
        output.status.success(),
        "the host imports do not compile:\n{}",
        String::from_utf8_lossy(&output.stderr).trim()
    );
    Ok(object)
}
