//! The features that kernels of `rustgo-crypto` need are declared at its exports (`requires`), where the prover
//! compares them with the code. Everything that repeats them by hand is compared with that here.

use std::collections::{BTreeMap, BTreeSet};

use rustgo_record::features::x86_64::{AVX, TABLE};

const EXPORTS: &str = include_str!("../../../rustgo-crypto/src/exports/x86_64.rs");

type Features = BTreeSet<String>;

/// The features that each kernel requires, by the suffix of its exports: single multiplications and batches alike.
fn declared() -> BTreeMap<&'static str, Features> {
    let mut kernels: BTreeMap<&str, Features> = BTreeMap::new();
    let mut count = 0;
    for part in EXPORTS.split("#[rustgo_rt::export(").skip(1) {
        let (arguments, rest) = part.split_once(")]").unwrap();
        let (_, list) = arguments
            .split_once("requires = \"")
            .expect("every export requires something");
        let features: Features = list.trim_end_matches('"').split(',').map(str::to_owned).collect();
        let (_, name) = rest.split_once("fn scalar_base_mult").unwrap();
        let (name, _) = name.split_once('(').unwrap();
        let suffix = name.rsplit('_').next().unwrap();
        let known = kernels.entry(suffix).or_insert_with(|| features.clone());
        assert_eq!(*known, features, "{suffix}");
        count += 1;
    }
    assert_eq!((kernels.len(), count), (3, 6));
    kernels
}

/// Asserts that a place checks for all features that a kernel requires, and for no others except implied ones.
fn agrees(place: &str, suffix: &str, asked: &Features) {
    let declared: Vec<String> = declared()[suffix].iter().cloned().collect();
    for feature in &declared {
        assert!(
            asked.contains(feature),
            "{place} does not ask for {feature} before {suffix}"
        );
    }
    let implied: Features = TABLE
        .closure(&declared)
        .map(|feature| feature.name.to_owned())
        .collect();
    for feature in asked {
        assert!(
            implied.contains(feature),
            "{place} asks for {feature} before {suffix}"
        );
    }
}

#[test]
fn the_go_chooser_asks_for_what_is_declared() {
    let source = include_str!("../../../go/edwards25519/cpu_amd64.go");
    let (_, cases) = source.split_once("func fastestOf").unwrap();
    let mut seen = 0;
    for case in cases.split("\tcase ").skip(1) {
        let (condition, rest) = case.split_once(":\n\t\treturn ").unwrap();
        let kernel = rest.lines().next().unwrap();
        let words: Vec<&str> = condition
            .split(|letter: char| !letter.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect();
        let asked: Features = words
            .iter()
            .filter_map(|word| word.strip_prefix("has").filter(|name| !name.is_empty()))
            .map(str::to_lowercase)
            .collect();
        agrees("go/edwards25519/cpu_amd64.go", kernel, &asked);
        let states = TABLE
            .features
            .iter()
            .filter(|feature| asked.contains(feature.name));
        let state = states.fold(0, |state, feature| state | feature.detection.unwrap().state);
        let saves = match state {
            0 => "0",
            AVX => "savesAVX",
            _ => "savesAVX512",
        };
        assert_eq!(words.last(), Some(&saves), "{kernel}");
        seen += 1;
    }
    assert_eq!(seen, declared().len());
}

/// Every constant of the Go chooser is the bit of the table.
#[test]
fn the_go_chooser_has_the_bits_of_the_table() {
    let source = include_str!("../../../go/edwards25519/cpu_amd64.go");
    let mut seen = 0;
    for line in source.lines().filter(|line| line.starts_with("\thas")) {
        let Some((name, bit)) = line.split_once("= 1 << ") else {
            continue;
        };
        let name = name.trim().trim_start_matches("has").to_lowercase();
        if name == "osxsave" {
            assert_eq!(
                1 << bit.parse::<u32>().unwrap(),
                rustgo_record::features::x86_64::OSXSAVE
            );
            continue;
        }
        let detection = TABLE
            .find(&name)
            .unwrap_or_else(|| panic!("{name}"))
            .detection
            .unwrap();
        assert_eq!(bit.parse(), Ok(detection.bit), "{name}");
        // Leaf 1 in ECX, or leaf 7 in EBX.
        assert_eq!(detection.word, usize::from(name != "fma"), "{name}");
        seen += 1;
    }
    assert_eq!(seen, 8);
}

#[test]
fn the_constant_time_checks_ask_for_what_is_declared() {
    let source = include_str!("../../../rustgo-crypto/constant-time/src/target.rs");
    let mut seen = 0;
    for kernel in source.split("suffix: \"_").skip(1) {
        let (suffix, rest) = kernel.split_once('"').unwrap();
        let (_, rest) = rest.split_once("features!(").unwrap();
        let (list, _) = rest.split_once(')').unwrap();
        let asked = list
            .split_whitespace()
            .map(|name| name.trim_matches('"').to_owned())
            .collect();
        agrees("constant-time/src/target.rs", suffix, &asked);
        seen += 1;
    }
    assert_eq!(seen, declared().len());
}

#[test]
fn the_c_example_asks_for_what_is_declared() {
    let source = include_str!("../../../examples/c/README.md");
    let (_, chooser) = source
        .split_once("__typeof__(&scalar_base_mult) fastest =")
        .unwrap();
    let (chooser, _) = chooser.split_once(";\n").unwrap();
    let names: BTreeMap<&str, &str> = TABLE
        .features
        .iter()
        .map(|feature| (feature.detection.unwrap().gcc, feature.name))
        .collect();
    let mut seen = 0;
    for choice in chooser.split(" :") {
        let Some((conditions, kernel)) = choice.split_once('?') else {
            assert_eq!(choice.trim(), "scalar_base_mult");
            continue;
        };
        let asked: Features = conditions
            .split("__builtin_cpu_supports(\"")
            .skip(1)
            .map(|rest| names[rest.split('"').next().unwrap()].to_owned())
            .collect();
        agrees(
            "examples/c/README.md",
            kernel.trim().rsplit('_').next().unwrap(),
            &asked,
        );
        seen += 1;
    }
    assert_eq!(seen, declared().len());
}

/// The table in the documentation of the exports.
#[test]
fn the_documentation_names_what_is_declared() {
    let source = include_str!("../../../rustgo-crypto/src/exports.rs");
    let mut seen = 0;
    for row in source.lines().filter_map(|line| line.strip_prefix("//! | `_")) {
        let (suffix, rest) = row.split_once("` | ").unwrap();
        let (list, _) = rest.split_once(" |").unwrap();
        let asked = list
            .split(", ")
            .map(|name| name.split(' ').next().unwrap().to_lowercase())
            .collect();
        agrees("rustgo-crypto/src/exports.rs", suffix, &asked);
        seen += 1;
    }
    assert_eq!(seen, declared().len());
}
