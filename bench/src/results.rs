//! What the benchmark found, as it is printed, drawn and written.

use std::collections::BTreeMap;

use anyhow::Result;
use rustgo_bench_peer::Input;
use serde::Serialize;

use crate::groups::{Group, Part};
use crate::machine::{Machine, OtherLoad};
use crate::row::Row;
use crate::run::Measured;
use crate::statistics::Summary;
use crate::tables::{Line, Table};
use crate::targets::{self, Target};

/// Everything.
#[derive(Debug, Serialize)]
pub struct Results {
    pub machine: Machine,
    /// What else the core did.
    pub load: OtherLoad,
    /// Measured for a short time only.
    pub quick: bool,
    pub parts: Vec<Part>,
    pub samples: u64,
    /// Samples in which the system took the core away, even at the last try.
    pub interrupted: u64,
    pub versions: BTreeMap<String, String>,
    pub tables: Vec<Table>,
    pub targets: Vec<Target>,
}

/// More than this part of the core's time for others, and the results are not for others to see.
const BUSY: f64 = 0.03;

impl Results {
    /// Works out what the samples say.
    ///
    /// # Errors
    ///
    /// None yet; the targets may come to have some.
    pub fn new(
        machine: &Machine,
        load: &OtherLoad,
        measured: &Measured,
        quick: bool,
        parts: &[Part],
    ) -> Result<Self> {
        let tables: Vec<Table> = measured
            .tables
            .iter()
            .map(|(group, rows)| table(group, rows))
            .collect();
        let targets = targets::all(&tables);
        Ok(Self {
            machine: machine.clone(),
            load: *load,
            quick,
            parts: parts.to_vec(),
            samples: measured.samples,
            interrupted: measured.interrupted,
            versions: measured.versions.clone(),
            tables,
            targets,
        })
    }

    /// Whether they are for others to see: complete, at full length, on a core that had nothing else to do.
    pub fn is_presentable(&self) -> bool {
        !self.quick && Part::ALL.iter().all(|part| self.parts.contains(part)) && self.caveat().is_none()
    }

    /// Why the times are not to be relied on.
    pub fn caveat(&self) -> Option<String> {
        let OtherLoad { others, stolen } = self.load;
        (others + stolen > BUSY).then(|| {
            format!(
                "the core had other things to do for {:.0}% of the time ({:.0}% other programs, {:.0}% other virtual \
                 machines): ratios hold roughly, times do not; run it again when the machine is idle",
                100.0 * (others + stolen),
                100.0 * others,
                100.0 * stolen
            )
        })
    }
}

impl Line {
    fn of(row: &Row) -> Self {
        Self {
            name: row.benchmark.name.clone(),
            case: row.benchmark.case.clone(),
            nanoseconds: Summary::of(row.samples.iter().copied()),
            ratio: None,
            missing: row.benchmark.missing.clone(),
            is_part: row.benchmark.input == Input::Digest,
            samples: row.samples.clone(),
        }
    }

    /// How many times as long as another line it takes.
    pub fn ratio_to(&self, other: &Self) -> Option<Summary> {
        Summary::of(self.samples.iter().zip(&other.samples).map(|(a, b)| a / b))
    }

    /// The middle time, for sorting.
    fn median(&self) -> f64 {
        self.nanoseconds.map_or(f64::INFINITY, |it| it.median)
    }
}

fn table(group: &Group, rows: &[Row]) -> Table {
    let mut lines = Vec::new();
    for case in rows.chunk_by(|a, b| a.benchmark.case == b.benchmark.case) {
        let mut of_case: Vec<Line> = case.iter().map(Line::of).collect();
        of_case.extend(differences(case));
        let baseline = of_case.iter().find(|line| line.name == group.baseline).cloned();
        if let Some(baseline) = baseline {
            for line in &mut of_case {
                line.ratio = line.ratio_to(&baseline);
            }
        }
        of_case.sort_by(|a, b| a.median().total_cmp(&b.median()));
        lines.extend(of_case);
    }
    Table {
        name: group.name,
        title: group.title,
        baseline: group.baseline,
        rows: lines,
    }
}

/// Lines for key generation less its SHA-512, which is what others do for a scalar.
fn differences(case: &[Row]) -> impl Iterator<Item = Line> {
    case.iter()
        .filter(|row| row.benchmark.input == Input::Seed)
        .filter_map(|key| {
            let library = key.benchmark.name.split(',').next()?;
            let digest = case.iter().find(|row| {
                row.benchmark.input == Input::Digest && row.benchmark.name.split(',').next() == Some(library)
            })?;
            let samples: Vec<f64> = key
                .samples
                .iter()
                .zip(&digest.samples)
                .map(|(a, b)| a - b)
                .collect();
            Some(Line {
                name: format!("{} less SHA-512", key.benchmark.name),
                nanoseconds: Summary::of(samples.iter().copied()),
                samples,
                ..Line::of(key)
            })
        })
}
