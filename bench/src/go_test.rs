//! A peer that is a test program of a Go package: its benchmarks are the implementations.
//!
//! The cost of a call depends on whether the compiler sees the callee's name, so these benchmarks stay next to the functions that
//! they call. Each sample is a run of the program.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use rustgo_bench_peer::{Benchmark, Input, Listing, Measurement};

use crate::peer::Peer;

/// A test program.
pub struct GoTest {
    program: PathBuf,
    /// The package's folder, in which Go runs tests.
    folder: PathBuf,
    /// What a benchmark without parts is called.
    name: &'static str,
    /// The benchmarks' names, without `Benchmark` before them.
    benchmarks: Vec<String>,
}

impl GoTest {
    /// A program whose benchmarks' parts are the implementations, or which has only the named one.
    ///
    /// # Errors
    ///
    /// It does not run.
    pub fn start(program: &Path, folder: &Path, name: &'static str) -> Result<Self> {
        let mut peer = Self {
            program: program.to_owned(),
            folder: folder.to_owned(),
            name,
            benchmarks: Vec::new(),
        };
        let results = peer.run(".", 1)?;
        peer.benchmarks = results.into_iter().map(|(name, _)| name).collect();
        Ok(peer)
    }

    /// Runs benchmarks, each for a number of calls, and returns nanoseconds per call.
    fn run(&self, pattern: &str, calls: u64) -> Result<Vec<(String, f64)>> {
        let mut command = Command::new(&self.program);
        command.args(["-test.run", "^$", "-test.bench", pattern, "-test.benchtime"]);
        let results: Vec<_> = self
            .output(command.arg(format!("{calls}x")))?
            .lines()
            .filter_map(parse)
            .collect();
        ensure!(
            !results.is_empty(),
            "{} has no benchmark {pattern}",
            self.program.display()
        );
        Ok(results)
    }

    fn output(&self, command: &mut Command) -> Result<String> {
        let name = self.program.display();
        // Without `-2` for the number of processors after each benchmark's name.
        let output = command
            .env("GOMAXPROCS", "1")
            .current_dir(&self.folder)
            .output()
            .with_context(|| format!("{name} can't be started"))?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        ensure!(
            output.status.success(),
            "{name} fails ({}):\n{text}",
            output.status
        );
        Ok(text)
    }
}

impl Peer for GoTest {
    fn list(&mut self) -> Result<Listing> {
        let benchmarks = self.benchmarks.iter().map(|benchmark| {
            let (case, name) = benchmark.split_once('/').unwrap_or((benchmark, self.name));
            Benchmark {
                group: "calls".into(),
                name: name.into(),
                case: case.into(),
                items: 1,
                input: Input::Tested,
                missing: None,
            }
        });
        Ok(Listing {
            benchmarks: benchmarks.collect(),
            ..Listing::default()
        })
    }

    fn set_inputs(&mut self, _: &[String]) -> Result<()> {
        Ok(())
    }

    fn answer(&mut self, _: usize, _: &[String]) -> Result<String> {
        self.output(Command::new(&self.program).arg("-test.short"))?;
        Ok(String::new())
    }

    /// The program has its own warm-up: it first runs one call.
    fn measure(&mut self, benchmark: usize, _: u64, calls: u64) -> Result<Measurement> {
        let name = self
            .benchmarks
            .get(benchmark)
            .context("there is no such benchmark")?;
        let parts = format!("Benchmark{name}");
        let pattern: Vec<String> = parts.split('/').map(|part| format!("^{part}$")).collect();
        let (_, time) = self.run(&pattern.join("/"), calls)?.swap_remove(0);
        Ok(Measurement {
            nanoseconds: (time * calls as f64) as u64,
            interrupted: false,
        })
    }
}

/// Reads `BenchmarkIncrement/go   1000000   1.234 ns/op`.
fn parse(line: &str) -> Option<(String, f64)> {
    let mut words = line.strip_prefix("Benchmark")?.split_whitespace();
    let name = words.next()?;
    let values: Vec<_> = words.skip(1).collect();
    let value = values.chunks_exact(2).find(|pair| pair[1] == "ns/op")?;
    Some((name.to_owned(), value[0].parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn results_are_read() {
        let line = "BenchmarkIncrement/assembly \t1000000000\t         1.041 ns/op\t       0 B/op";
        assert_eq!(parse(line), Some(("Increment/assembly".to_owned(), 1.041)));
        assert_eq!(parse("goos: linux"), None);
        assert_eq!(parse("PASS"), None);
    }
}
