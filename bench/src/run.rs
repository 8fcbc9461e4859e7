//! Measures: all implementations of a case in turns, round after round.

use std::collections::BTreeMap;
use std::hint::black_box;

use anyhow::{Context, Result};
use indicatif::ProgressBar;
use rustgo_bench_peer::{Benchmark, Input};

use crate::build::{Built, Program};
use crate::check;
use crate::groups::{Amount, Effort, Group, Part};
use crate::inputs;
use crate::machine::largest_cache;
use crate::peer::Peer;
use crate::row::Row;
use crate::ui;

/// What was measured.
#[derive(Default)]
pub struct Measured {
    /// Each table's rows: the cases one after the other, in each the baseline first.
    pub tables: Vec<(&'static Group, Vec<Row>)>,
    /// Versions of what was measured.
    pub versions: BTreeMap<String, String>,
    /// Samples that were taken, and those of them in which the system had taken the core away even at the last try.
    pub samples: u64,
    pub interrupted: u64,
}

/// How often a sample is taken, if the system takes the core away each time.
const TRIES: usize = 4;

/// Measures all parts.
///
/// # Errors
///
/// A peer can't be started, dies, or an implementation computes something else than the others.
pub fn all(built: &Built, parts: &[Part], effort: &Effort) -> Result<Measured> {
    let mut measured = Measured {
        versions: built.versions.clone(),
        ..Measured::default()
    };
    for &part in parts {
        let amount = effort.amount(part);
        let mut tables: Vec<(&Group, Vec<Row>)> = Vec::new();
        let mut bar = ProgressBar::hidden();
        for launch in 0..effort.launches {
            let mut peers = start(built, part)?;
            if launch == 0 {
                tables = listed(built, part, &mut peers, &mut measured)?;
                for (group, rows) in &tables {
                    check::answers(group, rows, &mut peers)?;
                }
                let count: usize = tables
                    .iter()
                    .map(|(_, rows)| rows.iter().filter(|row| row.runs()).count())
                    .sum();
                bar = ui::steps(
                    &format!("{part:?}").to_lowercase(),
                    (count * effort.launches) as u64,
                );
            }
            for (group, rows) in &mut tables {
                let mut session = Session {
                    peers: &mut peers,
                    measured: &mut measured,
                    cold: (group.part == Part::Cold).then(Eviction::new),
                    calls: BTreeMap::new(),
                };
                for case in rows.chunk_by_mut(|a, b| a.benchmark.case == b.benchmark.case) {
                    session.measure(case, &amount, launch == 0)?;
                    bar.inc(case.len() as u64);
                }
            }
        }
        bar.finish_and_clear();
        measured.tables.extend(tables);
    }
    Ok(measured)
}

/// Starts the peers of a part; there is none in the place of one that could not be built.
fn start(built: &Built, part: Part) -> Result<Vec<Option<Box<dyn Peer>>>> {
    let inputs: Vec<String> = inputs::timed().iter().map(hex::encode).collect();
    built
        .programs
        .iter()
        .map(|program| match &program.path {
            Ok(path) if program.parts.contains(&part) => {
                let mut peer = program.start(path)?;
                peer.set_inputs(&inputs)?;
                Ok(Some(peer))
            }
            _ => Ok(None),
        })
        .collect()
}

/// The rows of a part's tables, without samples.
fn listed(
    built: &Built,
    part: Part,
    peers: &mut [Option<Box<dyn Peer>>],
    measured: &mut Measured,
) -> Result<Vec<(&'static Group, Vec<Row>)>> {
    let mut all: Vec<Row> = built.missing.iter().cloned().map(Row::missing).collect();
    for (at, (peer, program)) in peers.iter_mut().zip(&built.programs).enumerate() {
        let listing = match (peer, &program.path) {
            // Peers list what other peers need as well, so each is asked anew.
            (Some(peer), _) => peer.list()?,
            (None, Err(why)) if program.parts.contains(&part) => {
                all.extend(unbuilt(program, why, part));
                continue;
            }
            (None, _) => continue,
        };
        measured.versions.extend(listing.versions);
        let rows = listing.benchmarks.into_iter().enumerate();
        all.extend(rows.map(|(index, benchmark)| Row {
            place: (at, index),
            ..Row::missing(benchmark)
        }));
    }
    Ok(part.groups().map(|group| (group, table(group, &all))).collect())
}

/// Rows that say why a program was not built.
fn unbuilt(program: &Program, why: &str, part: Part) -> impl Iterator<Item = Row> {
    let mut groups: Vec<_> = part.listed().collect();
    groups.dedup();
    groups.into_iter().map(move |group| {
        Row::missing(Benchmark {
            group: group.to_owned(),
            name: program.title.to_owned(),
            case: String::new(),
            items: 1,
            input: Input::Tested,
            missing: Some(why.to_owned()),
        })
    })
}

/// A group's rows: the cases in the order of the baseline's listing, in each the baseline first, those that are missing
/// at the end.
fn table(group: &Group, all: &[Row]) -> Vec<Row> {
    let mut rows: Vec<Row> = all
        .iter()
        .filter(|row| row.benchmark.group == group.listed)
        .cloned()
        .collect();
    if group.part == Part::Cold {
        // A digest is only there to be subtracted.
        rows.retain(|row| row.benchmark.input != Input::Digest);
    }
    let mut cases: Vec<String> = Vec::new();
    for row in rows.iter().filter(|row| row.runs()) {
        if !cases.contains(&row.benchmark.case) {
            cases.push(row.benchmark.case.clone());
        }
    }
    rows.sort_by_cached_key(|row| {
        let case = cases.iter().position(|case| *case == row.benchmark.case);
        (
            !row.runs(),
            case.unwrap_or(usize::MAX),
            row.benchmark.name != group.baseline,
        )
    });
    rows
}

struct Session<'a> {
    peers: &'a mut [Option<Box<dyn Peer>>],
    measured: &'a mut Measured,
    /// What empties the caches before each call, where that is wanted.
    cold: Option<Eviction>,
    /// How many calls each peer's last calibration came to.
    calls: BTreeMap<usize, u64>,
}

impl Session<'_> {
    /// Takes one launch's samples of rows that are compared with each other, in turns.
    fn measure(&mut self, rows: &mut [Row], amount: &Amount, is_first: bool) -> Result<()> {
        if is_first {
            for row in rows.iter_mut().filter(|row| row.runs()) {
                row.calls = if self.cold.is_some() {
                    1
                } else {
                    self.calibrate(row, amount.sample)?
                };
            }
        }
        for _ in 0..amount.rounds {
            for row in rows.iter_mut().filter(|row| row.runs()) {
                let sample = self.sample(row)?;
                row.samples.push(sample);
            }
        }
        Ok(())
    }

    /// How many calls take as long as a sample should.
    fn calibrate(&mut self, row: &Row, sample: u64) -> Result<u64> {
        // The same peer's case before this one was about as fast.
        let mut calls = self.calls.get(&row.place.0).map_or(1, |calls| calls / 2 + 1);
        loop {
            let time = self.time(row, 0, calls)?.max(1);
            if time >= sample / 4 {
                return Ok((calls * sample / time).max(1));
            }
            calls = (calls * sample / time).clamp(calls * 2, calls * 16);
        }
    }

    /// Nanoseconds per item.
    fn sample(&mut self, row: &Row) -> Result<f64> {
        let warm_up = match &mut self.cold {
            Some(eviction) => {
                eviction.run();
                0
            }
            None => row.calls / 8 + 1,
        };
        let time = self.time(row, warm_up, row.calls)?;
        Ok(time as f64 / (row.calls * row.benchmark.items) as f64)
    }

    fn time(&mut self, row: &Row, warm_up: u64, calls: u64) -> Result<u64> {
        let (at, index) = row.place;
        let peer = self.peers[at]
            .as_mut()
            .context("the peer of a row that runs is there")?;
        self.measured.samples += 1;
        let mut result = peer.measure(index, warm_up, calls)?;
        for _ in 1..TRIES {
            if !result.interrupted {
                return Ok(result.nanoseconds);
            }
            if let Some(eviction) = &mut self.cold {
                eviction.run();
            }
            result = peer.measure(index, warm_up, calls)?;
        }
        self.measured.interrupted += u64::from(result.interrupted);
        Ok(result.nanoseconds)
    }
}

/// Drives everything else out of the core's caches, by filling them with this.
struct Eviction(Vec<u64>);

impl Eviction {
    /// Twice as large as the largest cache.
    fn new() -> Self {
        let words = 2 * largest_cache(0) / size_of::<u64>();
        Self((0..words as u64).collect())
    }

    fn run(&mut self) {
        for word in &mut self.0 {
            *word = word.wrapping_add(1);
        }
        black_box(&mut self.0);
    }
}
