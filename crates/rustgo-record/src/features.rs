//! The processor features that an export may require and a variant may be compiled with, by rustc's names. This is the
//! only table of them: `#[export(requires = "...")]` takes these names, the prover compares them with the instructions
//! that an export reaches, and hosts test the CPUID bits given here.
//!
//! Features that every processor of a target has (SSE2 on x86-64, NEON on AArch64) are the baseline, and not listed.

pub mod aarch64;
pub mod x86_64;

/// A processor feature.
#[derive(Clone, Copy, Debug)]
pub struct Feature {
    /// Its name in rustc.
    pub name: &'static str,
    /// The features that rustc enables with it, except those that these imply in turn.
    pub implies: &'static [&'static str],
    /// How an x86-64 processor reports the feature.
    pub detection: Option<x86_64::Detection>,
}

/// The features of a processor.
#[derive(Debug)]
pub struct Table {
    /// All of them.
    pub features: &'static [Feature],
}

/// The tables of all processors.
pub const TABLES: [&Table; 2] = [&x86_64::TABLE, &aarch64::TABLE];

/// The name is a feature of some processor. To builds for other processors it means nothing.
pub fn is_known(name: &str) -> bool {
    TABLES.iter().any(|table| table.find(name).is_some())
}

impl Table {
    /// The feature of a name.
    pub fn find(&self, name: &str) -> Option<&'static Feature> {
        self.features.iter().find(|feature| feature.name == name)
    }

    /// Whether every processor with feature `name` also has `other`: they are equal, or the first implies the second.
    pub fn implies(&self, name: &str, other: &str) -> bool {
        let Some(feature) = self.find(name) else {
            return false;
        };
        name == other || feature.implies.iter().any(|implied| self.implies(implied, other))
    }

    /// The features of a list and all that they imply, in the order of the table. Unknown names are left out.
    pub fn closure(&self, names: &[impl AsRef<str>]) -> impl Iterator<Item = &'static Feature> {
        let is_meant =
            |feature: &&Feature| names.iter().any(|name| self.implies(name.as_ref(), feature.name));
        self.features.iter().filter(is_meant)
    }

    /// The features of a list that no other one of it implies, in the order of the table: the shortest equivalent list.
    pub fn shortest(&self, names: &[impl AsRef<str>]) -> impl Iterator<Item = &'static Feature> {
        let is_listed = |feature: &&Feature| names.iter().any(|name| name.as_ref() == feature.name);
        let is_implied = |feature: &&Feature| {
            let mut others = names
                .iter()
                .map(AsRef::as_ref)
                .filter(|&name| name != feature.name);
            others.any(|name| self.implies(name, feature.name))
        };
        self.features
            .iter()
            .filter(is_listed)
            .filter(move |feature| !is_implied(feature))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(features: impl Iterator<Item = &'static Feature>) -> Vec<&'static str> {
        features.map(|feature| feature.name).collect()
    }

    #[test]
    fn what_is_implied_is_in_the_table_and_no_circle() {
        for table in TABLES {
            for (index, feature) in table.features.iter().enumerate() {
                let same = table.features[..index]
                    .iter()
                    .filter(|other| other.name == feature.name);
                assert_eq!(same.count(), 0, "{} twice", feature.name);
                for implied in feature.implies {
                    assert!(
                        table.find(implied).is_some(),
                        "{} implies {implied}",
                        feature.name
                    );
                    assert!(
                        !table.implies(implied, feature.name),
                        "{} and {implied}",
                        feature.name
                    );
                }
            }
        }
    }

    #[test]
    fn a_closure_has_what_is_implied_at_any_distance() {
        let closure = names(x86_64::TABLE.closure(&["avx512ifma", "bmi2", "dotprod"]));
        assert_eq!(
            closure,
            [
                "sse3",
                "ssse3",
                "fma",
                "sse4.1",
                "sse4.2",
                "avx",
                "f16c",
                "avx2",
                "bmi2",
                "avx512f",
                "avx512ifma"
            ]
        );
        assert!(names(x86_64::TABLE.closure(&[""; 0])).is_empty());
    }

    #[test]
    fn the_shortest_list_leaves_out_what_others_imply() {
        let listed = ["avx", "sse3", "bmi1", "avx2", "avx512bw", "bmi1"];
        assert_eq!(names(x86_64::TABLE.shortest(&listed)), ["bmi1", "avx512bw"]);
        assert_eq!(
            names(aarch64::TABLE.shortest(&["sha2", "sha3", "lse"])),
            ["lse", "sha3"]
        );
    }
}
