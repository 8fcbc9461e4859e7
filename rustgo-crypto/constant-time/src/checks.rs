//! The command line, and what each check says of each path.

use std::fmt::Display;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use clap::{Parser, ValueEnum};

use crate::image::Image;
use crate::plant::{Kind, Plant};
use crate::target::{Length, Target};
use crate::{callgrind, instructions, memcheck, step};

/// Check that time and addresses do not depend on scalars
#[derive(Parser)]
struct Args {
    /// The checks to run (default: all)
    checks: Vec<Check>,

    /// The sealed archive to check (default: what `cargo rustgo build` makes of rustgo-crypto)
    #[arg(long, value_name = "FILE")]
    archive: Option<PathBuf>,

    /// Fewer scalars (default checks: instructions, memcheck, step)
    #[arg(long)]
    short: bool,

    /// Look at this export alone; may be given several times
    #[arg(long, value_name = "NAME")]
    export: Vec<String>,

    /// Run a target, below valgrind
    #[arg(long, hide = true, num_args = 2, value_names = ["CHECK", "SUBJECT"])]
    below: Option<Vec<String>>,
}

#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
enum Check {
    Instructions,
    Memcheck,
    Callgrind,
    Step,
}

impl Check {
    const SHORT: [Self; 3] = [Self::Instructions, Self::Memcheck, Self::Step];
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
    fn run(self, archive: &Path, target: &Target, length: Length) -> Result<Option<String>> {
        match self {
            Self::Instructions => unreachable!("it looks at the image, not at a target"),
            Self::Memcheck => memcheck::run(archive, target, length),
            Self::Callgrind => callgrind::run(archive, target),
            Self::Step => step::run(&Image::load(archive)?, target, length),
        }
    }

    /// Whether it can detect such a leak. Callgrind counts instructions, which an address doesn't change.
    fn notices(self, plant: &Plant) -> bool {
        self != Self::Callgrind || plant.kind == Kind::Jump
    }
}

pub fn run() -> Result<ExitCode> {
    let args = Args::parse();
    let length = if args.short { Length::Short } else { Length::Long };
    if let (Some(below), Some(archive)) = (&args.below, &args.archive) {
        return below_valgrind(archive, below, length);
    }
    let checks = match (&args.checks[..], length) {
        ([], Length::Short) => Check::SHORT.to_vec(),
        ([], Length::Long) => Check::ALL.to_vec(),
        (some, _) => some.to_vec(),
    };
    if checks.iter().any(|check| check.needs_valgrind()) {
        let found = Command::new("valgrind").arg("--version").output().is_ok();
        ensure!(found, "valgrind is missing: install it, or run `step` alone");
    }
    let folder = tempfile::tempdir().context("a temporary folder can't be made")?;
    let archive = args.archive.map_or_else(|| build(folder.path()), Ok)?;
    let image = Image::load(&archive)?;
    let mut targets = Target::all(&image)?;
    targets.retain(|target| args.export.is_empty() || args.export.contains(&target.to_string()));
    ensure!(!targets.is_empty(), "the image has no such export");

    let mut report = Report::default();
    for check in checks {
        let start = Instant::now();
        if check == Check::Instructions {
            instructions(&archive, &image, &mut report)?;
        } else {
            run_check(check, &archive, &targets, length, &mut report)?;
        }
        println!("{:<12} {:.1} s", check.name(), start.elapsed().as_secs_f64());
    }
    Ok(report.exit_code())
}

/// What was said, and how much of it is bad.
#[derive(Default)]
struct Report {
    bad: usize,
}

impl Report {
    fn exit_code(&self) -> ExitCode {
        if self.bad == 0 {
            return ExitCode::SUCCESS;
        }
        eprintln!("{} checks failed", self.bad);
        ExitCode::FAILURE
    }

    fn good(&self, check: Check, what: impl Display, verdict: impl Display) {
        println!("{:<12} {:<36} {verdict}", check.name(), what.to_string());
    }

    fn bad(&mut self, check: Check, what: impl Display, verdict: impl Display) {
        self.bad += 1;
        println!("{:<12} {:<36} FAILED: {verdict}", check.name(), what.to_string());
    }

    /// Also for the summary of `cargo xtask test`.
    fn skipped(&self, check: Check, what: impl Display, why: impl Display) -> Result<()> {
        self.good(check, &what, format_args!("SKIPPED: {why}"));
        if let Some(file) = std::env::var_os("RUSTGO_SKIPS") {
            let mut file = File::options().append(true).create(true).open(file)?;
            writeln!(file, "constant time of {what}: {why}")?;
        }
        Ok(())
    }
}

/// The check of the image's machine code.
fn instructions(archive: &Path, image: &Image, report: &mut Report) -> Result<()> {
    let check = Check::Instructions;
    let looked = instructions::run(image)?;
    if let Some(what) = looked.describe(image) {
        report.bad(check, "the image", what);
        return Ok(());
    }
    let (functions, instructions) = (looked.functions, looked.instructions);
    report.good(
        check,
        "the image",
        format_args!("ok: {functions} functions, {instructions} instructions"),
    );
    match instructions::find_planted(&std::fs::read(archive)?) {
        Ok(count) => report.good(check, format_args!("{count} planted"), "found, as they must be"),
        Err(error) => report.bad(check, "planted", error),
    }
    Ok(())
}

/// A check of what runs.
fn run_check(
    check: Check,
    archive: &Path,
    targets: &[Target],
    length: Length,
    report: &mut Report,
) -> Result<()> {
    // A check that finds no planted leak says nothing.
    for plant in Plant::all().into_iter().filter(|plant| check.notices(plant)) {
        let target = Target::Plant(plant);
        match check.run(archive, &target, length)? {
            Some(_) => report.good(check, target, "found, as it must be"),
            None => report.bad(check, target, "not found"),
        }
    }
    for target in targets {
        if !target.is_available() {
            report.skipped(check, target, "this processor lacks what it needs")?;
        } else if check.needs_valgrind() && !target.is_known_to_valgrind() {
            // Not a skipped part: `step` checks it.
            report.good(check, target, "valgrind knows no AVX-512; see `step`");
        } else if check == Check::Step && length == Length::Short && !target.chooses_its_own_way() {
            report.good(check, target, "as the single multiplication; see `memcheck`");
        } else if let Some(what) = check.run(archive, target, length)? {
            report.bad(check, target, what);
        } else {
            report.good(check, target, "ok");
        }
    }
    Ok(())
}

fn below_valgrind(archive: &Path, below: &[String], length: Length) -> Result<ExitCode> {
    let image = Image::load(archive)?;
    let target = Target::parse(&below[1])?;
    match below[0].as_str() {
        "memcheck" => memcheck::below_valgrind(&image, &target, length),
        _ => callgrind::below_valgrind(&image, &target),
    }
    Ok(ExitCode::SUCCESS)
}

/// Builds the guest as hosts get it.
fn build(folder: &Path) -> Result<PathBuf> {
    let status = Command::new("cargo")
        .args([
            "rustgo-here",
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_bad_verdict_among_good_ones_fails() {
        let mut report = Report::default();
        report.good(Check::Step, "a", "ok");
        assert_eq!(report.exit_code(), ExitCode::SUCCESS);
        report.bad(Check::Step, "b", "an address");
        report.good(Check::Step, "c", "ok");
        assert_eq!(report.exit_code(), ExitCode::FAILURE);
        report.bad(Check::Memcheck, "d", "a jump");
        assert_eq!(report.exit_code(), ExitCode::FAILURE);
    }

    #[test]
    fn every_check_has_plants_and_the_short_form_notices_every_kind() {
        for check in [Check::Memcheck, Check::Callgrind, Check::Step] {
            assert!(Plant::all().iter().any(|plant| check.notices(plant)));
        }
        for check in [Check::Memcheck, Check::Step] {
            assert!(Plant::all().iter().all(|plant| check.notices(plant)));
            assert!(Check::SHORT.contains(&check));
        }
        assert!(Check::SHORT.contains(&Check::Instructions));
        assert_eq!(
            Check::ALL,
            [
                Check::Instructions,
                Check::Memcheck,
                Check::Callgrind,
                Check::Step
            ]
        );
    }
}
