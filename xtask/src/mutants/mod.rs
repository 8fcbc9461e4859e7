//! `cargo xtask mutants`: plants faults, one at a time, and tells which of them no test notices.
//!
//! | what | where the faults come from |
//! | --- | --- |
//! | the list | `tests/mutants/AREA/*.patch`, written by hand, each with the command that has to notice it |
//! | generated | `cargo-mutants`, which replaces operators, conditions and functions of Rust code |

mod areas;
mod bounded;
mod draw;
mod equivalent;
mod generated;
mod interrupt;
mod list;
mod patch;
mod results;
mod scratch;
mod words;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::ValueEnum;
use rustgo_hosts::command;

use crate::run::Run;
use crate::shell::Shell;
use crate::ui;

use areas::Area;
use list::{Limits, Verdict};
use patch::Patch;
use scratch::Scratch;

/// The folder of the list, from the repository's root.
const FOLDER: &str = "tests/mutants";

/// Plant faults one at a time, and tell which no test notices
///
/// Works in a copy of the repository below target/, which stays for the next time. The exit status is 1 if a fault is not
/// noticed.
#[derive(clap::Args)]
pub struct Args {
    /// Only mutants whose name contains one of these; of the list that is AREA/NAME
    names: Vec<String>,

    /// Only this area; may be given several times
    #[arg(long, value_enum)]
    area: Vec<Area>,

    /// Have cargo-mutants make the faults, and record what became of them in tests/mutants/RESULTS.md, unless names are given
    #[arg(long)]
    generated: bool,

    /// Of generated faults, only those that tests/mutants/RESULTS.md lists for these areas; the others stay as recorded
    #[arg(long, requires = "generated", conflicts_with_all = ["names", "sample"])]
    again: bool,

    /// As many, drawn at random [default: all]
    #[arg(long, value_name = "NUMBER")]
    sample: Option<usize>,

    /// Of generated faults, leave out those that would have to be built one by one
    #[arg(long, requires = "generated")]
    one_build: bool,

    /// Of generated faults, plant none, and record what earlier runs have found in this state of the sources
    #[arg(long, requires = "generated")]
    recount: bool,

    /// What the drawing begins with; the same seed draws the same mutants
    #[arg(long, default_value_t = 1)]
    seed: u64,

    /// How long a command may take with a fault in place
    #[arg(long, value_name = "SECONDS", default_value_t = 600)]
    limit: u64,

    /// List the hand-written mutants that would run
    #[arg(long, conflicts_with = "generated")]
    list: bool,
}

/// Runs `cargo xtask mutants`.
pub fn run(args: &Args, mut shell: Shell) -> Result<ExitCode> {
    interrupt::handle()?;
    let areas = if args.area.is_empty() {
        Area::value_variants()
    } else {
        &args.area
    };
    let limits = Limits {
        baseline: Duration::from_secs(3600),
        mutant: Duration::from_secs(args.limit),
    };
    if args.generated {
        let plan = generated::Plan {
            areas,
            names: &args.names,
            again: args.again,
            sample: args.sample,
            one_build: args.one_build,
            recount: args.recount,
            seed: args.seed,
            limit: limits.mutant,
        };
        return generated::run(&plan, &mut shell);
    }
    let mut patches = patches(&shell, areas)?;
    patches.retain(|patch| args.names.is_empty() || args.names.iter().any(|name| patch.name.contains(name)));
    if let Some(count) = args.sample {
        println!("seed {}", args.seed);
        draw::draw(&mut patches, count, args.seed, |patch| patch.name.clone());
    }
    ensure!(!patches.is_empty(), "there is no such mutant");
    if args.list {
        for patch in patches {
            println!("{}: {}\n    {}", patch.name, patch.why, patch.noticed_by);
        }
        return Ok(ExitCode::SUCCESS);
    }
    Ok(if plant(&patches, &shell, limits)? {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// How many of the list the tests plant.
const SHORT: usize = 8;

/// Some of the list, as a step of `cargo xtask test`: others for each commit.
pub fn test(run: &mut Run) -> Result<()> {
    let shell = run.shell;
    let commit = command::read(shell.command("git").args(["rev-parse", "HEAD"]))?;
    let seed = u64::from_str_radix(commit.get(..16).unwrap_or_default(), 16)
        .with_context(|| format!("`{commit}` is no commit"))?;
    println!("again: cargo xtask mutants --sample {SHORT} --seed {seed}");
    let mut patches = patches(shell, Area::value_variants())?;
    draw::draw(&mut patches, SHORT, seed, |patch| patch.name.clone());
    ensure!(!patches.is_empty(), "there is no mutant below {FOLDER}");
    let limits = Limits {
        baseline: Duration::from_secs(1200),
        mutant: Duration::from_secs(300),
    };
    run.check(noticed(&patches, shell, limits));
    Ok(())
}

/// The whole list, as the step's long form.
pub fn test_long(run: &mut Run) -> Result<()> {
    let shell = run.shell;
    let patches = patches(shell, Area::value_variants())?;
    let limits = Limits {
        baseline: Duration::from_secs(3600),
        mutant: Duration::from_secs(600),
    };
    run.check(noticed(&patches, shell, limits));
    Ok(())
}

fn noticed(patches: &[Patch], shell: &Shell, limits: Limits) -> Result<()> {
    ensure!(plant(patches, shell, limits)?, "not all of them are noticed");
    Ok(())
}

fn patches(shell: &Shell, areas: &[Area]) -> Result<Vec<Patch>> {
    let folder = shell.workspace.root.join(FOLDER);
    let mut patches = Vec::new();
    for area in areas {
        patches.extend(Patch::all(&folder, *area)?);
    }
    Ok(patches)
}

/// The copy of the repository in which mutants are planted.
fn scratch(shell: &Shell) -> Result<Scratch> {
    let workspace = &shell.workspace;
    let scratch = Scratch::of(&workspace.root, &workspace.target.join("mutants"))?;
    scratch.warm(&workspace.target)?;
    println!("planted in {}", scratch.root.display());
    Ok(scratch)
}

/// Plants mutants of the list, and tells whether all are noticed.
fn plant(patches: &[Patch], shell: &Shell, limits: Limits) -> Result<bool> {
    let results = list::run(patches, &scratch(shell)?, shell, limits)?;
    let mut table = ui::table(&[
        "area",
        "planted",
        "noticed",
        "unnoticed",
        "hung",
        "does not apply or build",
        "broken baseline",
    ]);
    for area in Area::value_variants() {
        let verdicts: Vec<_> = patches
            .iter()
            .zip(&results)
            .filter(|(patch, _)| patch.area == *area)
            .map(|(_, (_, verdict))| verdict)
            .collect();
        if verdicts.is_empty() {
            continue;
        }
        let count =
            |is: fn(&Verdict) -> bool| verdicts.iter().filter(|verdict| is(verdict)).count().to_string();
        table.add_row([
            area.name().to_owned(),
            verdicts.len().to_string(),
            count(|verdict| matches!(verdict, Verdict::Noticed)),
            count(|verdict| matches!(verdict, Verdict::Unnoticed)),
            count(|verdict| matches!(verdict, Verdict::Hung)),
            count(|verdict| matches!(verdict, Verdict::DoesNotApply(_) | Verdict::DoesNotBuild)),
            count(|verdict| matches!(verdict, Verdict::BrokenBaseline)),
        ]);
    }
    println!("\n{table}");
    for (name, verdict) in &results {
        if *verdict != Verdict::Noticed {
            println!("not noticed: {name}");
        }
    }
    Ok(results.iter().all(|(_, verdict)| *verdict == Verdict::Noticed))
}
