//! The builds of each export in an image, according to its entries.

use rustgo_record::Role;
use rustgo_record::features::x86_64::TABLE;
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
    /// What each variant needs of the processor, in the same order, by Rust's names and with all that these imply.
    pub features: Vec<Vec<&'static str>>,
    /// The exports, in the order of their names.
    pub exports: Vec<String>,
}

impl Table {
    /// Reads the entries. `None` if there is only one build.
    pub fn of(entries: &[Entry]) -> Option<Self> {
        let chooser = entries.iter().find(|entry| entry.export.role == Role::Chooser)?;
        let mut variants = std::collections::BTreeMap::new();
        let mut exports = std::collections::BTreeSet::new();
        for entry in entries {
            if let Role::Variant { of, number, features } = &entry.export.role {
                let name = entry.export.name[of.len()..].trim_start_matches('_');
                let features = TABLE.closure(features).map(|feature| feature.name).collect();
                variants.insert(*number, (name.to_owned(), features));
                exports.insert(of.clone());
            }
        }
        let (names, features) = variants.into_values().unzip();
        Some(Self {
            chooser: chooser.export.name.clone(),
            names,
            features,
            exports: exports.into_iter().collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustgo_record::Export;

    #[test]
    fn builds_are_told_by_their_numbers() {
        let entry = |name: &str, role| {
            let mut export = Export::undeclared(name);
            export.role = role;
            Entry { export, at: 0 }
        };
        let variant = |of: &str, number| Role::Variant {
            of: of.to_owned(),
            number,
            features: Vec::new(),
        };
        let mut entries = vec![
            entry("sum_v4", variant("sum", 2)),
            entry("sum__portable", variant("sum", 0)),
            entry("dot_v3", variant("dot", 1)),
            entry("plain", Role::Export),
        ];
        assert_eq!(Table::of(&entries), None);
        entries.push(entry("choose", Role::Chooser));
        let table = Table {
            chooser: "choose".to_owned(),
            names: ["portable", "v3", "v4"].map(str::to_owned).to_vec(),
            features: vec![Vec::new(); 3],
            exports: ["dot", "sum"].map(str::to_owned).to_vec(),
        };
        assert_eq!(Table::of(&entries), Some(table));
    }
}
