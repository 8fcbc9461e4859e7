//! The result of the analysis for each function.

use std::collections::{BTreeMap, BTreeSet};

use super::diagnostic::{Diagnostic, leaves_undecided};
use super::explore::{Call, Explored};
use super::fuel::{Exhausted, Fuel};
use super::machine::{Depth, MAX_TRACKED_ALIGNMENT, Probe, Realign};
use crate::finding::Rule;
use crate::image::{Image, Import};

/// A divergence of a function: a reachable instruction from which no path leads back to the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Divergence {
    /// Offset of the first instruction from which there is no way back.
    pub at: u64,
    /// Offset of the instruction that makes it so.
    pub cause: u64,
    /// The reason why no path leads back.
    pub reason: DivergenceReason,
}

/// The reason why no path leads from an instruction back to the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DivergenceReason {
    /// It traps.
    Trap,
    /// It calls a function that does not return.
    Call(u64),
    /// It loops without an exit.
    Loop,
}

/// The result of analysing a function.
#[derive(Clone, Debug)]
pub struct FunctionAnalysis {
    /// Its demangled name. For a place inside a function, that function's name and the distance.
    pub name: String,
    /// Offset of its first instruction from the image's start.
    pub start: u64,
    /// The depth before every reachable instruction, by the instruction's offset from the image's start. Instructions
    /// in a [probe](Self::probes) have the depth before the loop.
    pub depth: BTreeMap<u64, Depth>,
    /// The loops that probe the pages of a large frame. The depth grows inside.
    pub probes: Vec<Probe>,
    /// The instructions that align the stack pointer, by their offset.
    pub realigns: BTreeMap<u64, Realign>,
    /// The instructions, except the first, with a predecessor other than the instruction before them.
    pub landings: BTreeSet<u64>,
    /// The calls, in the order of their places.
    pub calls: Vec<Call>,
    /// Its divergences.
    pub divergences: Vec<Divergence>,
    /// Whether it can return to its caller.
    pub returns: bool,
    /// Whether it is a branch to a function of the host, which is not analysed.
    pub is_import: bool,
    deepest: BTreeMap<Option<u64>, u64>,
    diagnostics: BTreeMap<(u64, Rule), Diagnostic>,
}

impl FunctionAnalysis {
    /// # Errors
    ///
    /// If the fuel runs out.
    pub(super) fn new(
        image: &Image,
        start: u64,
        explored: Explored,
        returns: impl Fn(u64) -> bool,
        fuel: &Fuel,
    ) -> Result<Self, Exhausted> {
        let name = match image.function_at(start) {
            Some(function) if function.start == start => function.demangled(),
            Some(function) => format!("{}+{:#x}", function.demangled(), start - function.start),
            None => format!("image offset {start:#x}"),
        };
        Ok(Self {
            name,
            start,
            divergences: divergences(start, &explored, returns, fuel)?,
            returns: !explored.exits.is_empty(),
            is_import: false,
            landings: explored.landings,
            depth: explored.depth,
            probes: explored.probes,
            realigns: explored.realigns,
            calls: explored.calls.into_iter().collect(),
            deepest: explored.deepest,
            diagnostics: explored.diagnostics,
        })
    }

    /// A branch to the host, which needs no stack of the image's.
    pub(super) fn import(import: &Import) -> Self {
        Self {
            name: import.name.clone(),
            start: import.at,
            depth: BTreeMap::new(),
            probes: Vec::new(),
            realigns: BTreeMap::new(),
            landings: BTreeSet::new(),
            calls: Vec::new(),
            divergences: Vec::new(),
            returns: import.returns,
            is_import: true,
            deepest: BTreeMap::new(),
            diagnostics: BTreeMap::new(),
        }
    }

    /// The stack that the function itself uses below its entry, in bytes: pushes, frame and red zone, without its
    /// callees. `residue` is the stack pointer modulo [`MAX_TRACKED_ALIGNMENT`] at its first instruction.
    pub fn frame(&self, residue: u64) -> u64 {
        self.deepest
            .iter()
            .map(|(&realigned, &bytes)| self.bytes(Depth { bytes, realigned }, residue))
            .max()
            .unwrap_or(0)
    }

    /// A depth in bytes, including the padding of the frame if the stack pointer modulo [`MAX_TRACKED_ALIGNMENT`] is
    /// `residue` at the function's first instruction.
    pub fn bytes(&self, depth: Depth, residue: u64) -> u64 {
        let realign = depth.realigned.and_then(|at| self.realigns.get(&at));
        depth
            .bytes
            .saturating_add(realign.map_or(0, |realign| realign.padding(residue)))
    }

    /// Whether the depth in bytes is exact rather than the worst case.
    pub(super) fn is_known(&self, depth: Depth) -> bool {
        let realign = depth.realigned.and_then(|at| self.realigns.get(&at));
        realign.is_none_or(|realign| realign.alignment <= MAX_TRACKED_ALIGNMENT)
    }

    /// The stack pointer modulo [`MAX_TRACKED_ALIGNMENT`] at a depth.
    pub(super) fn residue(&self, depth: Depth, residue: u64) -> u64 {
        residue.wrapping_sub(self.bytes(depth, residue)) % MAX_TRACKED_ALIGNMENT
    }

    /// Its diagnostics, with the offsets of the instructions.
    pub(super) fn diagnostics(&self) -> impl Iterator<Item = (u64, &Diagnostic)> {
        self.diagnostics
            .iter()
            .map(|((at, _), diagnostic)| (*at, diagnostic))
    }

    /// Whether the analysis of the function is complete.
    ///
    /// SOUNDNESS: G1
    pub(super) fn is_decided(&self) -> bool {
        !self.diagnostics.keys().any(|(_, rule)| leaves_undecided(*rule))
    }
}

/// The places that execution can reach and never return from: the first such instruction on each path, by its offset.
///
/// SOUNDNESS: C8, N1
fn divergences(
    start: u64,
    explored: &Explored,
    returns: impl Fn(u64) -> bool,
    fuel: &Fuel,
) -> Result<Vec<Divergence>, Exhausted> {
    let mut forward: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
    let mut backward: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
    for &(from, to) in &explored.edges {
        forward.entry(from).or_default().push(to);
        backward.entry(to).or_default().push(from);
    }
    let comes_back = reached(explored.exits.iter().copied(), &backward);
    let frontier = explored
        .depth
        .keys()
        .copied()
        .filter(|at| !comes_back.contains(at))
        .filter(|at| {
            let before = backward.get(at).map_or(&[][..], Vec::as_slice);
            *at == start || before.iter().any(|from| comes_back.contains(from))
        });
    // A call after a refusal may not have a known end. It is reported as undecidable.
    let mut divergences: Vec<Divergence> = frontier
        .map(|at| cause(at, explored, &forward, &returns, fuel))
        .collect::<Result<_, Exhausted>>()?;
    // A conditional tail call, or one callee of several: the instruction itself has another path back.
    let aside = explored.calls.iter().filter(|call| comes_back.contains(&call.at));
    divergences.extend(aside.filter(|call| !returns(call.target)).map(|call| Divergence {
        at: call.at,
        cause: call.at,
        reason: DivergenceReason::Call(call.target),
    }));
    divergences.sort_by_key(|stop| stop.at);
    Ok(divergences)
}

fn cause(
    at: u64,
    explored: &Explored,
    forward: &BTreeMap<u64, Vec<u64>>,
    returns: impl Fn(u64) -> bool,
    fuel: &Fuel,
) -> Result<Divergence, Exhausted> {
    let mut queue = std::collections::VecDeque::from([at]);
    let mut seen = BTreeSet::from([at]);
    while let Some(cause) = queue.pop_front() {
        fuel.spend(1)?;
        if explored.traps.contains(&cause) {
            return Ok(Divergence {
                at,
                cause,
                reason: DivergenceReason::Trap,
            });
        }
        if let Some(call) = explored.calls_at(cause).find(|call| !returns(call.target)) {
            return Ok(Divergence {
                at,
                cause,
                reason: DivergenceReason::Call(call.target),
            });
        }
        let next = forward.get(&cause).into_iter().flatten();
        queue.extend(next.filter(|next| seen.insert(**next)));
    }
    Ok(Divergence {
        at,
        cause: at,
        reason: DivergenceReason::Loop,
    })
}

/// Everything that the edges lead to from the given places.
fn reached(from: impl Iterator<Item = u64>, edges: &BTreeMap<u64, Vec<u64>>) -> BTreeSet<u64> {
    let mut todo: Vec<u64> = from.collect();
    let mut reached: BTreeSet<u64> = todo.iter().copied().collect();
    while let Some(at) = todo.pop() {
        let next = edges.get(&at).into_iter().flatten();
        todo.extend(next.filter(|next| reached.insert(**next)));
    }
    reached
}
