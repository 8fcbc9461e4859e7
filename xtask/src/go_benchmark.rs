//! Runs benchmarks of Go packages and reads their results.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, ensure};
use rustgo_hosts::command;

/// The result of one benchmark.
#[derive(Clone, Debug, PartialEq)]
pub struct Measurement {
    /// `Increment/go`, without `Benchmark` before and the number of processors after it.
    pub name: String,
    pub nanoseconds: f64,
}

/// Runs the benchmarks of a test program whose names match, each for a time (`0.2s`) or a number of calls (`1000x`).
pub fn run(program: &Path, name: &str, time: &str) -> Result<Vec<Measurement>> {
    let mut command = Command::new(program);
    command.args(["-test.run", "^$", "-test.bench", name, "-test.benchtime", time]);
    let output = command::read(&mut command)?;
    let results: Vec<_> = output.lines().filter_map(parse).collect();
    ensure!(
        !results.is_empty(),
        "`{}` measured nothing:\n{output}",
        command::line(&command)
    );
    Ok(results)
}

/// Reads `BenchmarkIncrement/go-2   1000000   1.234 ns/op`.
fn parse(line: &str) -> Option<Measurement> {
    let mut words = line.strip_prefix("Benchmark")?.split_whitespace();
    let name = words.next()?;
    let name = match name.rsplit_once('-') {
        Some((name, processors)) if processors.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => name,
    };
    let values: Vec<_> = words.skip(1).collect();
    let value = values.chunks_exact(2).find(|pair| pair[1] == "ns/op")?;
    Some(Measurement {
        name: name.to_owned(),
        nanoseconds: value[0].parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_read() {
        let lines = [
            "BenchmarkScalarBaseMult-2   \t   10000\t     11811 ns/op",
            "BenchmarkIncrement/go \t1000000000\t         1.041 ns/op\t       0 B/op",
            "BenchmarkIncrement/go-asm-16\t1000\t 24.32 MB/s\t 2 ns/op",
            "goos: linux",
            "PASS",
        ];
        let measured: Vec<_> = lines
            .into_iter()
            .filter_map(parse)
            .map(|m| (m.name, m.nanoseconds))
            .collect();
        let expected = [
            ("ScalarBaseMult", 11811.0),
            ("Increment/go", 1.041),
            ("Increment/go-asm", 2.0),
        ];
        assert_eq!(measured, expected.map(|(name, time)| (name.to_owned(), time)));
    }
}
