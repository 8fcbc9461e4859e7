//! Variants: builds of one guest for processors with more features, in one image with the portable build. Hosts select
//! one of them once, by the features of the processor and the operating system.

mod chooser;

use std::collections::BTreeSet;
use std::fmt;
use std::process::Command;
use std::str::FromStr;

use anyhow::{Context, Result, bail, ensure};

use crate::toolchain::Toolchain;

pub use chooser::Chooser;
pub use rustgo_emit::variants::{PROCESSOR, Table, symbol};
use rustgo_record::features::Feature;
use rustgo_record::features::x86_64::{Needs, TABLE};

/// The build that runs on every processor. Its number is 0.
pub const PORTABLE: &str = "portable";

/// A build with more features: `v3=+avx2,+bmi2`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Variant {
    /// Its name.
    pub name: String,
    /// The features, by their Rust names.
    pub features: Vec<&'static str>,
}

impl FromStr for Variant {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let (name, list) = text
            .split_once('=')
            .context("write `NAME=+FEATURE,+FEATURE`, as in `v3=+avx2,+bmi2`")?;
        ensure!(
            name.starts_with(|first: char| first.is_ascii_lowercase())
                && name
                    .chars()
                    .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit()),
            "`{name}` can't be a variant's name, which becomes part of symbols: use lower-case letters and digits, such as \
             `v3`"
        );
        ensure!(
            name != PORTABLE,
            "`{PORTABLE}` is the name of the build without further features: choose another name"
        );
        let mut features = Vec::new();
        for item in list.split(',') {
            let feature = item.strip_prefix('+').with_context(|| {
                format!("`{item}` does not add a feature: write `+FEATURE`, with commas between several")
            })?;
            features.push(known(feature)?.name);
        }
        Ok(Self {
            name: name.to_owned(),
            features,
        })
    }
}

fn known(name: &str) -> Result<&'static Feature> {
    TABLE.find(name).with_context(|| {
        let names: Vec<_> = TABLE.features.iter().map(|feature| feature.name).collect();
        format!(
            "hosts can't detect whether a processor has `{name}`; they can detect {}",
            names.join(", ")
        )
    })
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}=+{}", self.name, self.features.join(",+"))
    }
}

impl Variant {
    /// The compiler flag.
    pub fn flag(&self) -> String {
        format!("-Ctarget-feature=+{}", self.features.join(",+"))
    }

    /// The variant's requirements: its features, and all that they imply.
    ///
    /// # Errors
    ///
    /// If the compiler can't be run, does not know a feature, or implies one that the table does not have.
    pub fn needs(&self, toolchain: &Toolchain) -> Result<Needs> {
        let portable = compiled_with(toolchain, None)?;
        let mine = compiled_with(toolchain, Some(&self.flag()))?;
        let needed: Vec<&Feature> = TABLE.closure(&self.features).collect();
        for name in mine.difference(&portable) {
            ensure!(
                needed.iter().any(|feature| feature.name == name),
                "variant `{self}`: {} implies `{name}`, which this tool does not know: name it too",
                toolchain.version
            );
        }
        for wanted in &self.features {
            ensure!(
                mine.contains(*wanted),
                "variant `{self}`: {} does not know the feature `{wanted}`",
                toolchain.version
            );
        }
        Ok(Needs::of(needed))
    }
}

/// The features that a flag enables, according to the compiler.
fn compiled_with(toolchain: &Toolchain, flag: Option<&str>) -> Result<BTreeSet<String>> {
    let output = Command::new(toolchain.rustc())
        .args(["--print", "cfg", "--target", PROCESSOR.target()])
        .args(flag)
        .output()
        .context("rustc can't be run")?;
    let text = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        bail!(
            "rustc refuses the features: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
    }
    let features = text
        .lines()
        .filter_map(|line| line.strip_prefix("target_feature=\"")?.strip_suffix('"'));
    Ok(features.map(str::to_owned).collect())
}

/// Checks that variants have different names.
///
/// # Errors
///
/// If two have the same.
pub fn check_names(variants: &[Variant]) -> Result<()> {
    let mut names = BTreeSet::new();
    for variant in variants {
        ensure!(
            names.insert(&variant.name),
            "two variants are named `{}`: give each a different name",
            variant.name
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        Variant::from_str(text).unwrap_err().to_string()
    }

    #[test]
    fn what_is_read_is_written() {
        let text = "v3=+avx2,+bmi2,+adx";
        let variant = Variant::from_str(text).unwrap();
        assert_eq!(variant.to_string(), text);
        assert_eq!(variant.flag(), "-Ctarget-feature=+avx2,+bmi2,+adx");
    }

    #[test]
    fn what_can_not_be_a_variant_is_told() {
        for (text, message) in [
            ("v3", "write `NAME=+FEATURE,+FEATURE`"),
            ("V3=+avx2", "`V3` can't be a variant's name"),
            ("=+avx2", "`` can't be a variant's name"),
            ("a_b=+avx2", "use lower-case letters and digits"),
            ("portable=+avx2", "choose another name"),
            ("v3=avx2", "`avx2` does not add a feature: write `+FEATURE`"),
            ("v3=-avx2", "`-avx2` does not add a feature"),
            ("v3=+avx2,", "`` does not add a feature"),
            (
                "v3=+avx3",
                "whether a processor has `avx3`; they can detect sse3, pclmulqdq, ",
            ),
        ] {
            let error = error(text);
            assert!(error.contains(message), "{text}: {error}");
        }
        let variant = Variant::from_str("v3=+avx2").unwrap();
        let error = check_names(&[variant.clone(), variant]).unwrap_err().to_string();
        assert!(error.contains("two variants are named `v3`"), "{error}");
    }

    #[test]
    fn what_the_compiler_implies_is_needed_too() {
        let toolchain = Toolchain::find(std::path::Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
        let needs = Variant::from_str("v4=+avx512f")
            .unwrap()
            .needs(&toolchain)
            .unwrap();
        let implied = [
            "avx", "avx2", "avx512f", "f16c", "fma", "sse3", "ssse3", "sse4.1", "sse4.2",
        ];
        assert_eq!(needs, Needs::of(implied.map(|name| known(name).unwrap())));
        assert_eq!(needs.state, 0b1110_0110);
        assert_eq!(
            Variant::from_str("p=+popcnt")
                .unwrap()
                .needs(&toolchain)
                .unwrap()
                .state,
            0
        );
    }

    #[test]
    fn the_compiler_knows_every_feature_and_implies_the_same() {
        let toolchain = Toolchain::find(std::path::Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
        let portable = compiled_with(&toolchain, None).unwrap();
        for feature in TABLE.features {
            let variant = Variant::from_str(&format!("one=+{}", feature.name)).unwrap();
            variant.needs(&toolchain).unwrap();
            let mine = compiled_with(&toolchain, Some(&variant.flag())).unwrap();
            let implied: BTreeSet<_> = mine.difference(&portable).map(String::as_str).collect();
            let itself = [feature.name];
            let by_table: BTreeSet<_> = TABLE.closure(&itself).map(|feature| feature.name).collect();
            assert_eq!(by_table, implied, "{}", feature.name);
        }
    }
}
