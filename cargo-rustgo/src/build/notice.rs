//! The licences of everything that is compiled into an image, for those who hand the image on.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use cargo_metadata::{CargoOpt, DependencyKind, Metadata, MetadataCommand, Package, PackageId, TargetKind};

use crate::guest::Guest;
use crate::processor::Processor;

/// The licence of Rust's standard library, of which images contain parts of `core`.
const STANDARD_LIBRARY: &str = "\
Rust's standard library (core, compiler_builtins), licensed under MIT OR Apache-2.0, and in parts under Apache-2.0 WITH
LLVM-exception: Copyright (c) The Rust Project Developers and Contributors, and the LLVM Project.
";

/// The text of `THIRD-PARTY.txt`: each crate that the guest is compiled with, and its licence.
///
/// # Errors
///
/// Cargo can't resolve the guest's dependencies, or a licence file can't be read.
pub fn write(guest: &Guest, processors: &[Processor], first_line: &str) -> Result<String> {
    let platforms = processors
        .iter()
        .flat_map(|processor| ["--filter-platform".to_owned(), processor.target().to_owned()]);
    let metadata = MetadataCommand::new()
        .manifest_path(guest.manifest())
        .features(CargoOpt::SomeFeatures(guest.features.clone()))
        .other_options(platforms.collect::<Vec<_>>())
        .exec()
        .context("the guest's dependencies can't be resolved")?;
    let mut by_text: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in compiled(&metadata, &guest.name)? {
        let name = format!(
            "{} {}, licensed under {}",
            package.name,
            package.version,
            package
                .license
                .as_deref()
                .unwrap_or("the terms of its licence file")
        );
        by_text.entry(licence(package)?).or_default().push(name);
    }
    let mut sections: Vec<(Vec<String>, String)> =
        by_text.into_iter().map(|(text, names)| (names, text)).collect();
    sections.sort();
    let mut notice = format!(
        "{first_line}\n\nThe compiled code beside this file contains parts of the following works.\n\n{STANDARD_LIBRARY}"
    );
    for (names, text) in sections {
        notice.push_str("\n--------\n\n");
        for name in names {
            notice.push_str(&format!("{name}\n"));
        }
        if !text.is_empty() {
            notice.push_str(&format!("\n{text}\n"));
        }
    }
    Ok(notice)
}

/// The crates whose code ends up in the guest: no procedural macros, no build or test dependencies.
fn compiled<'a>(metadata: &'a Metadata, guest: &str) -> Result<Vec<&'a Package>> {
    let resolve = metadata
        .resolve
        .as_ref()
        .context("cargo resolved no dependencies")?;
    let root = metadata
        .workspace_packages()
        .into_iter()
        .find(|package| package.name == guest)
        .context("the guest is in its own workspace")?;
    let mut seen: BTreeSet<&PackageId> = BTreeSet::from([&root.id]);
    let mut waiting = vec![&root.id];
    let mut packages = Vec::new();
    while let Some(id) = waiting.pop() {
        let node = resolve
            .nodes
            .iter()
            .find(|node| node.id == *id)
            .context("a dependency is not resolved")?;
        for dependency in &node.deps {
            let package = &metadata[&dependency.pkg];
            let is_compiled = dependency
                .dep_kinds
                .iter()
                .any(|kind| kind.kind == DependencyKind::Normal)
                && !package
                    .targets
                    .iter()
                    .any(|target| target.kind.contains(&TargetKind::ProcMacro));
            if is_compiled && seen.insert(&dependency.pkg) {
                packages.push(package);
                waiting.push(&dependency.pkg);
            }
        }
    }
    Ok(packages)
}

/// The text of a package's licence; of several to choose from the shortest, where it offers a choice.
fn licence(package: &Package) -> Result<String> {
    let folder = package
        .manifest_path
        .parent()
        .context("a manifest lies in a folder")?;
    // A workspace keeps its licence in its own folder.
    let levels = if package.source.is_none() { 3 } else { 1 };
    let mut texts = Vec::new();
    for folder in folder.as_std_path().ancestors().take(levels) {
        for file in licence_files(folder)? {
            let text = std::fs::read_to_string(&file)
                .with_context(|| format!("{} can't be read", file.display()))?;
            texts.push(text.trim().replace("\r\n", "\n"));
        }
        if !texts.is_empty() {
            break;
        }
    }
    texts.sort_by_key(String::len);
    if package
        .license
        .as_deref()
        .is_some_and(|license| license.contains(" OR ") || license.contains('/'))
    {
        texts.truncate(1);
    }
    Ok(texts.join("\n\n"))
}

fn licence_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .with_context(|| format!("{} can't be read", folder.display()))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| {
            let name = path
                .file_name()
                .map(|name| name.to_string_lossy().to_uppercase())
                .unwrap_or_default();
            let is_licence = ["LICENSE", "LICENCE", "COPYING", "NOTICE", "UNLICENSE"];
            path.is_file() && is_licence.iter().any(|prefix| name.starts_with(prefix))
        })
        .collect();
    files.sort();
    Ok(files)
}
