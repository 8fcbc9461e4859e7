//! Mutants that `cargo-mutants` makes of Rust code.
//!
//! It lists them. Those that are drawn are compiled into one build, in which an environment variable chooses one (`rewrite.rs`,
//! `activate.rs`), so that planting one more costs no more than running the tests (`plant.rs`, `programs.rs`).

mod activate;
mod build;
mod journal;
mod mutant;
mod plant;
mod programs;
mod rewrite;

use std::fs;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use rustgo_hosts::command;

use super::areas::{Area, Rust};
use super::draw::draw;
use super::equivalent::Equivalents;
use super::results::{self, Row};
use super::scratch::Scratch;
use super::{FOLDER, scratch};
use crate::shell::Shell;
use crate::tools::{Tool, Tools};
use crate::ui;

use journal::{Event, Journal};
use mutant::Mutant;
use plant::Planting;

/// What is planted.
pub struct Plan<'a> {
    pub areas: &'a [Area],
    /// Only mutants whose name contains one of these; all if there are none.
    pub names: &'a [String],
    /// Only those that RESULTS.md lists, whose row is then brought up to date.
    pub again: bool,
    pub sample: Option<usize>,
    /// Leaves out those that would have to be built one by one.
    pub one_build: bool,
    /// Plants nothing, and counts what earlier runs have found.
    pub recount: bool,
    pub seed: u64,
    /// The longest time for one program with a fault in place.
    pub limit: Duration,
}

/// Plants generated mutants of the areas, and records what became of them.
pub fn run(plan: &Plan, shell: &mut Shell) -> Result<ExitCode> {
    ui::heading("Tools");
    let tools = Tools::get(shell, &[Tool::CargoMutants])?;
    if let Some((tool, reason)) = tools.lacking(&[Tool::CargoMutants]) {
        bail!("{} is missing: {reason}", tool.name());
    }
    let scratch = scratch(shell)?;
    // Now: there may be another one when the mutants have been planted.
    let commit = commit(shell)?;
    let folder = shell.workspace.root.join(FOLDER);
    let equivalents = Equivalents::read(&folder.join("equivalent.toml"))?;
    let tree = scratch.tree_without(&outputs())?;
    let journal = Journal::open(&scratch.folder.join("generated.jsonl"), &tree)?;
    let copy = scratch.shell(shell);

    let mut all = Vec::new();
    for area in plan.areas {
        let Some(rust) = area.rust() else {
            println!("{} has no Rust code", area.name());
            continue;
        };
        all.extend(list(&copy, &rust)?.into_iter().map(|mutant| (*area, mutant)));
    }
    let lines: Vec<_> = all
        .iter()
        .map(|(_, mutant)| line_of(&scratch, mutant))
        .collect::<Result<_>>()?;
    let complaints = equivalents.misplaced(|| {
        let all = all.iter().zip(&lines);
        all.map(|((_, mutant), line)| (&*mutant.file, mutant.short(), &**line))
            .collect()
    });
    ensure!(
        complaints.is_empty(),
        "equivalent.toml: {}",
        complaints.join("; ")
    );
    let of = all.len();
    let names: Vec<_> = plan.areas.iter().map(|area| area.name()).collect();
    let empty = Row {
        areas: names.join(" + "),
        sample: 0,
        left_out: 0,
        of,
        drawn: 0,
        noticed: 0,
        hung: 0,
        equivalent: 0,
        seed: plan.seed,
        versions: versions(shell)?,
        commit,
        survivors: Vec::new(),
    };
    let results = folder.join("RESULTS.md");
    let mut row = if plan.again {
        again(results::read(&results, &empty.areas)?, &mut all, &empty)?
    } else {
        empty
    };
    all.retain(|(_, mutant)| {
        plan.names.is_empty() || plan.names.iter().any(|name| mutant.name.contains(name))
    });
    if let Some(count) = plan.sample {
        draw(&mut all, count, plan.seed, |(_, mutant)| mutant.name.clone());
    }
    ensure!(!all.is_empty(), "there is no such mutant");
    println!("{} of {of}, seed {}", all.len(), plan.seed);
    if !plan.again {
        row.sample = all.len();
    }

    let planted = if plan.recount { &[] } else { plan.areas };
    for area in planted {
        let Some(rust) = area.rust() else {
            continue;
        };
        ui::heading(area.name());
        let of_area = all.iter().filter(|(other, _)| other == area);
        let mutants: Vec<_> = of_area.map(|(_, mutant)| mutant.clone()).collect();
        let planting = Planting {
            rust,
            scratch: &scratch,
            shell: copy.clone(),
            limit: plan.limit,
            one_build: plan.one_build,
            journal: &journal,
        };
        planting.run(&mutants)?;
    }

    for (_, mutant) in &all {
        let why = equivalents.why(&mutant.file, mutant.short(), &line_of(&scratch, mutant)?);
        count(&mut row, mutant, &journal.of(&mutant.name), why.is_some())?;
    }
    if plan.names.is_empty() {
        results::record(&results, &row)?;
    }
    ui::heading("Summary");
    println!("{}", row.line());
    for survivor in &row.survivors {
        println!("not noticed: {survivor}");
    }
    let is_noticed = row.survivors.is_empty();
    Ok(if is_noticed {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Leaves the mutants that a row lists, and the row without them.
fn again(mut row: Row, all: &mut Vec<(Area, Mutant)>, now: &Row) -> Result<Row> {
    let listed = std::mem::take(&mut row.survivors);
    let listed: Vec<_> = listed
        .iter()
        .map(|name| name.trim_end_matches(" (hung)"))
        .collect();
    all.retain(|(_, mutant)| listed.contains(&&*mutant.name));
    ensure!(
        all.len() == listed.len(),
        "{} of {} mutants that are listed are still there: the code has changed, so draw again",
        all.len(),
        listed.len()
    );
    ensure!(
        row.versions == now.versions,
        "the row was made with other versions: draw again"
    );
    row.drawn -= listed.len();
    row.hung = 0;
    let first = row.commit.split("; ").next().unwrap_or_default();
    row.commit = format!("{first}; those listed then again at {}", now.commit);
    Ok(row)
}

/// Enters what became of a mutant.
fn count(row: &mut Row, mutant: &Mutant, events: &[Event], is_equivalent: bool) -> Result<()> {
    let last = events
        .last()
        .with_context(|| format!("{} was not planted", mutant.name))?;
    row.drawn += usize::from(!matches!(last, Event::Unviable | Event::LeftOut));
    match last {
        Event::Unviable => {}
        Event::LeftOut => row.left_out += 1,
        Event::Noticed(_) => {
            ensure!(
                !is_equivalent,
                "{} is noticed, though equivalent.toml says that it can't be",
                mutant.name
            );
            row.noticed += 1;
        }
        Event::Passed(_) | Event::Hung(_) if is_equivalent => row.equivalent += 1,
        Event::Passed(_) => row.survivors.push(mutant.name.clone()),
        Event::Hung(_) => {
            row.hung += 1;
            row.survivors.push(format!("{} (hung)", mutant.name));
        }
    }
    Ok(())
}

/// The source line that a mutant changes.
fn line_of(scratch: &Scratch, mutant: &Mutant) -> Result<String> {
    let file = scratch.root.join(&mutant.file);
    let text = fs::read_to_string(&file).with_context(|| format!("{}", file.display()))?;
    let line = text.lines().nth(mutant.span.start.line - 1);
    Ok(line.unwrap_or_default().to_owned())
}

/// Every mutant of an area.
fn list(copy: &Shell, rust: &Rust) -> Result<Vec<Mutant>> {
    let mut list = copy.cargo();
    list.args(["mutants", "--workspace", "--no-config", "--list", "--json"]);
    for glob in rust.files {
        list.args(["--file", glob]);
    }
    let text = command::read(&mut list)?;
    let mut mutants: Vec<Mutant> =
        serde_json::from_str(&text).context("cargo-mutants lists what is not understood")?;
    // It knows `#[cfg(test)]` alone, and takes what is for tests on one system for more than that.
    mutants.retain(|mutant| !mutant.short().contains(" tests::"));
    Ok(mutants)
}

/// The versions of what the results depend on.
fn versions(shell: &Shell) -> Result<String> {
    let mutants = command::read(shell.cargo().args(["mutants", "--version"]))?;
    let rustc = command::read(shell.command("rustc").arg("--version"))?;
    Ok(format!(
        "{mutants}, {}",
        rustc.split(" (").next().unwrap_or_default()
    ))
}

/// The results and the arguments, which make no test notice a fault.
fn outputs() -> [String; 2] {
    ["RESULTS.md", "equivalent.toml"].map(|file| format!("{FOLDER}/{file}"))
}

/// The commit that the mutants were planted in.
fn commit(shell: &Shell) -> Result<String> {
    let commit = command::read(shell.command("git").args(["rev-parse", "--short=12", "HEAD"]))?;
    let mut status = shell.command("git");
    status.args(["status", "--porcelain", "--", "."]);
    status.args(outputs().map(|file| format!(":!{file}")));
    let is_clean = command::read(&mut status)?.is_empty();
    Ok(if is_clean {
        commit
    } else {
        format!("{commit}, changed")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mutant(name: &str) -> Mutant {
        let place = mutant::Place { line: 1, column: 1 };
        Mutant {
            name: name.to_owned(),
            file: "a".to_owned(),
            span: mutant::Span {
                start: place,
                end: place,
            },
            replacement: String::new(),
        }
    }

    #[test]
    fn those_that_are_listed_are_planted_again() {
        let now = Row {
            commit: "4567".to_owned(),
            ..results::tests::row("a", 0, &[])
        };
        let row = results::tests::row("a", 6, &["a: b", "c: d (hung)"]);
        let mutants =
            |names: &[&str]| -> Vec<_> { names.iter().map(|name| (Area::Rt, mutant(name))).collect() };
        let mut all = mutants(&["a: b", "a: x", "c: d"]);
        let left = again(row.clone(), &mut all, &now).unwrap();
        assert_eq!(all, mutants(&["a: b", "c: d"]));
        let expected = Row {
            drawn: 8,
            hung: 0,
            commit: "0123; those listed then again at 4567".to_owned(),
            survivors: Vec::new(),
            ..row.clone()
        };
        assert_eq!(left, expected);
        assert_eq!(again(left, &mut Vec::new(), &now).unwrap(), expected);
        assert!(again(row, &mut mutants(&["a: b"]), &now).is_err());
    }

    #[test]
    fn the_last_event_counts() {
        let mutant = mutant("a: b");
        let program = || "lib".to_owned();
        let counted = |events: &[Event], is_equivalent| {
            let mut row = Row {
                drawn: 0,
                hung: 0,
                noticed: 0,
                equivalent: 0,
                survivors: Vec::new(),
                ..results::tests::row("a", 0, &[])
            };
            count(&mut row, &mutant, events, is_equivalent).map(|()| {
                let counts = [row.drawn, row.noticed, row.hung, row.equivalent];
                (counts, row.survivors.join(""))
            })
        };
        let passed = [Event::Passed(program()), Event::Passed(program())];
        let noticed = [Event::Passed(program()), Event::Noticed(program())];
        let hung = [Event::Hung(program())];
        for (events, is_equivalent, expected) in [
            (&passed[..], false, ([1, 0, 0, 0], "a: b")),
            (&passed, true, ([1, 0, 0, 1], "")),
            (&noticed, false, ([1, 1, 0, 0], "")),
            (&hung, false, ([1, 0, 1, 0], "a: b (hung)")),
            (&hung, true, ([1, 0, 0, 1], "")),
            (&[Event::Unviable], false, ([0, 0, 0, 0], "")),
            (&[Event::LeftOut], false, ([0, 0, 0, 0], "")),
        ] {
            let (counts, survivor) = counted(events, is_equivalent).unwrap();
            assert_eq!((counts, &*survivor), expected);
        }
        assert!(counted(&noticed, true).is_err());
        assert!(counted(&[], false).is_err());
    }
}
