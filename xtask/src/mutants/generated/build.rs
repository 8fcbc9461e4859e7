//! Builds an area's tests, and tells which mutants the compiler refuses.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use cargo_metadata::diagnostic::{Diagnostic, DiagnosticLevel, DiagnosticSpan};
use cargo_metadata::{Message, TargetKind};

use super::super::areas::Rust;
use crate::shell::Shell;

/// A program that cargo has built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// `PACKAGE` for a package's unit tests, `PACKAGE/TARGET` for others.
    pub name: String,
    pub executable: PathBuf,
    /// The package's folder, where cargo starts its tests.
    pub folder: PathBuf,
    /// It holds unit tests: several may run at a time, as they have no folder in common.
    pub is_unit: bool,
    /// The programs of its package, which its tests may run.
    pub tools: Vec<PathBuf>,
}

/// What became of a build.
#[derive(Debug)]
pub enum Built {
    /// The test programs.
    Programs(Vec<Program>),
    /// The compiler's errors.
    Refused(Vec<Refusal>),
}

/// An error of the compiler.
#[derive(Debug)]
pub struct Refusal {
    /// The folder of the package that it is in.
    pub package: PathBuf,
    /// It is in tests, or another program of the package, not in the package's library.
    pub is_test: bool,
    /// The places that it names, those that it is about first: files from the repository's root, and lines from 1.
    pub places: Vec<(String, usize)>,
    pub text: String,
}

/// Builds the tests of an area.
pub fn build(shell: &Shell, rust: &Rust) -> Result<Built> {
    let mut cargo = shell.cargo();
    cargo
        .args([
            "test",
            "--no-run",
            "--no-fail-fast",
            "--message-format=json",
            "--quiet",
        ])
        .env_remove("CARGO_TARGET_DIR")
        .env_remove("CARGO_BUILD_TARGET_DIR");
    for package in rust.packages {
        cargo.args(["-p", package]);
    }
    cargo.args(rust.test);
    let output = cargo
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .output()
        .context("cargo can't be run")?;
    let mut programs = Vec::new();
    let mut tools: Vec<(PathBuf, PathBuf)> = Vec::new();
    let mut refusals = Vec::new();
    for message in Message::parse_stream(&*output.stdout) {
        match message? {
            Message::CompilerArtifact(artifact) => {
                let folder = artifact
                    .manifest_path
                    .parent()
                    .context("a manifest in no folder")?;
                let Some(executable) = artifact.executable else {
                    continue;
                };
                if !artifact.profile.test {
                    tools.push((folder.into(), executable.into()));
                    continue;
                }
                let is_unit = !artifact.target.kind.contains(&TargetKind::Test);
                let package = folder.file_name().unwrap_or_default();
                programs.push(Program {
                    name: if is_unit {
                        package.to_owned()
                    } else {
                        format!("{package}/{}", artifact.target.name)
                    },
                    executable: executable.into(),
                    folder: folder.into(),
                    is_unit,
                    tools: Vec::new(),
                });
            }
            Message::CompilerMessage(message) => {
                let folder = Path::new(&message.target.src_path);
                let package = folder
                    .ancestors()
                    .find(|folder| folder.join("Cargo.toml").is_file());
                if message.message.level == DiagnosticLevel::Error {
                    refusals.push(Refusal {
                        package: package.context("a crate in no package")?.to_owned(),
                        is_test: message.target.kind.contains(&TargetKind::Test),
                        places: places(&message.message),
                        text: message
                            .message
                            .rendered
                            .clone()
                            .unwrap_or(message.message.message),
                    });
                }
            }
            _ => {}
        }
    }
    if !refusals.is_empty() {
        return Ok(Built::Refused(refusals));
    }
    ensure!(
        output.status.success(),
        "the tests can't be built: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    ensure!(!programs.is_empty(), "there is no test");
    for program in programs.iter_mut().filter(|program| !program.is_unit) {
        let own = tools.iter().filter(|(folder, _)| *folder == program.folder);
        program.tools = own.map(|(_, tool)| tool.clone()).collect();
    }
    Ok(Built::Programs(programs))
}

/// The places that an error names, those that it is about first.
fn places(diagnostic: &Diagnostic) -> Vec<(String, usize)> {
    let mut spans: Vec<&DiagnosticSpan> = diagnostic.spans.iter().collect();
    spans.sort_by_key(|span| !span.is_primary);
    let mut found: Vec<_> = spans
        .iter()
        .map(|span| (span.file_name.clone(), span.line_start))
        .collect();
    found.extend(diagnostic.children.iter().flat_map(places));
    found
}

/// Which mutants an error is about: the first place of one alone, or else all of the first function with mutants.
pub fn accused(
    refusal: &Refusal,
    owners: impl Fn(&str, usize) -> Result<BTreeSet<usize>>,
) -> Result<BTreeSet<usize>> {
    let mut several = BTreeSet::new();
    for (file, line) in &refusal.places {
        let numbers = owners(file, *line)?;
        if numbers.len() == 1 {
            return Ok(numbers);
        }
        if several.is_empty() {
            several = numbers;
        }
    }
    Ok(several)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_mutant_is_accused_rather_than_all() {
        let owners = |file: &str, line: usize| {
            Ok(match (file, line) {
                ("a", 1) => [7, 8].into(),
                ("a", 2) => [8].into(),
                ("a", 3) => [9, 10].into(),
                _ => BTreeSet::new(),
            })
        };
        let accused = |places: &[(&str, usize)]| {
            let refusal = Refusal {
                package: PathBuf::new(),
                is_test: false,
                places: places
                    .iter()
                    .map(|&(file, line)| (file.to_owned(), line))
                    .collect(),
                text: String::new(),
            };
            let numbers = accused(&refusal, owners).unwrap();
            numbers.into_iter().collect::<Vec<_>>()
        };
        assert_eq!(accused(&[("b", 1), ("a", 3), ("a", 1), ("a", 2)]), [8]);
        assert_eq!(accused(&[("b", 1), ("a", 3), ("a", 1)]), [9, 10]);
        assert!(accused(&[("b", 1)]).is_empty());
    }
}
