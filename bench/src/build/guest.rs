//! Builds guests as their users do, and finds out what `rustgo-crypto` exports.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail, ensure};
use cargo_rustgo::cli::Cargo;
use cargo_rustgo::processor::Processor;
use clap::Parser;
use rustgo_bench_peer::{Benchmark, Input};

use super::Paths;
use crate::machine::Machine;
use crate::ui;

const PACKAGE: &str = "rustgo-crypto";
/// What the exports that are measured are called, or begin with.
const FUNCTION: &str = "scalar_base_mult";

/// The guest, built.
pub struct Guest {
    /// The folder of the sealed archive and of `exports.rs`.
    pub sealed: PathBuf,
    /// What can run here.
    pub multiplications: Vec<Multiplication>,
    /// What can't, and why.
    refused: Vec<(String, String)>,
}

/// An export that multiplies the basepoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Multiplication {
    pub export: String,
    pub shape: Shape,
}

/// How an export is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `(dst, scalar)`
    Single,
    /// `(dst, scalars, count)`
    Batch,
}

/// What an export is called in the tables.
pub fn name(export: &str, host: &str) -> String {
    format!("rustgo {export}, {host}")
}

// The ways to call an export, in the tables' words.
pub const FROM_C: &str = "from C";
pub const FROM_GO: &str = "from Go";
pub const THROUGH_CGO: &str = "through cgo";
const HOSTS: [&str; 3] = [FROM_C, FROM_GO, THROUGH_CGO];

/// Builds the guest. When it can't be built there are rows that say why.
///
/// # Errors
///
/// A file can't be written.
pub fn build(paths: &Paths, processor: Processor, machine: &Machine) -> Result<Guest> {
    let sealed = paths.target.join("sealed");
    let (multiplications, refused) = match exported(paths, processor) {
        Ok(exports) => sort(&exports, machine),
        Err(error) => {
            ui::warning(format!("{PACKAGE}: {error:#}"));
            let why = error.to_string().lines().next().unwrap_or_default().to_owned();
            (Vec::new(), vec![(FUNCTION.to_owned(), why)])
        }
    };
    let guest = Guest {
        sealed,
        multiplications,
        refused,
    };
    Ok(guest)
}

/// Writes the guest out for Go and C, and returns what it exports.
fn exported(paths: &Paths, processor: Processor) -> Result<Vec<Prototype>> {
    let sealed = paths.target.join("sealed");
    let package = go_package(paths);
    write(
        paths,
        processor,
        PACKAGE,
        &[("--c", &sealed), ("--go-image", &package)],
    )?;
    let header = header(&sealed);
    let text = fs::read_to_string(&header).with_context(|| format!("{} can't be read", header.display()))?;
    Ok(prototypes(&text))
}

/// Writes out curve25519-dalek, as published, as a Go package.
///
/// # Errors
///
/// The guest can't be built.
pub fn dalek(paths: &Paths, processor: Processor) -> Result<()> {
    let package = paths.bench().join("go/dalek");
    write(paths, processor, "rustgo-dalek", &[("--go", &package)])
}

/// Runs `cargo rustgo-here build` for a guest of the repository.
fn write(paths: &Paths, processor: Processor, guest: &str, folders: &[(&str, &Path)]) -> Result<()> {
    let arguments = [
        "cargo",
        "rustgo-here",
        "build",
        "--package",
        guest,
        "--processor",
        processor.go_name(),
    ];
    let manifest = paths.root.join("Cargo.toml");
    let mut line: Vec<OsString> = arguments.map(Into::into).to_vec();
    for &(option, path) in [("--manifest-path", &*manifest)].iter().chain(folders) {
        line.extend([option.into(), path.into()]);
    }
    let Cargo::Rustgo(command) = Cargo::try_parse_from(line)?;
    ensure!(command.run()? == ExitCode::SUCCESS, "the guest is refused");
    Ok(())
}

/// A function of the C header.
#[derive(Debug, PartialEq, Eq)]
struct Prototype {
    name: String,
    /// The processor features that its comment names.
    requires: Vec<String>,
    arguments: Vec<String>,
}

/// The functions in the header that multiply. `cargo rustgo build` writes each on a line of its own, below its comment.
fn prototypes(header: &str) -> Vec<Prototype> {
    let mut requires: Vec<String> = Vec::new();
    let functions = header.lines().filter_map(|line| {
        if line == "/**" {
            requires.clear();
        }
        if let Some(list) = line.strip_prefix(" * Requires of amd64 processors: ") {
            let list = list.trim_end_matches('.').split(", ");
            requires = list.map(str::to_owned).collect();
        }
        let (name, arguments) = line.strip_prefix("void ")?.strip_suffix(");")?.split_once('(')?;
        name.starts_with(FUNCTION).then(|| Prototype {
            name: name.to_owned(),
            requires: requires.clone(),
            arguments: arguments
                .split(',')
                .map(|argument| argument.trim().to_owned())
                .collect(),
        })
    });
    functions.collect()
}

/// Splits the exports into those that can run here, and those that can't with the reasons.
fn sort(exports: &[Prototype], machine: &Machine) -> (Vec<Multiplication>, Vec<(String, String)>) {
    let (mut run, mut refused) = (Vec::new(), Vec::new());
    for export in exports {
        match shape(export).and_then(|shape| runs(export, machine).map(|()| shape)) {
            Ok(shape) => run.push(Multiplication {
                export: export.name.clone(),
                shape,
            }),
            Err(error) => refused.push((export.name.clone(), error.to_string())),
        }
    }
    (run, refused)
}

fn shape(export: &Prototype) -> Result<Shape> {
    let arguments = &export.arguments;
    let is_array = |argument: &String| argument.contains("uint8_t ") && argument.ends_with("[32]");
    let is_count = |argument: &String| argument.starts_with("size_t ") || argument.starts_with("uintptr_t ");
    match arguments.as_slice() {
        [dst, scalar] if is_array(dst) && is_array(scalar) => Ok(Shape::Single),
        [dst, scalars, count] if is_array(dst) && is_array(scalars) && is_count(count) => Ok(Shape::Batch),
        _ => bail!(
            "the benchmark does not know how to call it: it takes {}",
            arguments.join(", ")
        ),
    }
}

/// Whether the processor has what the header says that the export requires.
fn runs(export: &Prototype, machine: &Machine) -> Result<()> {
    for feature in &export.requires {
        ensure!(machine.has(feature), "this processor has no {feature}");
    }
    Ok(())
}

impl Guest {
    /// Rows for what can't run here.
    pub fn missing(&self) -> Vec<Benchmark> {
        let row = |group: &str, name: String, why: &str| Benchmark {
            group: group.into(),
            name,
            case: String::new(),
            items: 1,
            input: Input::Scalar,
            missing: Some(why.to_owned()),
        };
        let rows = self.refused.iter().flat_map(|(export, why)| {
            let (group, hosts) = if export.contains("batch") {
                ("batch", &[FROM_C, FROM_GO][..])
            } else {
                ("scalar", &HOSTS[..])
            };
            hosts.iter().map(move |host| row(group, name(export, host), why))
        });
        rows.collect()
    }
}

/// The Go package with the image and a shim for each export.
pub fn go_package(paths: &Paths) -> PathBuf {
    paths.bench().join("go/exports")
}

/// The C header, below the folder that the guest was sealed into.
pub fn header(sealed: &Path) -> PathBuf {
    sealed.join("include/rustgo_crypto.h")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn machine(features: &[&str]) -> Machine {
        Machine {
            processor: "a processor".into(),
            features: features.iter().map(|&feature| feature.to_owned()).collect(),
            kernel: "6".into(),
            core: 0,
        }
    }

    #[test]
    fn the_header_says_how_exports_are_called() {
        let header = "\
 * Multiplies void scalar_base_mult(
void scalar_base_mult(uint8_t dst[32], const uint8_t scalar[32]);
void scalar_base_mult_batch_avx2(uint8_t dst[32], const uint8_t scalars[32], size_t count);
void scalar_base_mult_many(uint8_t *dst);
uint64_t increment(uint64_t value);
";
        let found = prototypes(header);
        let shapes: Vec<_> = found
            .iter()
            .map(|it| (it.name.as_str(), shape(it).ok()))
            .collect();
        let expected = [
            ("scalar_base_mult", Some(Shape::Single)),
            ("scalar_base_mult_batch_avx2", Some(Shape::Batch)),
            ("scalar_base_mult_many", None),
        ];
        assert_eq!(shapes, expected);
    }

    #[test]
    fn an_export_runs_where_the_processor_has_what_the_header_says() {
        let header = "\
/**
 * Multiplies.
 *
 * Requires of amd64 processors: fma, avx2, bmi2.
 * In GCC: __builtin_cpu_supports(\"fma\").
 * Requires of arm64 processors: sve.
 */
void scalar_base_mult_avx2(uint8_t dst[32], const uint8_t scalar[32]);

/**
 * Multiplies.
 */
void scalar_base_mult(uint8_t dst[32], const uint8_t scalar[32]);
";
        let found = prototypes(header);
        assert_eq!(found[0].requires, ["fma", "avx2", "bmi2"]);
        let old = machine(&["fma", "avx2"]);
        let error = runs(&found[0], &old).unwrap_err();
        assert_eq!(error.to_string(), "this processor has no bmi2");
        assert!(runs(&found[0], &machine(&["bmi2", "fma", "avx2"])).is_ok());
        assert!(runs(&found[1], &machine(&[])).is_ok());
    }
}
