//! The licences of everything that is compiled into an image, for anyone who distributes it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use cargo_metadata::{Metadata, MetadataCommand, Package};

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
/// If cargo can't resolve the guest's dependencies, or a licence file can't be read.
pub fn write(guest: &Guest, processors: &[Processor], first_line: &str) -> Result<String> {
    let metadata = MetadataCommand::new()
        .manifest_path(guest.manifest())
        .exec()
        .context("the guest's dependencies can't be resolved")?;
    let mut by_text: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for package in compiled(guest, processors, &metadata)? {
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

/// The crates whose code is compiled into the guest: no procedural macros, no build or test dependencies.
///
/// `cargo tree` resolves features for the guest alone, as the build does. The metadata have those that any member of the
/// workspace enables.
fn compiled<'a>(guest: &Guest, processors: &[Processor], metadata: &'a Metadata) -> Result<Vec<&'a Package>> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args([
        "tree",
        "--quiet",
        "--edges=normal,no-proc-macro",
        "--prefix=none",
        "--no-dedupe",
    ]);
    command.args(["--format={p}", "--package", &guest.name, "--features"]);
    command.arg(guest.features.join(","));
    command.arg("--manifest-path").arg(guest.manifest());
    for processor in processors {
        command.args(["--target", processor.target()]);
    }
    let output = command.output().context("cargo can't be started")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(
        output.status.success(),
        "the guest's dependencies can't be resolved: {}",
        said.trim()
    );
    let text = String::from_utf8(output.stdout).context("cargo writes UTF-8")?;
    // The guest itself comes first, its name and version before a blank and where it is.
    let lines: BTreeSet<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    let mut packages = Vec::new();
    for line in lines {
        let mut words = line.split(' ');
        let name = words.next().unwrap_or_default();
        let version = words.next().unwrap_or_default().trim_start_matches('v');
        if name == guest.name {
            continue;
        }
        let package = metadata
            .packages
            .iter()
            .find(|package| package.name == name && package.version.to_string() == version);
        packages.push(package.with_context(|| format!("cargo resolved no `{line}`"))?);
    }
    Ok(packages)
}

/// The text of a package's licence, the shortest one if there is a choice.
fn licence(package: &Package) -> Result<String> {
    let folder = package
        .manifest_path
        .parent()
        .context("a manifest lies in a folder")?;
    // A workspace has its licence in its own folder.
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
