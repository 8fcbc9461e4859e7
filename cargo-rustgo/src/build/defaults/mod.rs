//! Archive members with default definitions of host imports, for programs that don't define them.

use anyhow::{Context, Result};
use object::write::Object;
use object::{BinaryFormat, Object as _, ObjectSymbol};
use rustgo_record::panic::{FIELDS, FieldType};

use crate::export::{Export, Import};
use crate::image::Image;
use crate::pipeline::{self, Declared};
use crate::processor::Processor;
use crate::toolchain::Toolchain;
use crate::write::archive::Member;
use crate::write::object::{elf, macho, variant_stubs};

/// A system that programs run on, and the properties of its objects.
#[derive(Clone, Copy, Debug)]
pub struct System {
    source: &'static str,
    write: fn(&Image) -> crate::write::Result<Vec<u8>>,
    format: BinaryFormat,
    finish: fn(Object, Processor) -> crate::write::Result<Vec<u8>>,
}

/// Linux: ELF, and system calls.
pub const LINUX: System = System {
    source: include_str!("linux.rs.in"),
    write: elf::write,
    format: BinaryFormat::Elf,
    finish: elf::finish,
};

/// macOS: Mach-O, and the functions of libSystem.
pub const MACOS: System = System {
    source: include_str!("macos.rs.in"),
    write: macho::write,
    format: BinaryFormat::MachO,
    finish: macho::finish,
};

/// The Rust source of a system's defaults.
fn source(system: System) -> String {
    let fields = FIELDS.map(|field| {
        let ty = match field.ty {
            FieldType::Text => "*const u8",
            FieldType::Length => "usize",
            FieldType::U32 => "u32",
        };
        format!("    {}: {ty},\n", field.name)
    });
    format!(
        "{}\n#[repr(C)]\npub struct PanicInfo {{\n{}}}\n{}",
        system.source,
        fields.concat(),
        include_str!("panic.rs.in")
    )
}

/// The archive's members for a system: the sealed image under the given name, the stubs that select a variant, and a
/// default for each host import that rustgo can provide there.
///
/// # Errors
///
/// If the defaults can't be compiled with the guest's toolchain.
pub fn members(system: System, toolchain: &Toolchain, image: &Image, name: &str) -> Result<Vec<Member>> {
    let mut members = vec![Member {
        name: format!("{name}.o"),
        bytes: (system.write)(image)?,
    }];
    if let Some(object) = variant_stubs::object(image, system.format)? {
        members.push(Member {
            name: format!("{name}_variants.o"),
            bytes: (system.finish)(object, image.processor)?,
        });
    }
    if image.imports.is_empty() {
        return Ok(members);
    }
    let folder = tempfile::tempdir().context("no folder for the host imports")?;
    let file = folder.path().join("defaults.rs");
    let object = toolchain.compile(image.processor, &source(system), &file)?;
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
    // The functions that the system itself provides.
    let wanted = names(|symbol| symbol.is_undefined());
    for import in &image.imports {
        if !provided.contains(&import.name) {
            continue;
        }
        let declared = Declared {
            exports: vec![Export::undeclared(&import.name)],
            imports: wanted.iter().map(|name| Import::undeclared(name)).collect(),
            ..Declared::default()
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
