//! Divergence: whether an export can fail to return, and by which path.
//!
//! A panic never returns to its caller. So an export can panic exactly if execution can reach an instruction from which
//! there is no path back: a trap, a call of a function that never returns, or an endless loop. This holds for every
//! panic handler, and whatever was inlined; names only tell which kind it is. A trap or an endless loop without a panic
//! counts in the same way: the caller does not regain control, and in machine code an inlined panic handler is nothing
//! but a trap.

use std::collections::{BTreeMap, BTreeSet};

use super::fuel::{Exhausted, Fuel};
use super::function::{Divergence, DivergenceReason};
use super::stack_bound::{Functions, path};
use crate::finding::Place;
use crate::image::{Image, PANIC};

/// How an export can fail to return.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum DivergenceKind {
    /// The panic machinery of `core`, or the guest's panic handler.
    Panic,
    /// A trap instruction outside of the panic machinery: an abort, or code that the compiler took for unreachable.
    Trap,
    /// An endless loop.
    Loop,
    /// A host import that does not return.
    Import,
}

/// A way in which an export can fail to return.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Panic {
    /// The kind.
    pub kind: DivergenceKind,
    /// The path: a call in each function, from the export to the last instruction.
    pub path: Vec<Place>,
    /// All places from which no path leads back, in functions that can return.
    pub places: Vec<Place>,
}

/// How each function of an image diverges, if it does: the kind, and the instructions that lead from it to the last
/// one.
pub struct Divergences(BTreeMap<u64, (DivergenceKind, Vec<u64>)>);

impl Divergences {
    /// Follows every divergence to its end.
    ///
    /// # Errors
    ///
    /// If the fuel runs out.
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

    /// How an export can fail to return. `None` if it always returns. `reached` is everything that it calls, including
    /// itself.
    ///
    /// # Errors
    ///
    /// If the fuel runs out.
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

/// A panic is more informative than a trap, and a short path more than a long one.
fn is_better(end: &(DivergenceKind, Vec<u64>), known: &(DivergenceKind, Vec<u64>)) -> bool {
    (end.0 != DivergenceKind::Panic, end.1.len()) < (known.0 != DivergenceKind::Panic, known.1.len())
}

/// The instructions that lead from a divergence to the last one, and its kind.
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
