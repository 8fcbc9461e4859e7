//! What rustgo sets out to reach, and whether it does. Information, not a test.

use serde::Serialize;

use crate::statistics::geometric_mean;
use crate::tables::{Line, Table};

/// A ratio to reach.
#[derive(Debug, Serialize)]
pub struct Target {
    pub what: String,
    pub limit: Limit,
    /// The ratio.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measured: Option<f64>,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing: Option<String>,
}

/// Which ratios are good.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Limit {
    AtMost(f64),
    AtLeast(f64),
}

impl Target {
    /// Whether it is reached, if it was measured.
    pub fn is_met(&self) -> Option<bool> {
        self.measured.map(|ratio| match self.limit {
            Limit::AtMost(limit) => ratio <= limit,
            Limit::AtLeast(limit) => ratio >= limit,
        })
    }

    fn new(what: impl Into<String>, limit: Limit, ratio: Result<f64, String>) -> Self {
        Self {
            what: what.into(),
            limit,
            measured: ratio.as_ref().ok().copied(),
            missing: ratio.err(),
        }
    }
}

const DALEK: &str = "dalek, from Rust";
/// What the rows of rustgo-rt are called, or begin with.
const RUSTGO_RT: &str = "rustgo-rt";
/// The largest size that counts as small, in bytes.
const SMALL: u64 = 4096;

/// All targets of the tables that were measured.
pub fn all(tables: &[Table]) -> Vec<Target> {
    let mut targets = Vec::new();
    for table in tables {
        match table.name {
            "scalar" => targets.extend(scalar(table)),
            "batch" => targets.extend(batch(table)),
            "calls" => targets.push(Target::new(
                "increment: rustgo to Go assembly",
                Limit::AtMost(1.25),
                ratio(
                    find(table, "Increment", |name| name == "rustgo"),
                    find_named(table, "Increment", "assembly"),
                ),
            )),
            name if name.starts_with("mem") => targets.extend(memory(table)),
            _ => {}
        }
    }
    targets
}

fn scalar(table: &Table) -> Vec<Target> {
    let single =
        |word: &'static str| move |name: &str| name == format!("rustgo scalar_base_mult_{word}, from Go");
    let mut targets = vec![
        Target::new(
            "dalek from Go to dalek from Rust",
            Limit::AtMost(1.05),
            ratio(
                find_named(table, "", "dalek, from Go"),
                find_named(table, "", DALEK),
            ),
        ),
        Target::new(
            "x86-64 baseline, from Go, to dalek from Rust",
            Limit::AtMost(0.75),
            ratio(
                find_named(table, "", "rustgo scalar_base_mult, from Go"),
                find_named(table, "", DALEK),
            ),
        ),
    ];
    for (label, word, limits) in [
        ("AVX2", "avx2", [0.5, 0.28, 0.7]),
        ("IFMA", "ifma", [0.32, 0.17, 0.43]),
    ] {
        let peers = [
            "curve25519-voi",
            "filippo.io/edwards25519",
            "AWS-LC, key from seed less SHA-512",
        ];
        targets.extend(peers.into_iter().zip(limits).map(|(peer, limit)| {
            Target::new(
                format!("{label}, from Go, to {peer}"),
                Limit::AtMost(limit),
                ratio(find(table, "", single(word)), find_named(table, "", peer)),
            )
        }));
    }
    targets
}

fn batch(table: &Table) -> Vec<Target> {
    let mut targets = Vec::new();
    for (label, word, limit) in [("IFMA", "ifma", 0.4), ("AVX2", "avx2", 0.75)] {
        for case in ["64", "1024"] {
            let many =
                |name: &str| name.contains("batch") && name.contains(word) && name.ends_with(", from Go");
            let one_by_one = format!("rustgo scalar_base_mult_{word}, from Go, one by one");
            targets.push(Target::new(
                format!("{label}, from Go, per scalar: batches of {case} to single calls"),
                Limit::AtMost(limit),
                ratio(find(table, case, many), find_named(table, case, &one_by_one)),
            ));
        }
    }
    targets
}

/// For each build of rustgo-rt: what a guest is compiled for decides what it can use.
fn memory(table: &Table) -> Vec<Target> {
    let mut builds: Vec<&Line> = Vec::new();
    for line in table.rows.iter().filter(|line| line.name.starts_with(RUSTGO_RT)) {
        if builds.iter().all(|build| build.name != line.name) {
            builds.push(line);
        }
    }
    builds.sort_by_key(|build| &build.name);
    builds
        .into_iter()
        .flat_map(|build| memory_of(table, build))
        .collect()
}

fn memory_of(table: &Table, build: &Line) -> Vec<Target> {
    let mean = |peer: &str, sizes: &dyn Fn(u64) -> bool| {
        if let Some(why) = &build.missing {
            return Err(why.clone());
        }
        let ours = table.rows.iter().filter(|line| line.name == build.name);
        let faster = ours.filter(|line| sizes(size(line))).map(|line| {
            let other = find_named(table, &line.case, peer)?;
            // Throughput: how many times as long the other one takes.
            ratio(Ok(other), Ok(line))
        });
        let ratios: Vec<f64> = faster.collect::<Result<_, _>>()?;
        geometric_mean(ratios).ok_or_else(|| format!("{} was not measured", build.name))
    };
    let small = |size| size <= SMALL;
    let mebibyte = |size| size == 1 << 20;
    let what = format!("{} of {}", table.name, build.name);
    vec![
        Target::new(
            format!("{what}, 1 to {SMALL} bytes: throughput to libc's"),
            Limit::AtLeast(0.9),
            mean("libc", &small),
        ),
        Target::new(
            format!("{what}, 1 to {SMALL} bytes: throughput to rlibc's"),
            Limit::AtLeast(5.0),
            mean("rlibc", &small),
        ),
        Target::new(
            format!("{what}, 1 MiB: throughput to libc's"),
            Limit::AtLeast(0.9),
            mean("libc", &mebibyte),
        ),
    ]
}

/// The size of a memory function's case, in bytes.
pub fn size(line: &Line) -> u64 {
    let size = line.case.split('/').next();
    size.and_then(|text| text.parse().ok()).unwrap_or(0)
}

fn find_named<'a>(table: &'a Table, case: &str, name: &str) -> Result<&'a Line, String> {
    find(table, case, |it| it == name).map_err(|_| format!("there is no `{name}`"))
}

fn find<'a>(table: &'a Table, case: &str, is_it: impl Fn(&str) -> bool) -> Result<&'a Line, String> {
    let lines = || table.rows.iter().filter(|line| is_it(&line.name));
    let line = lines().find(|line| line.case == case && line.missing.is_none());
    line.ok_or_else(|| {
        let why = lines().find_map(|line| line.missing.clone());
        why.unwrap_or_else(|| "there is no such function".to_owned())
    })
}

fn ratio(of: Result<&Line, String>, to: Result<&Line, String>) -> Result<f64, String> {
    let ratio = of?.ratio_to(to?);
    ratio
        .map(|it| it.median)
        .ok_or_else(|| "there are no samples".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(name: &str, case: &str, samples: &[f64]) -> Line {
        Line {
            name: name.into(),
            case: case.into(),
            nanoseconds: None,
            ratio: None,
            missing: None,
            is_part: false,
            samples: samples.to_vec(),
        }
    }

    fn table(name: &'static str, rows: Vec<Line>) -> Table {
        Table {
            name,
            title: name,
            baseline: "assembly",
            rows,
        }
    }

    #[test]
    fn ratios_are_taken_round_by_round() {
        let rows = vec![
            line("assembly", "Increment", &[1.0, 10.0, 2.0]),
            line("rustgo", "Increment", &[1.2, 12.0, 2.4]),
        ];
        let targets = all(&[table("calls", rows)]);
        assert!((targets[0].measured.unwrap() - 1.2).abs() < 1e-9);
        assert_eq!(targets[0].is_met(), Some(true));
    }

    #[test]
    fn what_was_not_measured_is_neither_met_nor_missed() {
        let mut rows = vec![line("assembly", "Increment", &[1.0])];
        rows.push(Line {
            missing: Some("no compiler".into()),
            ..line("rustgo", "", &[])
        });
        let targets = all(&[table("calls", rows)]);
        assert_eq!(targets[0].missing.as_deref(), Some("no compiler"));
        assert_eq!(targets[0].is_met(), None);
    }

    #[test]
    fn throughput_is_a_mean_over_sizes_and_small_ones_alone() {
        let rows = vec![
            line("libc", "8/+0", &[2.0]),
            line("rustgo-rt", "8/+0", &[1.0]),
            line("libc", "4096/+0", &[1.0]),
            line("rustgo-rt", "4096/+0", &[2.0]),
            line("libc", "1048576/+0", &[1.0]),
            line("rustgo-rt", "1048576/+0", &[4.0]),
        ];
        let targets = all(&[table("memset", rows)]);
        assert!((targets[0].measured.unwrap() - 1.0).abs() < 1e-9);
        assert_eq!(targets[1].missing.as_deref(), Some("there is no `rlibc`"));
        assert_eq!(
            (targets[2].measured, targets[2].is_met()),
            (Some(0.25), Some(false))
        );
    }
}
