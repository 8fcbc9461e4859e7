//! Takes references to functions that nothing calls out of objects, so that the linker leaves those functions out.
//!
//! The address of a function keeps it in the image, and with it all that it refers to, even if it is never called
//! through that address: a panic's message names the functions that would format it, a vtable the methods that are not
//! used. Where every call of an image is known, the functions that none of them reaches are dead, and their addresses
//! may be anything.

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use object::elf::{self, FileHeader64};
use object::read::elf::{FileHeader, Rela, SectionHeader, Sym};
use object::{LittleEndian, SectionIndex};

use super::error::{Error, Result};
use crate::archive::members;

/// Writes copies of the objects and archives into a folder, without references from what lives to functions of which
/// no name is among the given ones, and returns their paths. None where there is nothing to take out.
///
/// # Errors
///
/// A file can't be read or written.
pub fn prune(
    files: &[PathBuf],
    linked: &BTreeSet<&str>,
    alive: &BTreeSet<&str>,
    folder: &Path,
) -> Result<Option<Vec<PathBuf>>> {
    let mut pruned = Vec::new();
    let mut count = 0;
    for (number, file) in files.iter().enumerate() {
        let mut bytes = std::fs::read(file).map_err(|error| Error::Read(file.clone(), error))?;
        for place in relocations(&bytes, linked, alive)
            .map_err(|error| Error::Damaged(file.clone(), Box::new(error)))?
        {
            // No relocation, of no symbol.
            bytes[place..place + 8].fill(0);
            count += 1;
        }
        // A folder of its own keeps the file's name.
        let folder = folder.join(number.to_string());
        std::fs::create_dir_all(&folder).map_err(|error| Error::Write(folder.clone(), error))?;
        let copy = folder.join(file.file_name().ok_or(Error::NoName)?);
        std::fs::write(&copy, bytes).map_err(|error| Error::Write(copy.clone(), error))?;
        pruned.push(copy);
    }
    Ok((count > 0).then_some(pruned))
}

/// Where in a file the kinds of those relocations lie that refer to dead functions.
fn relocations(file: &[u8], linked: &BTreeSet<&str>, alive: &BTreeSet<&str>) -> Result<Vec<usize>> {
    let mut places = Vec::new();
    for member in members(file)? {
        let Ok(header) = FileHeader64::<LittleEndian>::parse(member.data) else {
            continue;
        };
        let start = member.data.as_ptr() as usize - file.as_ptr() as usize;
        let sections = header.sections(LittleEndian, member.data)?;
        let symbols = sections.symbols(LittleEndian, member.data, elf::SHT_SYMTAB)?;

        let mut dead: HashSet<SectionIndex> = HashSet::new();
        let mut living: HashSet<SectionIndex> = HashSet::new();
        for (index, symbol) in symbols.enumerate() {
            let Some(section) = symbols.symbol_section(LittleEndian, symbol, index)? else {
                continue;
            };
            let is_code = sections
                .section(section)?
                .sh_flags(LittleEndian)
                .contains(elf::SHF_EXECINSTR);
            let name = symbol.name(LittleEndian, symbols.strings()).unwrap_or_default();
            let name = std::str::from_utf8(name).unwrap_or_default();
            if is_code && alive.contains(name) {
                living.insert(section);
            } else if is_code && linked.contains(name) {
                dead.insert(section);
            }
        }
        dead.retain(|section| !living.contains(section));

        for section in sections.iter() {
            let applies_to = SectionIndex(section.sh_info(LittleEndian) as usize);
            let Some((entries, _)) = section.rela(LittleEndian, member.data)? else {
                continue;
            };
            let is_kept = sections
                .section(applies_to)?
                .sh_flags(LittleEndian)
                .contains(elf::SHF_ALLOC);
            if !is_kept || dead.contains(&applies_to) {
                continue;
            }
            for entry in entries {
                let Some(index) = entry.symbol(LittleEndian, false) else {
                    continue;
                };
                let symbol = symbols.symbol(index)?;
                let target = symbols.symbol_section(LittleEndian, symbol, index)?;
                if target.is_some_and(|target| dead.contains(&target)) {
                    let entry = std::ptr::from_ref(entry);
                    places.push(start + (entry as usize - member.data.as_ptr() as usize) + INFO);
                }
            }
        }
    }
    Ok(places)
}

/// Offset of a relocation's kind and symbol in its record, which starts with the place in 8 bytes.
const INFO: usize = 8;

#[cfg(test)]
mod tests;
