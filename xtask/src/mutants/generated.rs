//! Mutants that `cargo-mutants` makes of an area's Rust code.

use std::fs;
use std::process::{Command, ExitCode};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use rustgo_hosts::command;
use serde::Deserialize;

use super::areas::{Area, Rust};
use super::draw::draw;
use super::equivalent::Equivalents;
use super::results::{self, Row};
use super::scratch::Scratch;
use super::{FOLDER, scratch};
use crate::shell::Shell;
use crate::tools::{Tool, Tools};
use crate::ui;

/// A mutant, as `cargo mutants --list --json` describes it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
struct Mutant {
    /// `FILE:LINE:COLUMN: replace ...`.
    name: String,
    file: String,
    span: Span,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
struct Span {
    start: Start,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
struct Start {
    line: usize,
    column: usize,
}

impl Mutant {
    /// The name without the file and the place in it.
    fn short(&self) -> &str {
        let place = format!(
            "{}:{}:{}: ",
            self.file, self.span.start.line, self.span.start.column
        );
        self.name.strip_prefix(&place).unwrap_or(&self.name)
    }
}

/// What `mutants.out/outcomes.json` holds.
#[derive(Deserialize)]
struct Outcomes {
    outcomes: Vec<Outcome>,
    cargo_mutants_version: String,
}

#[derive(Deserialize)]
struct Outcome {
    scenario: Scenario,
    summary: Summary,
}

#[derive(Deserialize)]
enum Scenario {
    Baseline,
    Mutant(Mutant),
}

#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
enum Summary {
    Success,
    CaughtMutant,
    MissedMutant,
    Unviable,
    Failure,
    Timeout,
}

/// Plants generated mutants of each area, and records what became of them.
pub fn run(
    areas: &[Area],
    sample: Option<usize>,
    seed: u64,
    limit: Duration,
    shell: &mut Shell,
) -> Result<ExitCode> {
    ui::heading("Tools");
    let tools = Tools::get(shell, &[Tool::CargoMutants])?;
    if let Some((tool, reason)) = tools.lacking(&[Tool::CargoMutants]) {
        bail!("{} is missing: {reason}", tool.name());
    }
    let scratch = scratch(shell)?;
    let folder = shell.workspace.root.join(FOLDER);
    let equivalents = Equivalents::read(&folder.join("equivalent.toml"))?;
    let mut rows = Vec::new();
    for area in areas {
        let Some(rust) = area.rust() else {
            println!("{} has no Rust code", area.name());
            continue;
        };
        ui::heading(area.name());
        let planting = Planting {
            area: *area,
            rust,
            scratch: &scratch,
            shell: scratch.shell(shell),
            limit,
        };
        let row = planting.run(&equivalents, sample, seed)?;
        results::record(&folder.join("RESULTS.md"), &row)?;
        rows.push(row);
    }
    ui::heading("Summary");
    for row in &rows {
        println!("{}", row.line());
    }
    let all = rows.iter().all(|row| row.survivors.is_empty());
    Ok(if all { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The mutants of one area.
struct Planting<'a> {
    area: Area,
    rust: Rust,
    scratch: &'a Scratch,
    /// Of the copy.
    shell: Shell,
    limit: Duration,
}

impl Planting<'_> {
    fn run(&self, equivalents: &Equivalents, sample: Option<usize>, seed: u64) -> Result<Row> {
        let mut mutants = self.list()?;
        let of = mutants.len();
        let lines: Vec<_> = mutants
            .iter()
            .map(|mutant| self.line_of(mutant))
            .collect::<Result<_>>()?;
        let complaints = equivalents.misplaced(|| {
            let all = mutants.iter().zip(&lines);
            all.map(|(mutant, line)| (&*mutant.file, mutant.short(), &**line))
                .collect()
        });
        ensure!(
            complaints.is_empty(),
            "equivalent.toml: {}",
            complaints.join("; ")
        );
        if let Some(count) = sample {
            draw(&mut mutants, count, seed, |mutant| mutant.name.clone());
        }
        ensure!(!mutants.is_empty(), "cargo-mutants finds nothing to change");
        println!("{} of {of}, seed {seed}", mutants.len());
        let outcomes = self.plant(&mutants)?;
        let rustc = command::read(self.shell.command("rustc").arg("--version"))?;
        let mut row = Row {
            area: self.area.name().to_owned(),
            drawn: 0,
            of,
            noticed: 0,
            hung: 0,
            equivalent: 0,
            seed,
            versions: format!(
                "cargo-mutants {}, {}",
                outcomes.cargo_mutants_version,
                rustc.split(" (").next().unwrap_or_default()
            ),
            survivors: Vec::new(),
        };
        let mut planted = 0;
        for outcome in outcomes.outcomes {
            let Scenario::Mutant(mutant) = outcome.scenario else {
                ensure!(
                    outcome.summary == Summary::Success,
                    "the tests fail without a fault too"
                );
                continue;
            };
            planted += 1;
            self.count(&mut row, &mutant, outcome.summary, equivalents)?;
        }
        ensure!(
            planted == mutants.len(),
            "cargo-mutants planted {planted} of {}",
            mutants.len()
        );
        Ok(row)
    }

    /// Enters what became of a mutant.
    fn count(
        &self,
        row: &mut Row,
        mutant: &Mutant,
        summary: Summary,
        equivalents: &Equivalents,
    ) -> Result<()> {
        row.drawn += usize::from(summary != Summary::Unviable);
        let line = self.line_of(mutant)?;
        match summary {
            Summary::Unviable => {}
            Summary::CaughtMutant => row.noticed += 1,
            Summary::MissedMutant | Summary::Timeout
                if equivalents.why(&mutant.file, mutant.short(), &line).is_some() =>
            {
                row.equivalent += 1;
            }
            Summary::MissedMutant => row.survivors.push(mutant.name.clone()),
            Summary::Timeout => {
                row.hung += 1;
                row.survivors.push(format!("{} (hung)", mutant.name));
            }
            Summary::Success | Summary::Failure => {
                bail!("cargo-mutants says {summary:?} of {}", mutant.name)
            }
        }
        Ok(())
    }

    /// The source line that a mutant changes.
    fn line_of(&self, mutant: &Mutant) -> Result<String> {
        let file = self.scratch.root.join(&mutant.file);
        let text = fs::read_to_string(&file).with_context(|| format!("{}", file.display()))?;
        let line = text.lines().nth(mutant.span.start.line - 1);
        Ok(line.unwrap_or_default().to_owned())
    }

    /// Every mutant of the area.
    fn list(&self) -> Result<Vec<Mutant>> {
        let mut list = self.mutants();
        list.args(["--no-config", "--list", "--json"]);
        // Of a change's text there is more than one wants to keep, so only what is needed is read.
        let text = command::read(&mut list)?;
        serde_json::from_str(&text).context("cargo-mutants lists what is not understood")
    }

    fn mutants(&self) -> Command {
        let mut mutants = self.shell.cargo();
        mutants
            .args(["mutants", "--workspace"])
            .env_remove("CARGO_TARGET_DIR")
            .env_remove("CARGO_BUILD_TARGET_DIR");
        for glob in self.rust.files {
            mutants.args(["--file", glob]);
        }
        mutants
    }

    /// Plants mutants, and returns what became of each.
    fn plant(&self, mutants: &[Mutant]) -> Result<Outcomes> {
        let folder = self.scratch.folder.join("generated").join(self.area.name());
        fs::create_dir_all(&folder)?;
        let config = folder.join("mutants.toml");
        fs::write(&config, config_of(mutants))?;
        let mut run = self.mutants();
        run.args(["--in-place", "--no-times", "--colors=never", "--cap-lints=true"])
            .arg("--config")
            .arg(&config)
            .arg("--output")
            .arg(&folder)
            .arg(format!("--timeout={}", self.limit.as_secs()));
        for package in self.rust.packages {
            run.args(["--test-package", package]);
        }
        run.arg("--").args(self.rust.test);
        ui::command(&command::line(&run));
        let status = run.status().context("cargo-mutants can't be run")?;
        self.scratch.revert()?;
        let file = folder.join("mutants.out/outcomes.json");
        // 2: some are missed; 3: some time out; 4: the tests fail without a fault.
        ensure!(
            matches!(status.code(), Some(0 | 2 | 3)),
            "cargo-mutants failed ({status})"
        );
        let text = fs::read_to_string(&file).with_context(|| format!("{}", file.display()))?;
        serde_json::from_str(&text).context("cargo-mutants reports what is not understood")
    }
}

/// What restricts cargo-mutants to these: their names, each as a regular expression.
fn config_of(mutants: &[Mutant]) -> String {
    let mut text = "examine_re = [\n".to_owned();
    for mutant in mutants {
        let mut expression = String::from("^");
        for character in mutant.name.chars() {
            // Not every punctuation mark: `\<` is the start of a word.
            if r"\.+*?()|[]{}^$".contains(character) {
                expression.push('\\');
            }
            expression.push(character);
        }
        expression.push('$');
        text += &format!("  {},\n", toml::Value::String(expression));
    }
    text + "]\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    const MUTANT: &str = r#"{
        "diff": "...", "file": "src/a.rs", "function": null, "genre": "BinaryOperator",
        "name": "src/a.rs:3:5: replace <A as B>::f -> Option<[u8; 2]> with Some([0; 2])",
        "package": "x", "replacement": "..",
        "span": {"end": {"column": 9, "line": 3}, "start": {"column": 5, "line": 3}}
    }"#;

    #[test]
    fn names_and_expressions() {
        let mutant: Mutant = serde_json::from_str(MUTANT).unwrap();
        assert_eq!(
            mutant.short(),
            "replace <A as B>::f -> Option<[u8; 2]> with Some([0; 2])"
        );
        let config: toml::Table = config_of(std::slice::from_ref(&mutant)).parse().unwrap();
        let expression = config["examine_re"][0].as_str().unwrap();
        assert!(
            expression.starts_with(r"^src/a\.rs:3:5: replace <A as B>::f -> Option<\[u8; 2\]> with Some\(")
        );
        assert_eq!(expression.replace('\\', ""), format!("^{}$", mutant.name));
    }

    #[test]
    fn outcomes() {
        let text = format!(
            r#"{{"outcomes": [{{"scenario": "Baseline", "summary": "Success", "phase_results": []}},
            {{"scenario": {{"Mutant": {MUTANT}}}, "summary": "MissedMutant"}}],
            "cargo_mutants_version": "27.1.0", "total_mutants": 1}}"#
        );
        let outcomes: Outcomes = serde_json::from_str(&text).unwrap();
        assert!(matches!(outcomes.outcomes[0].scenario, Scenario::Baseline));
        assert!(
            matches!(&outcomes.outcomes[1].scenario, Scenario::Mutant(mutant) if mutant.span.start.line == 3)
        );
        assert_eq!(outcomes.outcomes[1].summary, Summary::MissedMutant);
    }
}
