//! The archive members that provide host imports where the program does not.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use object::{Object, ObjectSymbol};

use super::archive::Member;
use super::{elf_object, macho_object};
use crate::export::{Export, Import};
use crate::image::Image;
use crate::pipeline::{self, Declared};
use crate::processor::Processor;
use crate::toolchain::Toolchain;

/// A system that programs run on, and what is particular about its objects.
#[derive(Clone, Copy, Debug)]
pub struct System {
    source: &'static str,
    write: fn(&Image) -> Result<Vec<u8>>,
}

/// Linux: ELF, and system calls.
pub const LINUX: System = System {
    source: concat!(include_str!("linux.rs"), include_str!("panic.rs")),
    write: elf_object::write,
};

/// macOS: Mach-O, and the functions of libSystem.
pub const MACOS: System = System {
    source: concat!(include_str!("macos.rs"), include_str!("panic.rs")),
    write: macho_object::write,
};

/// The archive's members for a system: the sealed image under the given name, and a default for each host import of it
/// that rustgo knows how to provide there.
///
/// # Errors
///
/// The defaults can't be compiled with the guest's toolchain.
pub fn members(system: System, toolchain: &Toolchain, image: &Image, name: &str) -> Result<Vec<Member>> {
    let mut members = vec![Member {
        name: format!("{name}.o"),
        bytes: (system.write)(image)?,
    }];
    if image.imports.is_empty() {
        return Ok(members);
    }
    let folder = tempfile::tempdir().context("no folder for the host imports")?;
    let object = compile(toolchain, image.processor, system.source, folder.path())?;
    let bytes = std::fs::read(&object)?;
    let compiled = object::File::parse(&*bytes)?;
    let names = |is_wanted: fn(&object::Symbol) -> bool| -> Vec<String> {
        let wanted = compiled.symbols().filter(is_wanted);
        wanted
            .filter_map(|symbol| symbol.name().ok())
            .map(str::to_owned)
            .collect()
    };
    let provided = names(|symbol| symbol.is_global() && symbol.is_definition());
    // What the system itself provides.
    let wanted = names(|symbol| symbol.is_undefined());
    for import in &image.imports {
        if !provided.contains(&import.name) {
            continue;
        }
        let declared = Declared {
            exports: vec![Export::undeclared(&import.name)],
            imports: wanted.iter().map(|name| Import::undeclared(name)).collect(),
        };
        let default = pipeline::image(
            toolchain,
            image.processor,
            std::slice::from_ref(&object),
            &declared,
        )?;
        members.push(Member {
            name: format!("{}.o", import.name),
            bytes: (system.write)(&default)?,
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
