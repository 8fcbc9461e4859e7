//! The committed files that `cargo rustgo build` wrote: writes them again, and tells when they are not what it writes.
//!
//! Which there are is read off the files: the first line of each says that it is generated, and from which guest.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};

use crate::shell::Shell;

/// Write the committed generated files again
///
/// Each is what `cargo rustgo build` makes today of the guest that its first line names.
#[derive(clap::Args)]
pub struct Args {}

/// Runs `cargo xtask regenerate`.
pub fn run(_: &Args, shell: &Shell) -> Result<ExitCode> {
    for package in packages(shell)? {
        write(shell, &package, &package.folder)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// A Go package with generated files in it.
struct Package {
    folder: PathBuf,
    guest: String,
    files: BTreeSet<PathBuf>,
}

impl Package {
    /// The processors that the assembly files are for: `rust_amd64.s` is for amd64.
    fn processors(&self) -> impl Iterator<Item = &str> {
        self.files
            .iter()
            .filter_map(|file| file.to_str()?.strip_prefix("rust_")?.strip_suffix(".s"))
    }
}

/// Fails when a committed file is not, byte by byte, what the tool writes today.
pub fn check(shell: &Shell) -> Result<()> {
    let mut wrong = Vec::new();
    for package in packages(shell)? {
        let fresh = tempfile::tempdir()?;
        // The folder's name is the Go package's.
        let folder = fresh
            .path()
            .join(package.folder.file_name().context("a package has a folder")?);
        write(shell, &package, &folder)?;
        let relative = package.folder.strip_prefix(&shell.workspace.root)?;
        wrong.extend(differences(relative, &package, &folder)?);
    }
    ensure!(
        wrong.is_empty(),
        "{}\nrun `cargo xtask regenerate` and commit what it writes",
        wrong.join("\n")
    );
    Ok(())
}

/// Has the tool write a package's files into a folder, for the processors that it has files for.
fn write(shell: &Shell, package: &Package, folder: &Path) -> Result<()> {
    let mut cargo = shell.cargo();
    cargo
        .args(["rustgo", "build", "-p", &package.guest, "--go"])
        .arg(folder);
    for processor in package.processors() {
        cargo.args(["--processor", processor]);
    }
    shell.show(&mut cargo)
}

/// What is wrong with a package's files, a line for each.
fn differences(name: &Path, package: &Package, fresh: &Path) -> Result<Vec<String>> {
    let mut written = BTreeSet::new();
    let mut wrong = Vec::new();
    for entry in fs::read_dir(fresh)? {
        let path = entry?.path();
        let file = PathBuf::from(path.file_name().context("a file has a name")?);
        let shown = name.join(&file).display().to_string();
        match fs::read(package.folder.join(&file)) {
            Ok(committed) => {
                if let Some(line) = first_difference(&committed, &fs::read(&path)?) {
                    wrong.push(format!(
                        "{shown} differs from what the tool writes, from line {line} on"
                    ));
                }
            }
            Err(error) => wrong.push(format!("{shown} can't be read: {error}")),
        }
        written.insert(file);
    }
    for file in package.files.difference(&written) {
        wrong.push(format!(
            "{} is not written by the tool any more",
            name.join(file).display()
        ));
    }
    Ok(wrong)
}

/// The number of the first line in which two files differ.
fn first_difference(a: &[u8], b: &[u8]) -> Option<usize> {
    if a == b {
        return None;
    }
    let same = a.iter().zip(b).take_while(|(a, b)| a == b);
    Some(1 + same.filter(|(byte, _)| **byte == b'\n').count())
}

/// The packages of the Go module that have generated files.
fn packages(shell: &Shell) -> Result<Vec<Package>> {
    let mut packages = BTreeMap::new();
    collect(&shell.workspace.go(), &mut packages)?;
    if packages.is_empty() {
        bail!(
            "no generated file is to be found below {}",
            shell.workspace.go().display()
        );
    }
    Ok(packages.into_values().collect())
}

fn collect(folder: &Path, packages: &mut BTreeMap<PathBuf, Package>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("{} can't be read", folder.display()))? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), packages)?;
            continue;
        }
        let Some(guest) = guest_of(&fs::read(entry.path())?) else {
            continue;
        };
        let package = packages.entry(folder.to_owned()).or_insert_with(|| Package {
            folder: folder.to_owned(),
            guest: guest.clone(),
            files: BTreeSet::new(),
        });
        ensure!(
            package.guest == guest,
            "{} has files from two guests, {} and {guest}; one package is for one image",
            folder.display(),
            package.guest
        );
        package.files.insert(entry.file_name().into());
    }
    Ok(())
}

/// The guest that a generated file's first line names: `// Code generated by cargo-rustgo 0.1.0 from GUEST 0.1.0 ...`.
fn guest_of(file: &[u8]) -> Option<String> {
    let line = std::str::from_utf8(file.split(|&byte| byte == b'\n').next()?).ok()?;
    // Text files have no comments.
    let (comment, origin) = line.split_once("Code generated by cargo-rustgo ")?;
    let (_, origin) = origin.split_once(" from ")?;
    if !matches!(comment, "" | "// ") {
        return None;
    }
    Some(origin.split(' ').next()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_names_the_guest() {
        let line = b"// Code generated by cargo-rustgo 0.1.0 from hash 1.2.3 with rustc 1.95.0. DO NOT EDIT.\n\nTEXT";
        assert_eq!(guest_of(line).as_deref(), Some("hash"));
        assert_eq!(guest_of(&line[3..]).as_deref(), Some("hash"));
        assert_eq!(guest_of(b"// Package hash hashes.\npackage hash\n"), None);
        assert_eq!(guest_of(b""), None);
    }

    #[test]
    fn assembly_files_name_their_processors() {
        let package = Package {
            folder: PathBuf::new(),
            guest: "hash".into(),
            files: ["rust_arm64.s", "rust_amd64.s", "rust_amd64.h", "shims_amd64.s"]
                .map(PathBuf::from)
                .into(),
        };
        assert_eq!(package.processors().collect::<Vec<_>>(), ["amd64", "arm64"]);
    }

    #[test]
    fn the_first_difference_is_found() {
        assert_eq!(first_difference(b"a\nb\n", b"a\nb\n"), None);
        assert_eq!(first_difference(b"a\nb\n", b"a\nc\n"), Some(2));
        assert_eq!(first_difference(b"a\n", b"a\nc\n"), Some(2));
    }

    #[test]
    fn differences_are_told() {
        let (committed, fresh) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        for (folder, file, text) in [
            (&committed, "same", "1"),
            (&fresh, "same", "1"),
            (&committed, "other", "1\n2"),
            (&fresh, "other", "1\n3"),
            (&committed, "old", "1"),
            (&fresh, "new", "1"),
        ] {
            fs::write(folder.path().join(file), text).unwrap();
        }
        let package = Package {
            folder: committed.path().to_owned(),
            guest: "hash".into(),
            files: ["same", "other", "old"].map(PathBuf::from).into(),
        };
        let mut wrong = differences(Path::new("go/hash"), &package, fresh.path()).unwrap();
        wrong.sort();
        assert_eq!(wrong.len(), 3, "{wrong:?}");
        assert!(wrong[0].starts_with("go/hash/new can't be read"), "{wrong:?}");
        assert_eq!(wrong[1], "go/hash/old is not written by the tool any more");
        assert_eq!(
            wrong[2],
            "go/hash/other differs from what the tool writes, from line 2 on"
        );
    }
}
