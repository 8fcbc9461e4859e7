//! Jump tables: 32-bit distances from the table, or from another place, to the cases of a `match`.

use std::collections::BTreeSet;

use crate::check::state::Table;
use crate::image::Image;

/// Bytes of an entry.
const ENTRY: u64 = 4;

/// The tables of an image.
pub struct Tables<'a> {
    image: &'a Image,
    /// The places that instructions refer to: where one table ends and another begins.
    referred: BTreeSet<u64>,
}

impl<'a> Tables<'a> {
    /// Looks through the references of an image's instructions.
    pub fn new(image: &'a Image) -> Self {
        let referred = image
            .references
            .iter()
            .filter(|reference| reference.at < image.code_size)
            .map(|reference| reference.target)
            .collect();
        Self { image, referred }
    }

    /// Tells whether a table can start at an offset.
    pub fn is_in_image(&self, start: u64) -> bool {
        start < self.image.bytes.len() as u64
    }

    /// Where a jump to `base` plus an entry of the table can lead, each place once.
    ///
    /// How many entries there are is known from a comparison of the index. Where the compiler left that out, because
    /// the index can't be out of range, the table reaches as far as the linker filled in distances to code, or to the
    /// next table.
    ///
    /// # Errors
    ///
    /// The end of a sentence: why the table is not understood.
    pub fn targets(&self, table: Table, base: u64) -> Result<Vec<u64>, String> {
        let filled = self.run(table.start, u64::MAX);
        let count = match table.last.map(|last| last.saturating_add(1)) {
            // A linked image without its relocations shows no entries: there the comparison has to do.
            Some(count) if count <= filled || filled == 0 => count,
            // A bound beyond the entries is that of the index's type.
            _ => {
                let next_table = self.referred.range(table.start.saturating_add(1)..).next();
                self.run(table.start, next_table.copied().unwrap_or(u64::MAX))
            }
        };
        if count == 0 {
            return Err("whose length is not known: no comparison bounds the index".to_owned());
        }
        let end = count
            .checked_mul(ENTRY)
            .and_then(|bytes| table.start.checked_add(bytes))
            .and_then(|end| usize::try_from(end).ok());
        let entries = end
            .and_then(|end| self.image.bytes.get(table.start as usize..end))
            .ok_or_else(|| format!("which with its {count} entries would reach beyond the image"))?;
        let (entries, _) = entries.as_chunks::<{ ENTRY as usize }>();
        let targets: BTreeSet<u64> = entries
            .iter()
            .map(|entry| base.wrapping_add_signed(i32::from_le_bytes(*entry).into()))
            .collect();
        Ok(targets.into_iter().collect())
    }

    /// How many entries the linker filled in from a place on, and in front of another.
    fn run(&self, start: u64, end: u64) -> u64 {
        let references = &self.image.references;
        let first = references.partition_point(|reference| reference.at < start);
        let places = (0..).map(|index| start.saturating_add(index * ENTRY));
        references[first..]
            .iter()
            .zip(places)
            .take_while(|(reference, place)| {
                reference.at == *place
                    && *place < end
                    && reference.at >= self.image.code_size
                    && reference.target < self.image.code_size
            })
            .count() as u64
    }
}
