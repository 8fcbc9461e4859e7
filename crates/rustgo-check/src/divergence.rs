//! Divergence: whether an export can fail to return, and by which path.
//!
//! A panic never returns to who caused it. So an export can panic exactly when execution can reach an instruction from
//! which there is no way back: a trap, a call of a function that never returns, or an endless loop. This holds however
//! the panic handler looks and whatever was inlined; names only serve to say which kind it is. A trap or an endless
//! loop that no panic leads to counts just the same: the caller never hears of it again, and in machine code an inlined
//! panic handler is nothing but a trap.

use std::collections::{BTreeMap, BTreeSet};

use super::fuel::{Exhausted, Fuel};
use super::function::{Divergence, DivergenceReason};
use super::stack_bound::{Functions, path};
use crate::finding::Place;
use crate::image::{Image, PANIC};

/// The kind of end that an export can meet in place of a return.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum DivergenceKind {
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

/// A way in which an export can fail to return.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Panic {
    /// What kind of end it is.
    pub kind: DivergenceKind,
    /// The way there: a call in each function, from the export to the last instruction.
    pub path: Vec<Place>,
    /// All places in functions that otherwise come back where execution turns for good.
    pub places: Vec<Place>,
}

/// How each function of an image stops, where it does: the kind of end, and the instructions that lead from it to the
/// last one.
pub struct Divergences(BTreeMap<u64, (DivergenceKind, Vec<u64>)>);

impl Divergences {
    /// Follows every stop to its end.
    ///
    /// # Errors
    ///
    /// The fuel runs out.
    pub fn of(functions: &Functions, fuel: &Fuel) -> Result<Self, Exhausted> {
        let mut ends: BTreeMap<u64, (DivergenceKind, Vec<u64>)> = BTreeMap::new();
        for (&start, function) in functions {
            for &stop in &function.divergences {
                let end = follow(functions, start, stop, fuel)?;
                if ends.get(&start).is_none_or(|known| is_better(&end, known)) {
                    ends.insert(start, end);
                }
            }
        }
        Ok(Self(ends))
    }

    /// How an export can fail to come back; none where it always does. `reached` is everything that it calls, itself
    /// included.
    ///
    /// # Errors
    ///
    /// The fuel runs out.
    pub fn panic(
        &self,
        image: &Image,
        functions: &Functions,
        start: u64,
        reached: &BTreeSet<u64>,
        fuel: &Fuel,
    ) -> Result<Option<Panic>, Exhausted> {
        let stopping = || reached.iter().filter_map(|at| Some((*at, self.0.get(at)?)));
        let mut best: Option<(u64, &(DivergenceKind, Vec<u64>))> = None;
        for (function, end) in stopping() {
            if best.is_none_or(|(_, known)| is_better(end, known)) {
                best = Some((function, end));
            }
        }
        let Some((function, (kind, way))) = best else {
            return Ok(None);
        };
        let calls = path(functions, start, |at| at == function, fuel)?.unwrap_or_default();
        let offsets = calls.iter().map(|call| call.at).chain(way.iter().copied());
        let causes: Vec<u64> = stopping()
            .map(|(at, _)| &functions[&at])
            .filter(|function| function.returns)
            .flat_map(|function| &function.divergences)
            .map(|stop| stop.cause)
            .collect();
        fuel.spend((calls.len() + way.len() + causes.len()) as u64)?;
        Ok(Some(Panic {
            kind: *kind,
            path: offsets.map(|at| Place::at(image, at)).collect(),
            places: causes.iter().map(|&at| Place::at(image, at)).collect(),
        }))
    }
}

/// A panic says more than a trap, and a short way more than a long one.
fn is_better(end: &(DivergenceKind, Vec<u64>), known: &(DivergenceKind, Vec<u64>)) -> bool {
    (end.0 != DivergenceKind::Panic, end.1.len()) < (known.0 != DivergenceKind::Panic, known.1.len())
}

/// The instructions that lead from a stop to the last one, and what kind of end that is.
fn follow(
    functions: &Functions,
    function: u64,
    stop: Divergence,
    fuel: &Fuel,
) -> Result<(DivergenceKind, Vec<u64>), Exhausted> {
    let mut way = vec![stop.cause];
    let mut seen = BTreeSet::from([function]);
    let mut stop = stop;
    let mut is_panic = is_panic_machinery(&functions[&function].name);
    let end = loop {
        fuel.spend(1)?;
        let DivergenceReason::Call(callee) = stop.reason else {
            break if stop.reason == DivergenceReason::Trap {
                DivergenceKind::Trap
            } else {
                DivergenceKind::Loop
            };
        };
        let Some(next) = functions.get(&callee).filter(|_| seen.insert(callee)) else {
            break DivergenceKind::Loop;
        };
        is_panic |= is_panic_machinery(&next.name);
        if next.is_import {
            break DivergenceKind::Import;
        }
        let Some(&first) = next.divergences.first() else {
            break DivergenceKind::Loop;
        };
        stop = first;
        way.push(stop.cause);
    };
    Ok((if is_panic { DivergenceKind::Panic } else { end }, way))
}

fn is_panic_machinery(name: &str) -> bool {
    let is_failure = |name: &str| name.starts_with("core::") && name.contains("_fail");
    name.starts_with("core::panicking::")
        || name.contains("rust_begin_unwind")
        || name == PANIC
        || is_failure(name)
}
