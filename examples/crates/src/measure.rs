//! Reads the results of Go's benchmarks, and compares Rust and Go.

use anyhow::{Context, Result};

/// A measurement: the same work by both.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The crate.
    pub name: String,
    /// The length of the input, in bytes.
    pub bytes: u64,
    /// What a call takes, in ns: Rust's, then Go's.
    pub time: [f64; 2],
}

/// The least of what Go's benchmarks printed for each: whatever else runs only adds to it.
///
/// # Errors
///
/// A line is not understood.
pub fn rows(output: &str) -> Result<Vec<Row>> {
    let mut rows: Vec<(String, u64, [Vec<f64>; 2])> = Vec::new();
    for line in output.lines().filter(|line| line.starts_with("Benchmark/")) {
        let why = || format!("`{line}` is no benchmark's result");
        let words: Vec<&str> = line.split_whitespace().collect();
        let [full, _, time, "ns/op", ..] = words.as_slice() else {
            return Err(anyhow::anyhow!(why()));
        };
        let parts: Vec<&str> = full.split('/').collect();
        let [_, name, bytes, side] = parts.as_slice() else {
            return Err(anyhow::anyhow!(why()));
        };
        // Go appends the number of processors to the name.
        let side = usize::from(side.starts_with("go"));
        let (bytes, time) = (bytes.parse().with_context(why)?, time.parse().with_context(why)?);
        let index = rows.iter().position(|row| row.0 == *name && row.1 == bytes);
        let index = index.unwrap_or_else(|| {
            rows.push(((*name).to_owned(), bytes, Default::default()));
            rows.len() - 1
        });
        rows[index].2[side].push(time);
    }
    let rows = rows.into_iter().map(|(name, bytes, times)| {
        let [rust, go] = times.map(least);
        let missing = || format!("{name} was not measured on both sides");
        Ok(Row {
            time: [rust.with_context(missing)?, go.with_context(missing)?],
            name,
            bytes,
        })
    });
    rows.collect()
}

fn least(times: Vec<f64>) -> Option<f64> {
    times.into_iter().reduce(f64::min)
}

/// The rows as a table in Markdown.
pub fn table(rows: &[Row]) -> String {
    let mut text = String::from(
        "| crate | bytes | Rust | Go | Rust / Go | Rust, ns per byte |\n| --- | --- | --- | --- | --- | --- |\n",
    );
    for Row { name, bytes, time } in rows {
        let [rust, go] = *time;
        text.push_str(&format!(
            "| {name} | {bytes} | {rust:.1} ns | {go:.1} ns | {:.2} | {:.3} |\n",
            rust / go,
            rust / *bytes as f64
        ));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_are_put_beside_each_other() {
        let output = "goos: linux\nBenchmark/a/16/rust-2   100   3.0 ns/op\nBenchmark/a/16/rust-2   100   1.0 ns/op\n\
                      Benchmark/a/16/rust-2   100   2.0 ns/op\nBenchmark/a/16/go-2   100   4.0 ns/op\nPASS\n";
        let rows = rows(output).unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].time, [1.0, 4.0]);
        assert!(table(&rows).contains("| a | 16 | 1.0 ns | 4.0 ns | 0.25 | 0.062 |"));
    }

    #[test]
    fn half_a_measurement_is_refused() {
        let error = rows("Benchmark/a/16/rust-2   100   3.0 ns/op\n").unwrap_err();
        assert!(
            error.to_string().contains("a was not measured on both sides"),
            "{error}"
        );
        assert!(rows("Benchmark/a/rust-2   100   3.0 ns/op\n").is_err());
    }
}
