//! Removes references to functions that nothing calls from objects, so that the linker drops those functions.
//!
//! The address of a function keeps it in the image, with everything that it refers to, even if it is never called
//! through that address: a panic's message refers to the functions that would format it, a vtable to the methods that
//! are not used. If every call of an image is known, the functions that none of them reaches are dead code, and their
//! addresses may have any value.

use std::collections::{BTreeSet, HashSet};
use std::path::{Path, PathBuf};

use object::elf::{self, FileHeader64};
use object::read::elf::{FileHeader, Rela, SectionHeader, Sym};
use object::{LittleEndian, SectionIndex};

use super::error::{Error, Result};
use crate::archive::members;

/// Writes copies of the objects and archives into a folder and returns their paths. The copies lack references from
/// live sections to functions none of whose names is in `alive`. Returns `None` if there is nothing to remove.
///
/// # Errors
///
/// If a file can't be read or written.
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
            // Relocation type 0, symbol 0.
            bytes[place..place + 8].fill(0);
            count += 1;
        }
        // A folder of its own preserves the file's name.
        let folder = folder.join(number.to_string());
        std::fs::create_dir_all(&folder).map_err(|error| Error::Write(folder.clone(), error))?;
        let copy = folder.join(file.file_name().ok_or(Error::NoName)?);
        std::fs::write(&copy, bytes).map_err(|error| Error::Write(copy.clone(), error))?;
        pruned.push(copy);
    }
    Ok((count > 0).then_some(pruned))
}

/// The offsets of the types of those relocations that refer to dead functions.
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

/// Offset of a relocation's type and symbol in its record, which starts with the 8 bytes of the place.
const INFO: usize = 8;

#[cfg(test)]
mod tests;
