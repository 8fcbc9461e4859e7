//! Jump tables: distances from the table, or from another place, to the cases of a `match`; and tables of addresses:
//! function pointers and references to trait objects.

use std::collections::BTreeSet;

use super::diagnostic::Refusal;
use super::fuel::Fuel;
use super::machine::Targets;
use super::state::{CodeTable, EntryFormat, Value};
use crate::image::Image;

/// The tables of an image.
pub struct Tables<'a> {
    image: &'a Image,
    fuel: &'a Fuel,
    /// The places that instructions refer to, at which a new table starts.
    referred: BTreeSet<u64>,
}

impl<'a> Tables<'a> {
    /// Collects the references of an image's instructions.
    pub fn new(image: &'a Image, fuel: &'a Fuel) -> Self {
        let referred = image
            .references
            .iter()
            .filter(|reference| reference.at < image.code_size)
            .map(|reference| reference.target)
            .collect();
        Self {
            image,
            fuel,
            referred,
        }
    }

    /// Whether a table can start at an offset.
    pub fn is_in_image(&self, start: u64) -> bool {
        start < self.image.bytes.len() as u64
    }

    /// The address that the image holds at an offset, if there is one.
    pub fn address(&self, at: u64) -> Option<u64> {
        let addresses = &self.image.relro.addresses;
        let index = addresses.binary_search_by_key(&at, |address| address.at).ok()?;
        Some(addresses[index].target)
    }

    /// The value of eight bytes that are read at an index of a table, whose entries are some bytes apart.
    pub fn entry(&self, start: u64, last: Option<u64>, scale: u64) -> Value {
        if scale < 8 || !scale.is_power_of_two() || self.address(start).is_none() {
            return Value::Unknown;
        }
        let entry = EntryFormat::Address {
            shift: scale.trailing_zeros(),
        };
        let table = CodeTable { start, last, entry };
        Value::Target { table, base: 0 }
    }

    /// The targets of a jump or call to a value. `text` is the instruction.
    ///
    /// # Errors
    ///
    /// If they are unknown.
    ///
    /// SOUNDNESS: I1
    pub fn targets_of(&self, value: Value, text: impl Fn() -> String) -> Result<Targets, Refusal> {
        match self.leads(value) {
            Some(Ok(targets)) => Targets::listed(targets).ok_or_else(|| Refusal::unknown_target(&text())),
            Some(Err(reason)) => Err(Refusal::table(&text(), &reason)),
            None => Err(Refusal::unknown_target(&text())),
        }
    }

    /// The targets of a jump or call to a value. `None` if they are unknown.
    ///
    /// # Errors
    ///
    /// If the value comes from a table that is not understood: a sentence that says so.
    pub fn leads(&self, value: Value) -> Option<Result<BTreeSet<u64>, String>> {
        let (table, targets) = match value {
            Value::Address(target) => return Some(Ok(BTreeSet::from([target]))),
            Value::Target { table, base } => (table, self.targets(table, base)),
            Value::Field { table, offset } => (table, self.fields(table, offset)),
            _ => return None,
        };
        Some(targets.map_err(|reason| format!("the table at image offset {:#x}, {reason}", table.start)))
    }

    /// The addresses some bytes after those in a table.
    fn fields(&self, table: CodeTable, offset: i64) -> Result<BTreeSet<u64>, String> {
        let fields: Option<BTreeSet<u64>> = self
            .targets(table, 0)?
            .into_iter()
            .map(|entry| self.address(entry.checked_add_signed(offset)?))
            .collect();
        fields.ok_or_else(|| format!("where {offset} bytes after an entry's target is not an address"))
    }

    /// The targets of a jump to `base` plus an entry of the table.
    ///
    /// The number of entries is known from a comparison of the index. If the compiler removed that, because the index
    /// can't be out of range, the table reaches as far as its entries lead into code, or to the next table.
    ///
    /// # Errors
    ///
    /// Why the table is not understood, as the end of a sentence.
    ///
    /// SOUNDNESS: I2, M3, R3
    fn targets(&self, table: CodeTable, base: u64) -> Result<BTreeSet<u64>, String> {
        let filled = self.run(table, base, u64::MAX);
        let count = match table.last.map(|last| last.saturating_add(1)) {
            // A linked image without relocations has no filled-in entries: there the comparison is used.
            Some(count) if count <= filled || filled == 0 => count,
            // A bound beyond the entries is that of the index's type.
            _ => {
                let next_table = self.referred.range(table.start.saturating_add(1)..).next();
                self.run(table, base, next_table.copied().unwrap_or(u64::MAX))
            }
        };
        if self.fuel.spend(count).is_err() {
            return Err(format!("whose {count} entries are too many to follow"));
        }
        if count == 0 {
            return Err("whose length is unknown: no comparison bounds the index".to_owned());
        }
        let targets: Option<BTreeSet<u64>> =
            (0..count).map(|index| self.target(table, base, index)).collect();
        targets.ok_or_else(|| format!("whose {count} entries would reach beyond the image"))
    }

    /// The target of an entry. `None` if it is outside the image.
    fn target(&self, table: CodeTable, base: u64, index: u64) -> Option<u64> {
        let start = table.start.checked_add(index.checked_mul(table.entry.size())?)?;
        if matches!(table.entry, EntryFormat::Address { .. }) {
            return self.address(start);
        }
        let end = start.checked_add(table.entry.size())?;
        let bytes = self
            .image
            .bytes
            .get(usize::try_from(start).ok()?..usize::try_from(end).ok()?)?;
        let distance = match *bytes {
            [words] => i64::from(words) << table.entry.shift(),
            [a, b] => i64::from(u16::from_le_bytes([a, b])) << table.entry.shift(),
            [a, b, c, d] => i64::from(i32::from_le_bytes([a, b, c, d])),
            _ => return None,
        };
        Some(base.wrapping_add_signed(distance))
    }

    /// How many entries fit before another place.
    fn run(&self, table: CodeTable, base: u64, end: u64) -> u64 {
        let count = match table.entry {
            EntryFormat::Bytes32 => self.filled(table, end),
            EntryFormat::Words8 | EntryFormat::Words16 => self.inside(table, base, end),
            EntryFormat::Address { .. } => self.addresses(table, end),
        };
        // Checking an entry is fast.
        let _ = self.fuel.spend(count / 16);
        count
    }

    /// How many consecutive places hold an address.
    fn addresses(&self, table: CodeTable, end: u64) -> u64 {
        let places =
            (0..).map_while(|index: u64| table.start.checked_add(index.checked_mul(table.entry.size())?));
        let is_entry = |place: &u64| *place < end && self.address(*place).is_some();
        places.take_while(is_entry).count() as u64
    }

    /// How many entries the linker filled in.
    fn filled(&self, table: CodeTable, end: u64) -> u64 {
        let references = &self.image.references;
        let first = references.partition_point(|reference| reference.at < table.start);
        let places = (0..).map(|index| table.start.saturating_add(index * table.entry.size()));
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

    /// How many narrow entries, which the assembler filled in, lead into the function that they are relative to. Bytes
    /// after the last entry may look like entries: then more is explored than is ever reached.
    fn inside(&self, table: CodeTable, base: u64, end: u64) -> u64 {
        let Some(function) = self.image.function_at(base) else {
            return 0;
        };
        let is_entry = |index: &u64| {
            let place = table.start.saturating_add(index * table.entry.size());
            let target = self.target(table, base, *index);
            place < end && target.is_some_and(|target| target < function.end())
        };
        (0..).take_while(is_entry).count() as u64
    }
}
