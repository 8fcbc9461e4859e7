//! The loop of a peer: answers requests until stdin ends.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Write};

use anyhow::{Context, Result, anyhow, ensure};
use serde::Serialize;

use crate::{Benchmark, Input, Listing, Request, Scalar, clock};

/// Makes an answer of the inputs.
pub type Answer = dyn Fn(&[Scalar]) -> Vec<u8>;
/// Makes some calls, on the inputs in turn.
pub type Run = dyn Fn(&[Scalar], u64);

/// A benchmark and how it is run.
pub struct Entry {
    /// What it is.
    pub benchmark: Benchmark,
    /// The implementation's output for the inputs.
    pub answer: Box<Answer>,
    /// Calls the implementation a number of times, on the inputs in turn.
    pub run: Box<Run>,
}

impl Entry {
    /// One that can't be measured.
    pub fn missing(group: &str, name: &str, why: impl Into<String>) -> Self {
        let benchmark = Benchmark {
            group: group.into(),
            name: name.into(),
            case: String::new(),
            items: 1,
            input: Input::Scalar,
            missing: Some(why.into()),
        };
        Self {
            benchmark,
            answer: Box::new(|_| Vec::new()),
            run: Box::new(|_, _| ()),
        }
    }

    /// A function of 32 bytes, measured in the group `scalar`.
    pub fn single<const N: usize>(
        name: &str,
        input: Input,
        function: impl Fn(&mut [u8; N], &Scalar) + Copy + 'static,
    ) -> Self {
        let benchmark = Benchmark {
            group: "scalar".into(),
            name: name.into(),
            case: String::new(),
            items: 1,
            input,
            missing: None,
        };
        Self {
            benchmark,
            answer: Box::new(move |inputs| {
                let mut answers = vec![[0; N]; inputs.len()];
                for (dst, src) in answers.iter_mut().zip(inputs) {
                    function(dst, src);
                }
                answers.concat()
            }),
            run: Box::new(move |inputs, calls| {
                let mut dst = [0; N];
                let inputs = &inputs[..inputs.len().min(INPUTS)];
                for src in inputs.iter().cycle().take(calls as usize) {
                    function(&mut dst, src);
                    std::hint::black_box(&mut dst);
                }
            }),
        }
    }

    /// A function that multiplies as many scalars as its destination has room for, measured in the group `batch`.
    pub fn batch(
        name: &str,
        size: usize,
        function: impl Fn(&mut [Scalar], &[Scalar]) + Copy + 'static,
    ) -> Self {
        let benchmark = Benchmark {
            group: "batch".into(),
            name: name.into(),
            case: size.to_string(),
            items: size as u64,
            input: Input::Scalar,
            missing: None,
        };
        Self {
            benchmark,
            answer: Box::new(move |inputs| {
                let mut points = vec![[0; 32]; inputs.len()];
                for (dst, src) in points.chunks_mut(size).zip(inputs.chunks(size)) {
                    function(dst, src);
                }
                points.concat()
            }),
            run: Box::new(move |inputs, calls| {
                let mut points = vec![[0; 32]; size];
                let inputs = &inputs[..inputs.len().min(INPUTS.max(size))];
                for src in inputs.chunks_exact(size).cycle().take(calls as usize) {
                    function(&mut points, src);
                    std::hint::black_box(&mut points);
                }
            }),
        }
    }
}

/// How many inputs the calls take in turn: enough that none is predictable, few enough to stay in the first cache.
const INPUTS: usize = 64;

/// The sizes of batches that are measured, in scalars.
pub const BATCHES: [usize; 4] = [1, 8, 64, 1024];

/// A program that holds implementations.
pub struct Peer {
    /// What it has.
    pub entries: Vec<Entry>,
    /// See [`Listing::versions`].
    pub versions: BTreeMap<String, String>,
}

impl Peer {
    /// Answers requests until there are no more.
    ///
    /// # Errors
    ///
    /// A request can't be read, asks for what is not there, or its response can't be written.
    pub fn serve(self) -> Result<()> {
        let mut inputs = Vec::new();
        for line in io::stdin().lock().lines() {
            let line = line.context("the requests can't be read")?;
            match serde_json::from_str(&line).with_context(|| format!("no request: {line}"))? {
                Request::List {} => respond(&self.listing())?,
                Request::Inputs(texts) => {
                    inputs = scalars(&texts)?;
                    respond(&())?;
                }
                Request::Answer { benchmark, inputs } => {
                    let answer = (self.entry(benchmark)?.answer)(&scalars(&inputs)?);
                    respond(&hex::encode(answer))?;
                }
                Request::Measure {
                    benchmark,
                    warm_up,
                    calls,
                } => {
                    let entry = self.entry(benchmark)?;
                    let needed = if entry.benchmark.group == "batch" {
                        entry.benchmark.items
                    } else {
                        1
                    };
                    ensure!(
                        entry.benchmark.input == Input::Memory || inputs.len() as u64 >= needed,
                        "there are {} inputs, {needed} are needed",
                        inputs.len()
                    );
                    (entry.run)(&inputs, warm_up);
                    respond(&clock::measure(|| (entry.run)(&inputs, calls)))?;
                }
            }
        }
        Ok(())
    }

    fn entry(&self, index: usize) -> Result<&Entry> {
        self.entries
            .get(index)
            .filter(|entry| entry.benchmark.missing.is_none())
            .ok_or_else(|| anyhow!("there is no benchmark {index}"))
    }

    fn listing(&self) -> Listing {
        Listing {
            benchmarks: self.entries.iter().map(|entry| entry.benchmark.clone()).collect(),
            versions: self.versions.clone(),
        }
    }
}

fn respond(response: &impl Serialize) -> Result<()> {
    let mut line = serde_json::to_vec(response)?;
    line.push(b'\n');
    let mut stdout = io::stdout().lock();
    stdout.write_all(&line)?;
    stdout.flush().context("the response can't be written")
}

fn scalars(texts: &[String]) -> Result<Vec<Scalar>> {
    texts
        .iter()
        .map(|text| {
            let mut scalar = [0; 32];
            hex::decode_to_slice(text, &mut scalar)
                .with_context(|| format!("{text} is not 32 bytes in hex"))?;
            Ok(scalar)
        })
        .collect()
}
