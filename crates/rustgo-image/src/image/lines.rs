//! The Rust source line of each instruction, from the guest's debug info.

use std::borrow::Cow;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use gimli::{Dwarf, EndianSlice, LittleEndian, SectionId};
use object::{Object, ObjectSection};

use super::error::{Error, Result};

/// A line in a source file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The file, as a rooted path (`/rustgo/rustgo-crypto-0.1.0/src/field.rs`), the same on every machine.
    pub file: Arc<str>,
    /// The line, counted from 1.
    pub line: u32,
}

/// The source line of each part of the image. Inlined code has the line where it was written.
#[derive(Clone, Debug, Default)]
pub struct Lines {
    /// The line from each offset on, until the next. `None` for code without a line.
    rows: Vec<(u64, Option<Line>)>,
}

/// The most rows that line tables may have, including those of dropped code.
const ROWS: usize = 4_000_000;

type Slice<'a> = EndianSlice<'a, LittleEndian>;

impl Lines {
    /// Reads the line tables of a linked file, for the first `code_size` bytes of its image.
    ///
    /// # Errors
    ///
    /// If the debug info is damaged. A file without debug info is not an error: it has no lines.
    pub fn read(file: &[u8], code_size: u64) -> Result<Self> {
        let object = object::File::parse(file).map_err(Error::NotObject)?;
        let load = |id: SectionId| -> Result<Cow<'_, [u8]>> {
            match object.section_by_name(id.name()) {
                Some(section) => Ok(section
                    .uncompressed_data()
                    .map_err(|error| Error::CutShort("a debug section is cut short", error))?),
                None => Ok(Cow::Borrowed(&[])),
            }
        };
        let sections = gimli::DwarfSections::load(load)?;
        let dwarf = sections.borrow(|section| EndianSlice::new(section, LittleEndian));
        let damaged =
            |error: gimli::Error| Error::DebugInfo("the debug info is damaged", Box::new(error.into()));
        let mut rows = Vec::new();
        let mut units = dwarf.units();
        // Each unit has a line program of its own. In a damaged file all of them may name the same one.
        let mut seen = BTreeSet::new();
        let mut read = 0;
        while let Some(header) = units.next().map_err(damaged)? {
            let unit = dwarf.unit(header).map_err(damaged)?;
            let program = unit
                .line_program
                .as_ref()
                .map(|program| program.header().offset());
            if program.is_some_and(|offset| seen.insert(offset.0)) {
                unit_rows(&dwarf, &unit, code_size, &mut rows, &mut read)
                    .map_err(|error| Error::DebugInfo("the line table is damaged", Box::new(error)))?;
            }
        }
        // If one sequence ends where another starts, the start counts.
        rows.sort_by_key(|(offset, line)| (*offset, line.is_some()));
        rows.dedup_by(|later, earlier| {
            let same = later.0 == earlier.0;
            if same {
                earlier.1 = later.1.take();
            }
            same
        });
        Ok(Self { rows })
    }

    /// The line of the instruction at an offset.
    pub fn at(&self, offset: u64) -> Option<&Line> {
        let index = self
            .rows
            .partition_point(|(start, _)| *start <= offset)
            .checked_sub(1)?;
        self.rows[index].1.as_ref()
    }

    /// The same as `file:line`.
    pub fn text_at(&self, offset: u64) -> Option<String> {
        self.at(offset).map(|line| format!("{}:{}", line.file, line.line))
    }
}

fn unit_rows(
    dwarf: &Dwarf<Slice>,
    unit: &gimli::Unit<Slice>,
    code_size: u64,
    rows: &mut Vec<(u64, Option<Line>)>,
    read: &mut usize,
) -> Result<()> {
    let Some(program) = unit.line_program.clone() else {
        return Ok(());
    };
    let mut files: BTreeMap<u64, Arc<str>> = BTreeMap::new();
    let mut lines = program.rows();
    while let Some((header, row)) = lines.next_row()? {
        *read += 1;
        if *read > ROWS {
            return Err(Error::Lines(ROWS));
        }
        // The linker gives dropped code an address beyond the image.
        if row.address() > code_size {
            continue;
        }
        if row.end_sequence() {
            rows.push((row.address(), None));
            continue;
        }
        let file = match files.entry(row.file_index()) {
            Entry::Occupied(file) => file.get().clone(),
            Entry::Vacant(place) => place.insert(file_name(dwarf, unit, header, row)?).clone(),
        };
        let line = match row.line() {
            Some(line) => Some(Line {
                file,
                line: u32::try_from(line.get())?,
            }),
            None => None,
        };
        rows.push((row.address(), line));
    }
    Ok(())
}

fn file_name(
    dwarf: &Dwarf<Slice>,
    unit: &gimli::Unit<Slice>,
    header: &gimli::LineProgramHeader<Slice>,
    row: &gimli::LineRow,
) -> Result<Arc<str>> {
    let Some(file) = row.file(header) else {
        return Ok("?".into());
    };
    let mut name = dwarf
        .attr_string(unit, file.path_name())?
        .to_string_lossy()
        .into_owned();
    if let Some(folder) = file.directory(header) {
        name = join(&dwarf.attr_string(unit, folder)?.to_string_lossy(), &name);
    }
    if let Some(folder) = unit.comp_dir {
        name = join(&folder.to_string_lossy(), &name);
    }
    Ok(name.into())
}

fn join(folder: &str, name: &str) -> String {
    if name.starts_with('/') || folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    }
}

#[cfg(test)]
mod tests;
