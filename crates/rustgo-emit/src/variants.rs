//! The builds of each export in an image, according to its entries.

use rustgo_record::Role;
pub use rustgo_record::variant_symbol as symbol;

use crate::image::Entry;
use crate::processor::Processor;

/// The processor that supports variants.
pub const PROCESSOR: Processor = Processor::X86_64;

/// The builds of an image's exports, and the function that selects one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The symbol of the selecting function.
    pub chooser: String,
    /// The variants' names, in the order of their numbers. The first is the portable build.
    pub names: Vec<String>,
    /// The exports, in the order of their names.
    pub exports: Vec<String>,
}

impl Table {
    /// Reads the entries. `None` if there is only one build.
    pub fn of(entries: &[Entry]) -> Option<Self> {
        let chooser = entries.iter().find(|entry| entry.export.role == Role::Chooser)?;
        let mut names = std::collections::BTreeMap::new();
        let mut exports = std::collections::BTreeSet::new();
        for entry in entries {
            if let Role::Variant { of, number, .. } = &entry.export.role {
                let name = entry.export.name[of.len()..].trim_start_matches('_');
                names.insert(*number, name.to_owned());
                exports.insert(of.clone());
            }
        }
        Some(Self {
            chooser: chooser.export.name.clone(),
            names: names.into_values().collect(),
            exports: exports.into_iter().collect(),
        })
    }
}
