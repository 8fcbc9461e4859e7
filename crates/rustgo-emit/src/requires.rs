//! The processor features that an export requires, as sentences in each host's documentation.

use crate::interface::Function;
use crate::processor::Processor;

/// The features that hosts check for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requires {
    /// rustc's names, as declared, without those that others imply.
    pub names: Vec<&'static str>,
    /// The names in GCC's `__builtin_cpu_supports`, which also checks that the operating system saves the registers.
    /// The function does not know features of AArch64.
    pub gcc: Vec<&'static str>,
}

/// The requirements of a function on some processors, by Go's names. A processor without requirements is left out.
pub fn of(function: &Function, processors: &[Processor]) -> impl Iterator<Item = (&'static str, Requires)> {
    processors.iter().filter_map(|processor| {
        let features: Vec<_> = processor.features().shortest(&function.requires).collect();
        let requires = Requires {
            names: features.iter().map(|feature| feature.name).collect(),
            gcc: features
                .iter()
                .filter_map(|feature| Some(feature.detection?.gcc))
                .collect(),
        };
        (!features.is_empty()).then_some((processor.go_name(), requires))
    })
}

/// One sentence for each processor with requirements.
pub fn sentences(function: &Function, processors: &[Processor]) -> Vec<String> {
    of(function, processors)
        .map(|(processor, requires)| {
            format!(
                "Requires of {processor} processors: {}.",
                requires.names.join(", ")
            )
        })
        .collect()
}
