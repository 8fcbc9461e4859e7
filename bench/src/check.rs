//! Compares the implementations' answers, before anything is measured.

use anyhow::{Context, Result, ensure};
use rustgo_bench_peer::Input;
use sha2::{Digest, Sha512};

use crate::groups::Group;
use crate::inputs;
use crate::peer::Peer;
use crate::row::Row;

/// Asks every implementation of a table for answers.
///
/// # Errors
///
/// One differs from what the table's baseline computes.
pub fn answers(group: &Group, rows: &[Row], peers: &mut [Option<Box<dyn Peer>>]) -> Result<()> {
    let mut asking = Asking {
        peers,
        inputs: inputs::compared(),
    };
    for case in rows.chunk_by(|a, b| a.benchmark.case == b.benchmark.case) {
        let mut reference: Option<(&Row, String)> = None;
        for row in case.iter().filter(|row| row.runs()) {
            let place = || format!("{} {} of {}", group.name, row.benchmark.case, row.benchmark.name);
            let answer = asking.ask(row, &asking.inputs.clone()).with_context(place)?;
            // The baseline is first.
            let (baseline, expected) = reference.get_or_insert_with(|| (row, answer.clone()));
            let expected = asking.expected(row, baseline, expected)?;
            ensure!(
                answer == expected,
                "{} computes something else than `{}` does:\n  {answer}\n  {expected}",
                place(),
                baseline.benchmark.name
            );
            if row.benchmark.input == Input::Scalar {
                let (scalar, point) = inputs::KNOWN;
                let answer = asking.ask(row, &[scalar.to_owned()])?;
                ensure!(
                    answer == point,
                    "{} makes {answer} of {scalar}, not {point}",
                    place()
                );
            }
        }
        if let Some((row, _)) = reference {
            ensure!(
                row.benchmark.name == group.baseline || row.benchmark.input == Input::Tested,
                "{} {} has no `{}` to compare with",
                group.name,
                row.benchmark.case,
                group.baseline
            );
        }
    }
    Ok(())
}

struct Asking<'a> {
    peers: &'a mut [Option<Box<dyn Peer>>],
    inputs: Vec<String>,
}

impl Asking<'_> {
    fn ask(&mut self, row: &Row, inputs: &[String]) -> Result<String> {
        let (at, index) = row.place();
        let peer = self.peers[at].as_mut();
        peer.context("the peer of a row that runs is there")?
            .answer(index, inputs)
    }

    /// What an implementation should answer, where the baseline has answered.
    fn expected(&mut self, row: &Row, baseline: &Row, answer: &str) -> Result<String> {
        let inputs = self.inputs.iter().map(|input| Ok(hex::decode(input)?));
        Ok(match row.benchmark.input {
            Input::Scalar | Input::Memory => answer.to_owned(),
            Input::Seed => {
                let scalars: Result<Vec<String>> = inputs
                    .map(|seed: Result<_>| Ok(hex::encode(inputs::of_seed(&seed?))))
                    .collect();
                self.ask(baseline, &scalars?)?
            }
            Input::Digest => {
                let digests: Result<Vec<String>> = inputs
                    .map(|input: Result<_>| Ok(hex::encode(Sha512::digest(input?))))
                    .collect();
                digests?.concat()
            }
            Input::Tested => String::new(),
        })
    }
}
