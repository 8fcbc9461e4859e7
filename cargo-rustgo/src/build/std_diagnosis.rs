//! Finds which crates bring Rust's standard library, or `alloc`, into a guest, and how to avoid that. The library violates
//! dozens of rules at once for that one reason, so the reason is reported instead.

use std::process::Command;

use cargo_metadata::camino::Utf8PathBuf;
use cargo_metadata::{Artifact, DependencyKind, Edition, Metadata, Package};
use syn::punctuated::Punctuated;
use syn::{Expr, ExprLit, Item, Lit, Meta, Token};

use crate::finding::Finding;
use crate::processor::Processor;
use crate::toolchain::Toolchain;

/// Whether the findings are about code of the standard library.
pub fn is_in(findings: &[Finding]) -> bool {
    let is_of_library = |function: &str| function.trim_start_matches('<').starts_with("std::");
    let mut places = findings.iter().flat_map(|finding| &finding.places);
    places.any(|place| is_of_library(&place.function))
}

/// A library of Rust's that no guest can have as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Library {
    /// `std`.
    Std,
    /// `alloc`.
    Alloc,
}

impl Library {
    /// Its name.
    fn name(self) -> &'static str {
        match self {
            Self::Std => "std",
            Self::Alloc => "alloc",
        }
    }

    /// The features by which crates ask for it, as most call them.
    fn features(self) -> &'static [&'static str] {
        match self {
            Self::Std => &["std"],
            Self::Alloc => &["alloc", "std"],
        }
    }
}

/// The crates that bring a library in, each with a remedy; empty if the guest does not contain it.
pub fn users(
    library: Library,
    metadata: &Metadata,
    guest: &Package,
    source: &str,
    compiled: &[Artifact],
    toolchain: &Toolchain,
    processor: Processor,
) -> Vec<String> {
    let mut users = Vec::new();
    let node = metadata.resolve.iter().flat_map(|resolve| &resolve.nodes);
    let features = node
        .filter(|node| node.id == guest.id)
        .flat_map(|node| &node.features);
    let features: Vec<&str> = features.map(|feature| feature.as_str()).collect();
    let advice = match library {
        Library::Std => itself(source, &features),
        Library::Alloc => names_alloc(source),
    };
    if let Some(advice) = advice {
        users.push(format!("the guest itself: {advice}"));
    }
    let crates: Vec<_> = compiled
        .iter()
        .filter_map(|artifact| Crate::read(metadata, artifact, toolchain, processor))
        .filter(|member| {
            let is_library = |name: &String| {
                name.rsplit_once('-')
                    .is_some_and(|(name, _)| name == library.name())
            };
            member.needs.iter().any(is_library)
        })
        .collect();
    let tree = tree(metadata);
    // The guest's author can change only the guest's own dependencies.
    for dependency in &guest.dependencies {
        let is_meant = |member: &&Crate| {
            dependency.kind == DependencyKind::Normal && member.package.name.as_str() == dependency.name
        };
        for member in crates.iter().filter(is_meant) {
            let Package { name, version, .. } = member.package;
            let below: Vec<_> = crates
                .iter()
                .filter(|other| member.needs.contains(&other.name))
                .map(|other| format!("`{}`", other.package.name))
                .collect();
            let with = match below.is_empty() {
                true => String::new(),
                false => format!(", with {}", below.join(", ")),
            };
            let advice = member.advice(library, dependency.uses_default_features, &tree);
            users.push(format!("`{name}` {version}{with}: {advice}"));
        }
    }
    users
}

/// A crate that was compiled for the guest.
struct Crate<'a> {
    package: &'a Package,
    /// The enabled features.
    features: &'a [String],
    /// `memchr-f44cb22ceb2fe91e`, as the compiler distinguishes crates with the same name.
    name: String,
    /// All crates that are linked with it.
    needs: Vec<String>,
}

impl<'a> Crate<'a> {
    /// Asks the compiler about a library. `None` if cargo built something else, or for a macro that runs here.
    ///
    /// Only the compiler knows what a crate was linked with, and no stable option prints it. If a compiler's output
    /// differs, the guest's author still has the compiler's own messages.
    fn read(
        metadata: &'a Metadata,
        artifact: &'a Artifact,
        toolchain: &Toolchain,
        processor: Processor,
    ) -> Option<Self> {
        let is_of_target = |file: &&Utf8PathBuf| file.iter().any(|folder| folder == processor.target());
        let is_library = |file: &&Utf8PathBuf| file.extension() == Some("rlib");
        let file = artifact.filenames.iter().filter(is_of_target).find(is_library)?;
        let output = Command::new(toolchain.rustc())
            .env("RUSTC_BOOTSTRAP", "1")
            .arg("-Zls=root")
            .arg(file)
            .output()
            .ok()?;
        let text = String::from_utf8(output.stdout).ok()?;
        let (_, list) = text.split_once("=External Dependencies=\n")?;
        // `2 std-d1237ef7159db0a2 hash …`
        let needs = list
            .lines()
            .filter_map(|line| line.split(' ').nth(1))
            .map(str::to_owned);
        let stem = file.file_stem()?;
        Some(Self {
            package: metadata
                .packages
                .iter()
                .find(|package| package.id == artifact.package_id)?,
            features: &artifact.features,
            name: stem.strip_prefix("lib").unwrap_or(stem).to_owned(),
            needs: needs.collect(),
        })
    }

    /// How to use the crate without a library. The command `tree` shows who enables its features.
    fn advice(&self, library: Library, asked_for_defaults: bool, tree: &str) -> String {
        let is_on = |feature: &str| self.features.iter().any(|other| other == feature);
        let name = &self.package.name;
        let culprit = library.features().iter().find(|feature| is_on(feature));
        if is_on("default") && asked_for_defaults {
            "write `default-features = false` for it in your Cargo.toml, and list the `features` that you need".to_owned()
        } else if is_on("default") || culprit.is_some() {
            let feature = culprit.unwrap_or(&"default");
            format!("its feature `{feature}` is enabled: `{tree} -i {name}` shows by whom")
        } else {
            match library {
                Library::Std => "none of its features is the cause: use another crate",
                Library::Alloc => {
                    "none of its features is the cause: keep it as described below, or use another crate"
                }
            }
            .to_owned()
        }
    }
}

/// The command that says who turns a crate's features on.
///
/// With the resolver of number 1 a dev-dependency turns features on for all, and has to be shown.
fn tree(metadata: &Metadata) -> String {
    let kinds = match resolver(metadata).as_str() {
        "1" => "features",
        _ => "features,normal",
    };
    format!("cargo tree -e {kinds}")
}

/// The number of the resolver that a workspace is built with: its manifest's, or what the edition of its root package stands
/// for (The Cargo Book, "Resolver versions").
fn resolver(metadata: &Metadata) -> String {
    let manifest = std::fs::read_to_string(metadata.workspace_root.join("Cargo.toml")).unwrap_or_default();
    let named = manifest.lines().find_map(|line| {
        let value = line
            .trim()
            .strip_prefix("resolver")?
            .trim_start()
            .strip_prefix('=')?;
        Some(value.trim().trim_matches(['"', '\'']).get(..1)?.to_owned())
    });
    named.unwrap_or_else(|| {
        let by_edition = metadata.root_package().map(|package| package.edition);
        match by_edition {
            Some(Edition::E2021) => "2",
            Some(edition) if edition > Edition::E2021 => "3",
            _ => "1",
        }
        .to_owned()
    })
}

/// How the guest asks for `alloc` in its own source.
fn names_alloc(source: &str) -> Option<String> {
    let file = syn::parse_file(source).ok()?;
    let is_alloc = |item: &Item| matches!(item, Item::ExternCrate(item) if item.ident == "alloc");
    file.items.iter().any(is_alloc).then(|| {
        "take `extern crate alloc` out; write to `&mut [T]` of the caller in place of a `Vec`, or keep up to N values in an \
         array (`heapless::Vec<T, N>`, `arrayvec::ArrayVec<T, N>`)"
            .to_owned()
    })
}

/// How the guest asks for the standard library in its own source.
fn itself(source: &str, features: &[&str]) -> Option<String> {
    // If it does not parse, the compiler has reported that.
    let file = syn::parse_file(source).ok()?;
    let mut lost_to = None;
    for attribute in &file.attrs {
        if attribute.path().is_ident("no_std") {
            return None;
        }
        if !attribute.path().is_ident("cfg_attr") {
            continue;
        }
        let parser = Punctuated::<Meta, Token![,]>::parse_terminated;
        let parts = attribute.parse_args_with(parser).ok()?;
        let mut parts = parts.into_iter();
        let condition = parts.next()?;
        if parts.any(|part| part.path().is_ident("no_std")) {
            if holds(&condition, features) != Some(false) {
                return None;
            }
            lost_to = features
                .iter()
                .find(|feature| {
                    let others: Vec<_> = features
                        .iter()
                        .copied()
                        .filter(|other| other != *feature)
                        .collect();
                    holds(&condition, &others) == Some(true)
                })
                .copied();
        }
    }
    Some(match lost_to {
        Some(feature) => format!(
            "its feature `{feature}` is enabled by default and disables `#![no_std]`: remove it from the `default` features"
        ),
        None => "write `#![no_std]` in its first lines".to_owned(),
    })
}

/// Whether a condition of `cfg_attr` holds in a guest with these features. `None` if that is unknown here.
fn holds(condition: &Meta, features: &[&str]) -> Option<bool> {
    match condition {
        Meta::Path(path) => path.is_ident("test").then_some(false),
        Meta::NameValue(pair) if pair.path.is_ident("feature") => match &pair.value {
            Expr::Lit(ExprLit {
                lit: Lit::Str(name), ..
            }) => Some(features.contains(&name.value().as_str())),
            _ => None,
        },
        Meta::NameValue(_) => None,
        Meta::List(list) => {
            let parser = Punctuated::<Meta, Token![,]>::parse_terminated;
            let parts = list.parse_args_with(parser).ok()?;
            let parts: Vec<_> = parts.iter().map(|part| holds(part, features)).collect();
            let decided = |by: bool| match parts.contains(&Some(by)) {
                true => Some(by),
                false => parts.iter().all(Option::is_some).then_some(!by),
            };
            match () {
                () if list.path.is_ident("any") => decided(true),
                () if list.path.is_ident("all") => decided(false),
                () if list.path.is_ident("not") => Some(!(*parts.first()?)?),
                () => None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::itself;

    #[test]
    fn no_std_holds_or_not() {
        for fine in [
            "#![no_std]",
            "//! Words.\n#![no_std]\n#![warn(missing_docs)]",
            "#![cfg_attr(not(test), no_std)]",
            "#![cfg_attr(not(any(test, feature = \"std\")), no_std)]",
            "#![cfg_attr(feature = \"guest\", warn(unused), no_std)]",
            // Unknown, and not Rust: nothing can be said.
            "#![cfg_attr(target_os = \"none\", no_std)]",
            "fn",
        ] {
            assert_eq!(itself(fine, &["guest"]), None, "{fine}");
        }
        for std in ["", "//! no_std", "// #![no_std]", "#![cfg_attr(test, no_std)]"] {
            let advice = itself(std, &["guest"]).unwrap();
            assert!(advice.starts_with("write `#![no_std]`"), "{std}: {advice}");
        }
        let advice = itself(
            "#![cfg_attr(all(not(test), not(feature = \"std\")), no_std)]",
            &["default", "guest", "std"],
        );
        assert!(
            advice
                .unwrap()
                .starts_with("its feature `std` is enabled by default")
        );
    }
}
