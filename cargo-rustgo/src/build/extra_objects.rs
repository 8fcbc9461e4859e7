//! Objects and archives that are sealed together with a guest (`--with`): which processor each is for, and which can't
//! be used. Their code is analysed with the guest's.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};
use object::{FileKind, Object, ObjectKind, ObjectSection, ObjectSymbol, SectionFlags, elf};

use crate::image::demangle;
use crate::link::members;
use crate::options::Options;
use crate::processor::Processor;

/// The files for a processor.
///
/// # Errors
///
/// If a file can't be read, can't be linked, or is for none of the processors that the guest is built for.
pub fn files_for(processor: Processor, options: &Options) -> Result<Vec<PathBuf>> {
    let wanted = options.processors();
    let mut mine = Vec::new();
    for path in &options.with {
        let bytes = std::fs::read(path).with_context(|| format!("{} can't be read", path.display()))?;
        let why = || format!("{} can't be sealed with the guest", path.display());
        let found = processors(&bytes).with_context(why)?;
        ensure!(
            wanted.iter().any(|processor| found.contains(processor)),
            "{}: it is for {}, but the guest is built for {}",
            why(),
            names(&found),
            names(&wanted)
        );
        if found.contains(&processor) {
            mine.push(path.clone());
        }
    }
    Ok(mine)
}

/// The symbols that the guest's files leave undefined and the other files define.
///
/// # Errors
///
/// If a file can't be read.
pub fn routines(guest: &[PathBuf], others: &[PathBuf]) -> Result<Vec<String>> {
    if others.is_empty() {
        return Ok(Vec::new());
    }
    let wanted = symbols(guest, |symbol| symbol.is_undefined())?;
    let brought = symbols(others, |symbol| symbol.is_global() && symbol.is_definition())?;
    Ok(wanted.intersection(&brought).cloned().collect())
}

/// The demangled names of everything that the files define.
///
/// # Errors
///
/// If a file can't be read.
pub fn defined(files: &[PathBuf]) -> Result<BTreeSet<String>> {
    let names = symbols(files, |symbol| symbol.is_definition())?;
    Ok(names.iter().map(|name| demangle(name)).collect())
}

/// The names of the selected symbols of all objects in the files.
fn symbols(files: &[PathBuf], is_meant: fn(&object::Symbol) -> bool) -> Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for path in files {
        let bytes = std::fs::read(path).with_context(|| format!("{} can't be read", path.display()))?;
        for member in members(&bytes).with_context(|| format!("in {}", path.display()))? {
            let Ok(object) = object::File::parse(member.data) else {
                continue;
            };
            let meant = object.symbols().filter(is_meant);
            names.extend(meant.filter_map(|symbol| symbol.name().ok().map(str::to_owned)));
        }
    }
    Ok(names)
}

fn names<'a>(processors: impl IntoIterator<Item = &'a Processor>) -> String {
    let names: Vec<_> = processors.into_iter().map(|p| p.go_name()).collect();
    names.join(" and ")
}

/// The processors that the objects of a file are for.
fn processors(file: &[u8]) -> Result<BTreeSet<Processor>> {
    let mut processors = BTreeSet::new();
    for member in members(file)? {
        // Rust's archives also hold metadata.
        let Ok(FileKind::Elf32 | FileKind::Elf64) = FileKind::parse(member.data) else {
            continue;
        };
        let object = object::File::parse(member.data)
            .with_context(|| format!("{} is cut short or damaged", member.name))?;
        if object.kind() != ObjectKind::Relocatable {
            bail!(
                "{} is a program or shared library, linked for one system: give the objects or the archive that it was \
                 made of",
                member.name
            );
        }
        ensure!(
            !wants_executable_stack(&object),
            "{} requests an executable stack, which programs that call a guest don't have: end the source with `section \
             .note.GNU-stack noalloc noexec nowrite progbits`, unless it runs code there",
            member.name
        );
        processors.insert(Processor::of(object.architecture())?);
    }
    ensure!(!processors.is_empty(), "there is no ELF object in it");
    Ok(processors)
}

/// Whether an object requests an executable stack. If it says nothing, it does not need one: its code is proven.
fn wants_executable_stack(object: &object::File<'_>) -> bool {
    object.sections().any(|section| {
        let is_executable = matches!(
            section.flags(),
            SectionFlags::Elf { sh_flags, .. } if sh_flags.contains(elf::SHF_EXECINSTR)
        );
        section.name() == Ok(".note.GNU-stack") && is_executable
    })
}
