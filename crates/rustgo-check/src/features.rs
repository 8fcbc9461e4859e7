//! Compares the processor features that an export's instructions need with those that it requires.
//!
//! An instruction that a processor lacks is an invalid-opcode exception at best, and another instruction at worst. So
//! every instruction that an export reaches has to belong to the baseline (the first level of x86-64, Armv8-A with
//! NEON), or need features that the export's record names, including those that they imply. Each processor's file says
//! which features an instruction needs.

mod aarch64;
mod x86_64;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::explore::Call;
use crate::finding::{Finding, Place, Rule};
use crate::function::FunctionAnalysis;
use crate::image::{Entry, Image, Processor};
use crate::stack_bound::Functions;
use rustgo_record::Role;

/// A feature that an instruction needs beyond the baseline.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Need {
    /// Its name in rustc, or the decoder's name if no table lists it.
    feature: String,
}

impl Need {
    fn of(feature: &str) -> Self {
        Self {
            feature: feature.to_owned(),
        }
    }

    /// A feature that no export can require.
    fn unlisted(feature: impl std::fmt::Debug) -> Self {
        Self::of(&format!("{feature:?}").to_lowercase().replace('_', "-"))
    }
}

/// The instructions of a function that need a feature, by offset.
type Uses = BTreeMap<Need, Vec<u64>>;

/// The features that an image's functions use, computed once per function.
///
/// SOUNDNESS: C9
#[derive(Debug)]
pub struct Used {
    functions: BTreeMap<u64, Uses>,
}

impl Used {
    /// Collects the needs of every instruction that the exports of an image reach.
    pub fn of(image: &Image, functions: &Functions) -> Self {
        let used = functions
            .iter()
            .map(|(start, function)| (*start, uses(image, function)))
            .filter(|(_, uses)| !uses.is_empty());
        Self {
            functions: used.collect(),
        }
    }

    /// Findings about the instructions that an export reaches and that need more than it requires. `None` if there are
    /// none.
    pub fn beyond(
        &self,
        image: &Image,
        functions: &Functions,
        entry: &Entry,
        reached: &BTreeSet<u64>,
    ) -> Option<Finding> {
        let table = image.processor.features();
        let guaranteed: Vec<&str> = entry.export.guaranteed().collect();
        let allowed: BTreeSet<&str> = table.closure(&guaranteed).map(|feature| feature.name).collect();
        let mut missing: BTreeMap<&str, usize> = BTreeMap::new();
        let mut first: Option<(u64, u64, &str)> = None;
        for (start, uses) in self
            .functions
            .range(..)
            .filter(|(start, _)| reached.contains(start))
        {
            for (Need { feature }, places) in uses {
                if allowed.contains(feature.as_str()) || is_checked(entry, feature) {
                    continue;
                }
                *missing.entry(feature).or_default() += places.len();
                // Of the features that one instruction needs, the one that implies the others is the most informative.
                let says_more = |(_, at, other): (u64, u64, &str)| {
                    places[0] < at || places[0] == at && table.implies(feature, other)
                };
                if first.is_none_or(says_more) {
                    first = Some((*start, places[0], feature));
                }
            }
        }
        let (function, at, feature) = first?;
        let count = match missing[feature] {
            1 => String::new(),
            2 => " (as another instruction does)".to_owned(),
            count => format!(" (as {} other instructions do)", count - 1),
        };
        let others: Vec<String> = missing
            .keys()
            .filter(|other| **other != feature)
            .map(|other| format!("`{other}`"))
            .collect();
        let others = match others.is_empty() {
            true => String::new(),
            false => format!(". Others need {}", others.join(", ")),
        };
        Some(Finding {
            rule: Rule::ProcessorFeature,
            message: format!(
                "export `{}` runs `{}`, which needs the processor feature `{feature}`, and does not say so{count}{others}",
                entry.export.name,
                text(image, at)
            ),
            places: places(image, functions, entry.at, function, at),
            help: help(image.processor, entry, &missing.into_keys().collect::<Vec<_>>()),
        })
    }
}

/// The function that chooses among variants runs on every processor, and checks CPUID before it reads XCR0.
fn is_checked(entry: &Entry, feature: &str) -> bool {
    entry.export.role == Role::Chooser && feature == "xsave"
}

fn uses(image: &Image, function: &FunctionAnalysis) -> Uses {
    let mut uses = Uses::new();
    // Instructions for kernels are refused as such, whichever processor has them.
    let for_the_kernel: BTreeSet<u64> = function
        .diagnostics()
        .filter(|(_, diagnostic)| diagnostic.rule == Rule::SystemCall)
        .map(|(at, _)| at)
        .collect();
    let mut backward_compatible = Vec::new();
    for &at in function.depth.keys().filter(|at| !for_the_kernel.contains(at)) {
        let needs = match image.processor {
            Processor::X86_64 if x86_64::is_backward_compatible(image, at) => {
                backward_compatible.push(at);
                continue;
            }
            Processor::X86_64 => x86_64::needs(image, at),
            Processor::Aarch64 => aarch64::needs(image, at),
        };
        for need in needs {
            uses.entry(need).or_default().push(at);
        }
    }
    // A function with instructions beyond the baseline was compiled for newer processors, and may rely on their
    // behaviour.
    if !uses.is_empty() {
        for at in backward_compatible {
            for need in x86_64::needs(image, at) {
                uses.entry(need).or_default().push(at);
            }
        }
        uses.values_mut().for_each(|places| places.sort_unstable());
    }
    uses
}

fn text(image: &Image, at: u64) -> String {
    match image.processor {
        Processor::X86_64 => x86_64::text(image, at),
        Processor::Aarch64 => aarch64::text(image, at),
    }
}

/// The instruction, and the calls on the shortest path to it from the export, innermost first.
fn places(image: &Image, functions: &Functions, start: u64, function: u64, at: u64) -> Vec<Place> {
    let mut callers: BTreeMap<u64, Option<(u64, Call)>> = BTreeMap::from([(start, None)]);
    let mut queue = VecDeque::from([start]);
    while let Some(caller) = queue.pop_front() {
        for call in functions.get(&caller).map_or(&[][..], |function| &function.calls) {
            callers.entry(call.target).or_insert_with(|| {
                queue.push_back(call.target);
                Some((caller, *call))
            });
        }
    }
    let mut places = vec![Place::at(image, at)];
    let mut callee = function;
    while let Some((caller, call)) = callers.get(&callee).copied().flatten() {
        places.push(Place::at(image, call.at));
        callee = caller;
    }
    places
}

fn help(processor: Processor, entry: &Entry, missing: &[&str]) -> String {
    let table = processor.features();
    let unlisted: Vec<String> = missing
        .iter()
        .filter(|name| table.find(name).is_none())
        .map(|name| format!("`{name}`"))
        .collect();
    if !unlisted.is_empty() {
        return format!(
            "no export can require {}: compile the guest without that feature, or replace the instruction in the assembly",
            unlisted.join(", ")
        );
    }
    let listed =
        |names: &[&str]| -> Vec<&str> { table.shortest(names).map(|feature| feature.name).collect() };
    if let Role::Variant { .. } = entry.export.role {
        return format!(
            "add the feature to the variant (`+{}`), so that hosts check for it",
            listed(missing).join(",+")
        );
    }
    let declared = entry.export.requires.iter().map(String::as_str);
    let declared: Vec<&str> = declared.filter(|name| table.find(name).is_none()).collect();
    let required: Vec<&str> = entry.export.requires.iter().map(String::as_str).collect();
    let all = listed(&[&required, missing].concat());
    let variant = match processor {
        Processor::X86_64 => format!(
            "; or build a variant of the guest with it, which hosts select by themselves (`--variant v2=+{}`)",
            listed(missing).join(",+")
        ),
        Processor::Aarch64 => String::new(),
    };
    format!(
        "declare `#[rustgo_rt::export(requires = \"{}\")]`, so that hosts call it only if the processor has that{variant}; or \
         avoid the feature: `#[target_feature]` in the guest or a dependency, assembly, or a compiler flag brings such \
         instructions in",
        [declared, all].concat().join(",")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustgo_record::Export;

    fn entry(role: Role, requires: &[&str]) -> Entry {
        let mut export = Export::undeclared("f");
        export.role = role;
        export.requires = requires.iter().map(|&name| name.to_owned()).collect();
        Entry { export, at: 0 }
    }

    #[test]
    fn only_the_chooser_may_read_the_state_unasked() {
        assert!(is_checked(&entry(Role::Chooser, &[]), "xsave"));
        assert!(!is_checked(&entry(Role::Chooser, &[]), "avx"));
        assert!(!is_checked(&entry(Role::Export, &[]), "xsave"));
    }

    #[test]
    fn help_says_what_to_declare() {
        let export = entry(Role::Export, &["bmi1", "sve"]);
        let said = help(Processor::X86_64, &export, &["avx2"]);
        assert!(said.contains("(requires = \"sve,"), "{said}");
        assert!(said.contains("avx2") && said.contains("bmi1"), "{said}");
        assert!(said.contains("`--variant v2=+avx2`"), "{said}");
        let said = help(Processor::Aarch64, &entry(Role::Export, &[]), &["aes"]);
        assert!(
            said.contains("(requires = \"aes\")") && !said.contains("--variant"),
            "{said}"
        );
        let said = help(Processor::X86_64, &export, &["cet-ss", "avx2"]);
        assert!(said.starts_with("no export can require `cet-ss`:"), "{said}");
        let variant = Role::Variant {
            of: "f".to_owned(),
            number: 1,
            features: Vec::new(),
        };
        let said = help(Processor::X86_64, &entry(variant, &[]), &["avx2", "bmi1"]);
        assert!(
            said.contains("add the feature to the variant (`+") && said.contains("avx2"),
            "{said}"
        );
    }
}
