//! Runs the callers on one scalar, compares their output, and measures their calls.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};
use console::style;
use rustgo_hosts::command;
use rustgo_hosts::linkage::Linkage;

use super::{Attempt, attempt};
use crate::{go_benchmark, statistics, ui};

/// Any scalar would do; this one's point is in the documentation.
pub const SCALAR: &str = "39129b3f7bbd7e17a39679b940018a737fc3bf430fcbc827029e67360aab3707";

/// The number of runs of each benchmark, of which the median is used.
const ROUNDS: usize = 5;

/// The number of calls in a Go benchmark; those in C and NASM set their own.
const GO_CALLS: &str = "10000x";

/// A program that calls the guest, by its language.
pub struct Host {
    pub name: &'static str,
    pub caller: Attempt<Caller>,
}

/// A program that prints a point, and one that measures.
#[derive(Clone)]
pub struct Caller {
    pub program: PathBuf,
    pub benchmark: Benchmark,
}

/// How a host's calls are measured.
#[derive(Clone)]
pub enum Benchmark {
    /// A program that prints nanoseconds per call.
    Program(PathBuf),
    /// The test program of a Go package.
    Go(PathBuf),
}

impl Benchmark {
    fn nanoseconds(&self) -> Result<f64> {
        match self {
            Self::Program(program) => {
                let text = command::read(&mut Command::new(program))?;
                text.parse()
                    .with_context(|| format!("{} printed `{text}`", program.display()))
            }
            Self::Go(program) => {
                let results = go_benchmark::run(program, "^BenchmarkScalarBaseMult$", GO_CALLS)?;
                let [result] = &results[..] else {
                    anyhow::bail!(
                        "{} has not one benchmark but {}",
                        program.display(),
                        results.len()
                    );
                };
                Ok(result.nanoseconds)
            }
        }
    }
}

/// The results of one caller.
struct Seen {
    linkage: String,
    point: String,
    nanoseconds: Vec<f64>,
}

impl Caller {
    fn run(&self) -> Result<Seen> {
        Ok(Seen {
            linkage: linkage(&self.program)?,
            point: command::read(Command::new(&self.program).arg(SCALAR))?,
            nanoseconds: Vec::new(),
        })
    }
}

/// How the program was linked; only ELF files show that.
fn linkage(program: &std::path::Path) -> Result<String> {
    if cfg!(target_os = "linux") {
        Linkage::of(program).map(|linkage| linkage.to_string())
    } else {
        Ok("as the system does".to_owned())
    }
}

/// Prints the table. Returns whether all callers work and agree.
pub fn show(hosts: &[Host]) -> Result<bool> {
    let mut seen: Vec<Attempt<Seen>> = hosts
        .iter()
        .map(|host| host.caller.clone().and_then(|caller| attempt(caller.run())))
        .collect();
    // In rounds, so that a temporary slowdown of the machine affects all of them.
    for _ in 0..ROUNDS {
        for (host, seen) in hosts.iter().zip(&mut seen) {
            if let (Ok(caller), Ok(run)) = (&host.caller, &mut *seen) {
                match attempt(caller.benchmark.nanoseconds()) {
                    Ok(nanoseconds) => run.nanoseconds.push(nanoseconds),
                    Err(lack) => *seen = Err(lack),
                }
            }
        }
    }

    let mut table = ui::table(&["host", "linked", "point", "time per call"]);
    for (host, seen) in hosts.iter().zip(&seen) {
        match seen {
            Ok(seen) => table.add_row([
                host.name.to_owned(),
                seen.linkage.clone(),
                shorten(&seen.point),
                format!("{:.2} µs", statistics::median(&seen.nanoseconds) / 1000.0),
            ]),
            Err(lack) => table.add_row([host.name.to_owned(), lack.to_string()]),
        };
    }
    println!("{table}");
    println!("median of {ROUNDS} rounds of 10,000 calls each");
    Ok(agree(&seen))
}

/// Whether all callers printed the same.
fn agree(seen: &[Attempt<Seen>]) -> bool {
    let points: Vec<_> = seen.iter().flatten().map(|seen| &seen.point).collect();
    let Some(first) = points.first() else {
        println!("{}: no caller could be run", style("nothing to compare").red());
        return false;
    };
    println!("scalar {SCALAR}");
    if points.iter().any(|point| point != first) {
        println!("{}:", style("the callers DISAGREE").red());
        for point in points {
            println!("point  {point}");
        }
        return false;
    }
    println!("point  {first}");
    println!("{}", style(format!("{} callers agree", points.len())).green());
    !seen
        .iter()
        .any(|seen| matches!(seen, Err(lack) if lack.is_error()))
}

/// The first and last digits of a point.
pub fn shorten(point: &str) -> String {
    match (point.get(..8), point.get(point.len().saturating_sub(8)..)) {
        (Some(first), Some(last)) if point.len() > 20 => format!("{first}…{last}"),
        _ => point.to_owned(),
    }
}
