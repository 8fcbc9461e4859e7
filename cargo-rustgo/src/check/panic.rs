//! Whether an export can fail to come back, and by which path.
//!
//! A panic never returns to who caused it. So an export can panic exactly when execution can reach an instruction from
//! which there is no way back: a trap, a call of a function that never returns, or an endless loop. This holds however
//! the panic handler looks and whatever was inlined; names only serve to say which kind it is. A trap or an endless
//! loop that no panic leads to counts just the same: the caller never hears of it again, and in machine code an inlined
//! panic handler is nothing but a trap.

use std::collections::BTreeSet;

use serde::Serialize;

use super::bound::{Functions, path, reached};
use super::function::{Stop, Why};
use crate::finding::Place;
use crate::image::{Image, PANIC};

/// What keeps an export from coming back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The panic machinery of `core`, or the guest's panic handler.
    Panic,
    /// A trap instruction that no function of that name leads to: an abort, or code that the compiler took for
    /// unreachable.
    Trap,
    /// A loop without an end.
    Loop,
    /// A host import that does not come back.
    Import,
}

/// How an export can fail to come back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Panic {
    /// What kind of end it is.
    pub kind: Kind,
    /// The way there: a call in each function, from the export to the last instruction.
    pub path: Vec<Place>,
    /// All places in functions that otherwise come back where execution turns for good.
    pub places: Vec<Place>,
}

/// How a function can fail to come back; none where it always does.
pub fn panic(image: &Image, functions: &Functions, start: u64) -> Option<Panic> {
    let reached = reached(functions, start);
    let stopping: Vec<u64> = reached
        .into_iter()
        .filter(|at| {
            functions
                .get(at)
                .is_some_and(|function| !function.stops.is_empty())
        })
        .collect();
    let mut found: Option<(Kind, Vec<u64>, u64)> = None;
    for &function in &stopping {
        for &stop in &functions[&function].stops {
            let (kind, way) = follow(functions, function, stop);
            let is_better = found.as_ref().is_none_or(|(known, known_way, _)| {
                (kind != Kind::Panic, way.len()) < (*known != Kind::Panic, known_way.len())
            });
            if is_better {
                found = Some((kind, way, function));
            }
        }
    }
    let (kind, way, function) = found?;
    let calls = path(functions, start, |at| at == function).unwrap_or_default();
    let offsets = calls.iter().map(|call| call.at).chain(way);
    let places = stopping
        .iter()
        .map(|at| &functions[at])
        .filter(|function| function.returns)
        .flat_map(|function| &function.stops)
        .map(|stop| Place::at(image, stop.cause));
    Some(Panic {
        kind,
        path: offsets.map(|at| Place::at(image, at)).collect(),
        places: places.collect(),
    })
}

/// The instructions that lead from a stop to the last one, and what kind of end that is.
fn follow(functions: &Functions, function: u64, stop: Stop) -> (Kind, Vec<u64>) {
    let mut way = vec![stop.cause];
    let mut seen = BTreeSet::from([function]);
    let mut stop = stop;
    let mut is_panic = is_panic_machinery(&functions[&function].name);
    let end = loop {
        let Why::Call(callee) = stop.why else {
            break if stop.why == Why::Trap {
                Kind::Trap
            } else {
                Kind::Loop
            };
        };
        let Some(next) = functions.get(&callee).filter(|_| seen.insert(callee)) else {
            break Kind::Loop;
        };
        is_panic |= is_panic_machinery(&next.name);
        if next.is_import {
            break Kind::Import;
        }
        let Some(&first) = next.stops.first() else {
            break Kind::Loop;
        };
        stop = first;
        way.push(stop.cause);
    };
    (if is_panic { Kind::Panic } else { end }, way)
}

fn is_panic_machinery(name: &str) -> bool {
    let is_failure = |name: &str| name.starts_with("core::") && name.contains("_fail");
    name.starts_with("core::panicking::")
        || name.contains("rust_begin_unwind")
        || name == PANIC
        || is_failure(name)
}
