//! The command line, and what each check says of each path.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, ensure};
use clap::{Parser, ValueEnum};

use crate::image::Image;
use crate::subject::{Leak, Subject};
use crate::{callgrind, instructions, memcheck, step};

/// Check that time and addresses do not depend on scalars
#[derive(Parser)]
struct Args {
    /// The checks to run (default: all)
    checks: Vec<Check>,

    /// The sealed archive to look at (default: what `cargo rustgo build` makes of rustgo-crypto)
    #[arg(long, value_name = "FILE")]
    archive: Option<PathBuf>,

    /// Run a subject, below valgrind
    #[arg(long, hide = true, num_args = 3, value_names = ["CHECK", "EXPORT", "LEAK"])]
    below: Option<Vec<String>>,
}

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Check {
    Instructions,
    Memcheck,
    Callgrind,
    Step,
}

impl Check {
    const ALL: [Self; 4] = [Self::Instructions, Self::Memcheck, Self::Callgrind, Self::Step];

    fn name(self) -> &'static str {
        match self {
            Self::Instructions => "instructions",
            Self::Memcheck => "memcheck",
            Self::Callgrind => "callgrind",
            Self::Step => "step",
        }
    }

    fn needs_valgrind(self) -> bool {
        matches!(self, Self::Memcheck | Self::Callgrind)
    }

    /// What depends on the scalar, if anything does.
    fn run(self, archive: &Path, subject: &Subject) -> Result<Option<String>> {
        match self {
            Self::Instructions => Ok(instructions::run(&Image::load(archive)?)),
            Self::Memcheck => memcheck::run(archive, subject),
            Self::Callgrind => callgrind::run(archive, subject),
            Self::Step => step::run(&Image::load(archive)?, subject),
        }
    }
}

pub fn run() -> Result<ExitCode> {
    let args = Args::parse();
    if let (Some(below), Some(archive)) = (&args.below, &args.archive) {
        return below_valgrind(archive, below);
    }
    let checks = if args.checks.is_empty() {
        Check::ALL.to_vec()
    } else {
        args.checks
    };
    if checks.iter().any(|check| check.needs_valgrind()) {
        let found = Command::new("valgrind").arg("--version").output().is_ok();
        ensure!(found, "valgrind is missing: install it, or run `step` alone");
    }
    let folder = tempfile::tempdir().context("a temporary folder can't be made")?;
    let archive = args.archive.map_or_else(|| build(folder.path()), Ok)?;
    let image = Image::load(&archive)?;

    let mut bad = 0;
    for check in checks {
        if check == Check::Instructions {
            ensure!(
                instructions::finds_planted(),
                "planted instructions are not found"
            );
            let found = instructions::run(&image);
            bad += u32::from(found.is_some());
            let verdict = found.map_or("ok".to_owned(), |what| format!("FAILED: {what}"));
            println!("{:<12} {:<32} {verdict}", check.name(), "the image");
            continue;
        }
        // A check that finds no planted leak says nothing.
        for leak in Leak::PLANTED {
            if check == Check::Callgrind && leak == Leak::Address {
                continue;
            }
            let subject = Subject::leaking(leak);
            let found = check.run(&archive, &subject)?.is_some();
            bad += u32::from(!found);
            let verdict = if found {
                "found, as it must be"
            } else {
                "FAILED: not found"
            };
            println!("{:<12} {:<32} {verdict}", check.name(), subject.to_string());
        }
        for subject in Subject::all(&image) {
            let verdict = if let Some(why) = subject.missing(check.needs_valgrind()) {
                format!("SKIPPED: {why}")
            } else if let Some(what) = check.run(&archive, &subject)? {
                bad += 1;
                format!("FAILED: {what}")
            } else {
                "ok".to_owned()
            };
            println!("{:<12} {:<32} {verdict}", check.name(), subject.to_string());
        }
    }
    if bad > 0 {
        eprintln!("{bad} checks failed");
    }
    Ok(ExitCode::from(u8::from(bad > 0)))
}

fn below_valgrind(archive: &Path, below: &[String]) -> Result<ExitCode> {
    let image = Image::load(archive)?;
    let subject = Subject::parse(&below[1], &below[2])?;
    match below[0].as_str() {
        "memcheck" => memcheck::below_valgrind(&image, &subject),
        _ => callgrind::below_valgrind(&image, &subject),
    }
    Ok(ExitCode::SUCCESS)
}

/// Builds the guest as hosts get it.
fn build(folder: &Path) -> Result<PathBuf> {
    let status = Command::new("cargo")
        .args([
            "rustgo",
            "build",
            "-p",
            "rustgo-crypto",
            "--processor",
            "amd64",
            "--c",
        ])
        .arg(folder)
        .status()
        .context("cargo can't be run")?;
    ensure!(status.success(), "`cargo rustgo build -p rustgo-crypto` failed");
    let libraries = folder.join("lib");
    let systems = std::fs::read_dir(&libraries).with_context(|| format!("{}", libraries.display()))?;
    for system in systems {
        let system = system?.path();
        if system.to_string_lossy().contains("linux") {
            for file in std::fs::read_dir(system)? {
                let file = file?.path();
                if file.extension().is_some_and(|extension| extension == "a") {
                    return Ok(file);
                }
            }
        }
    }
    anyhow::bail!("no archive for Linux is below {}", libraries.display())
}
