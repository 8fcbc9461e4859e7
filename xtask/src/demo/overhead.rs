//! Runs the benchmarks of calls, and compares the ways to call.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::{Attempt, attempt};
use crate::{go_benchmark, statistics, ui};

/// The functions that are called, as the benchmarks name them.
const FUNCTIONS: [&str; 2] = ["Increment", "MultiplyTwo"];

/// The ways to call them, by the benchmarks' names, and their names here.
const WAYS: [(&str, &str); 5] = [
    ("inline", "Go, inlined"),
    (REFERENCE, "Go, not inlined"),
    ("assembly", "Go assembly"),
    ("rustgo", "Rust, by rustgo"),
    (CGO, "C, by cgo"),
];

/// The baseline: a plain call.
const REFERENCE: &str = "go";

/// The way that has a program of its own, in which benchmarks are named after the functions only.
const CGO: &str = "cgo";

/// The number of runs of each benchmark, and their duration. The median is used.
const ROUNDS: usize = 5;
const TIME: &str = "100ms";

/// Prints the table. Returns whether all benchmarks work.
pub fn show(programs: &[Attempt<PathBuf>; 2]) -> Result<bool> {
    let mut rounds = programs
        .clone()
        .map(|program| program.map(|program| (program, Rounds::new())));
    for _ in 0..ROUNDS {
        for program in &mut rounds {
            if let Ok((path, times)) = program
                && let Err(lack) = attempt(round(path, times))
            {
                *program = Err(lack);
            }
        }
    }
    let [calls, cgo] = rounds.map(|rounds| rounds.map(|(_, times)| times));

    let header = FUNCTIONS.iter().flat_map(|function| [*function, "ratio"]);
    let mut table = ui::table(&std::iter::once("called").chain(header).collect::<Vec<_>>());
    let mut works = true;
    for (way, label) in WAYS {
        let row = match if way == CGO { &cgo } else { &calls } {
            Ok(times) => attempt(row(times, calls.as_ref().ok(), way)),
            Err(lack) => Err(*lack),
        };
        works &= !matches!(&row, Err(lack) if lack.is_error());
        let cells = row.unwrap_or_else(|lack| vec![lack.to_string()]);
        table.add_row(std::iter::once(label.to_owned()).chain(cells));
    }
    println!("{table}");
    println!("median of {ROUNDS} rounds of {TIME} each; the ratio is to a Go function that is not inlined");
    Ok(works)
}

/// Times by function and way, in nanoseconds per call.
type Rounds = BTreeMap<(String, String), Vec<f64>>;

fn round(program: &Path, times: &mut Rounds) -> Result<()> {
    for result in go_benchmark::run(program, ".", TIME)? {
        let (function, way) = result.name.split_once('/').unwrap_or((&result.name, CGO));
        let key = (function.to_owned(), way.to_owned());
        times.entry(key).or_default().push(result.nanoseconds);
    }
    Ok(())
}

/// Time and ratio for each function.
fn row(times: &Rounds, reference: Option<&Rounds>, way: &str) -> Result<Vec<String>> {
    let median = |times: &Rounds, function: &str, way: &str| {
        let times = times.get(&(function.to_owned(), way.to_owned()));
        times
            .map(|times| statistics::median(times))
            .with_context(|| format!("there is no benchmark {function}/{way}"))
    };
    let mut cells = Vec::new();
    for function in FUNCTIONS {
        let time = median(times, function, way)?;
        cells.push(format!("{time:.2} ns"));
        cells.push(match reference {
            Some(reference) => format!("{:.2}", time / median(reference, function, REFERENCE)?),
            None => String::new(),
        });
    }
    Ok(cells)
}
