//! Turns the analysis of an image's functions into a verdict on each export, and into findings.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::advice;
use super::analysis::{Analysis, EntryVerdict, Frame, GRANULE};
use super::divergence::{DivergenceKind, Divergences};
use super::explore::{Call, explore};
use super::features::Used;
use super::fuel::{Exhausted, Fuel};
use super::function::FunctionAnalysis;
use super::machine::{MAX_TRACKED_ALIGNMENT, Machine};
use super::stack_bound::{Bounds, Cycle, Functions, entered, reached, recursions};
use crate::finding::{Finding, Place, Rule};
use crate::image::{Entry, Image};
use rustgo_record::budget::LARGEST_BUDGET;

/// Analyses an image and judges it.
///
/// # Errors
///
/// If the fuel runs out.
///
/// SOUNDNESS: G1
pub fn judge<M: Machine>(image: &Image, machine: &M, fuel: &Fuel) -> Result<Analysis, Exhausted> {
    let starts: Vec<u64> = image.entries.iter().map(|entry| entry.at).collect();
    let functions = functions(image, machine, &starts, fuel)?;
    let cycles = recursions(&functions, fuel)?;
    let mut reached_from: BTreeMap<u64, BTreeSet<u64>> = BTreeMap::new();
    for &start in &starts {
        reached_from.insert(start, reached(&functions, start, fuel)?);
    }
    let undecided: BTreeSet<u64> = functions
        .iter()
        .filter(|(_, function)| !function.is_decided())
        .map(|(start, _)| *start)
        .chain(cycles.iter().flatten().map(|call| call.target))
        .collect();
    let decided: Vec<u64> = starts
        .iter()
        .copied()
        .filter(|start| reached_from[start].is_disjoint(&undecided))
        .collect();
    let known = Known {
        image,
        bounds: Bounds::new(&functions, &decided, M::ENTRY_RESIDUES, M::RETURN_ADDRESS, fuel)?,
        ends: Divergences::of(&functions, fuel)?,
        functions: &functions,
        reached_from,
        decided: decided.into_iter().collect(),
        fuel,
    };

    let mut findings = diagnostics(image, &functions, &starts, fuel)?;
    findings.extend(cycles.iter().map(|cycle| recursion(image, &functions, cycle)));
    let used = Used::of(image, &functions);
    let mut entries = Vec::new();
    for entry in &image.entries {
        let verdict = verdict::<M>(&known, entry)?;
        findings.extend(over_budget(image, entry, &verdict));
        findings.extend(broken_promise(&verdict));
        findings.extend(used.beyond(image, &functions, entry, &known.reached_from[&entry.at]));
        entries.push(verdict);
    }
    let entered = entered(&functions, &starts, aligned::<M>(), M::RETURN_ADDRESS, fuel)?;
    // A table that was too long for the remaining fuel has been left out.
    fuel.spend(0)?;
    Ok(Analysis {
        functions,
        entries,
        findings,
        fuel: fuel.spent(),
        entered,
        return_address: M::RETURN_ADDRESS,
    })
}

/// The result for an image whose analysis was given up.
///
/// SOUNDNESS: G4
pub fn give_up(image: &Image, fuel: &Fuel) -> Analysis {
    let unknown = |entry: &Entry| EntryVerdict {
        name: entry.export.name.clone(),
        start: entry.at,
        bound: None,
        bound_aligned: None,
        budget: entry.export.stack,
        is_decided: false,
        no_panic: entry.export.no_panic,
        worst_path: Vec::new(),
        residue: 0,
        panic: None,
        imports: Vec::new(),
    };
    Analysis {
        entries: image.entries.iter().map(unknown).collect(),
        findings: vec![fuel.finding(image)],
        fuel: fuel.spent(),
        ..Analysis::default()
    }
}

/// The facts that verdicts on exports are derived from.
struct Known<'a> {
    image: &'a Image,
    functions: &'a Functions,
    bounds: Bounds<'a>,
    ends: Divergences,
    /// What each export reaches by calls, including itself.
    reached_from: BTreeMap<u64, BTreeSet<u64>>,
    /// The exports that reach nothing undecided.
    decided: BTreeSet<u64>,
    fuel: &'a Fuel,
}

/// The stack pointer modulo [`MAX_TRACKED_ALIGNMENT`] at an export's entry, if the host aligned it to
/// [`MAX_TRACKED_ALIGNMENT`].
fn aligned<M: Machine>() -> u64 {
    MAX_TRACKED_ALIGNMENT.wrapping_sub(M::RETURN_ADDRESS) % MAX_TRACKED_ALIGNMENT
}

fn functions<M: Machine>(
    image: &Image,
    machine: &M,
    starts: &[u64],
    fuel: &Fuel,
) -> Result<Functions, Exhausted> {
    let explored = explore(image, machine, starts.iter().copied(), fuel)?;
    let imports = image
        .imports
        .iter()
        .map(|import| Ok((import.at, FunctionAnalysis::import(import))));
    let returning: BTreeSet<u64> = explored
        .iter()
        .filter(|(_, explored)| !explored.exits.is_empty())
        .map(|(start, _)| *start)
        .chain(
            image
                .imports
                .iter()
                .filter(|import| import.returns)
                .map(|import| import.at),
        )
        .collect();
    explored
        .into_iter()
        .map(|(start, explored)| {
            let comes_back = |callee| returning.contains(&callee);
            let analysis = FunctionAnalysis::new(image, start, explored, comes_back, fuel)?;
            Ok((start, analysis))
        })
        .chain(imports)
        .collect()
}

fn verdict<M: Machine>(known: &Known, entry: &Entry) -> Result<EntryVerdict, Exhausted> {
    let (image, functions, fuel) = (known.image, known.functions, known.fuel);
    let start = entry.at;
    let reached = &known.reached_from[&start];
    let bounds = known.decided.contains(&start).then_some(&known.bounds);
    let worst = bounds.and_then(|bounds| {
        let below = |residue: &&u64| bounds.below(start, **residue);
        Some((bounds, *M::ENTRY_RESIDUES.iter().max_by_key(below)?))
    });
    let mut imports: Vec<String> = reached
        .iter()
        .filter_map(|at| functions.get(at))
        .filter(|function| function.is_import)
        .map(|function| function.name.clone())
        .collect();
    imports.sort();
    fuel.spend(1 + imports.len() as u64)?;
    let worst_path = match worst {
        Some((bounds, residue)) => bounds.deepest_path(start, residue, fuel)?,
        None => Vec::new(),
    };
    Ok(EntryVerdict {
        name: entry.export.name.clone(),
        start,
        bound: worst.map(|(bounds, residue)| bounds.below(start, residue).saturating_add(M::RETURN_ADDRESS)),
        bound_aligned: bounds.map(|bounds| {
            bounds
                .below(start, aligned::<M>())
                .saturating_add(M::RETURN_ADDRESS)
        }),
        budget: entry.export.stack,
        is_decided: bounds.is_some(),
        no_panic: entry.export.no_panic,
        residue: worst.map_or(0, |(_, residue)| residue),
        worst_path: worst_path
            .iter()
            .map(|link| Frame {
                function: functions[&link.function].name.clone(),
                start: link.function,
                bytes: link.bytes,
                calls_at: link.call.map(|call| Place::at(image, call.at)),
            })
            .collect(),
        panic: known.ends.panic(image, functions, start, reached, fuel)?,
        imports,
    })
}

/// The diagnostics of the functions, each with the path that leads there from an export.
fn diagnostics(
    image: &Image,
    functions: &Functions,
    starts: &[u64],
    fuel: &Fuel,
) -> Result<Vec<Finding>, Exhausted> {
    let callers = callers(functions, starts);
    let mut findings: Vec<Finding> = Vec::new();
    let mut said: BTreeSet<(Rule, u64, &str)> = BTreeSet::new();
    for (start, function) in functions {
        for (at, diagnostic) in function.diagnostics() {
            // A diagnostic of code that several functions share is reported once.
            if !said.insert((diagnostic.rule, at, &diagnostic.message)) {
                continue;
            }
            let mut places = vec![Place::at(image, at)];
            let mut back = *start;
            while let Some(call) = callers.get(&back).copied().flatten() {
                fuel.spend(1)?;
                places.push(Place::at(image, call.1.at));
                back = call.0;
            }
            fuel.spend(4)?;
            findings.push(Finding {
                rule: diagnostic.rule,
                message: diagnostic.message.clone(),
                places,
                help: advice::of(&function.name).map_or_else(|| diagnostic.help.clone(), str::to_owned),
            });
        }
    }
    Ok(findings)
}

/// The caller of each function on the shortest path from an export.
fn callers(functions: &Functions, starts: &[u64]) -> BTreeMap<u64, Option<(u64, Call)>> {
    let mut callers: BTreeMap<u64, Option<(u64, Call)>> = starts.iter().map(|&start| (start, None)).collect();
    let mut queue: VecDeque<u64> = starts.iter().copied().collect();
    while let Some(at) = queue.pop_front() {
        for call in functions.get(&at).map_or(&[][..], |function| &function.calls) {
            callers.entry(call.target).or_insert_with(|| {
                queue.push_back(call.target);
                Some((at, *call))
            });
        }
    }
    callers
}

fn recursion(image: &Image, functions: &Functions, cycle: &Cycle) -> Finding {
    let name = |call: &Call| format!("`{}`", functions[&call.target].name);
    // The call that closes the cycle leads to its start.
    let first = cycle.last().map(name).unwrap_or_default();
    let message = match &cycle[..] {
        [_] => format!("{first} calls itself"),
        [between @ .., _] => {
            let names: Vec<String> = between.iter().map(name).collect();
            format!(
                "{first} calls {}, which calls {first} again",
                names.join(", which calls ")
            )
        }
        [] => String::new(),
    };
    Finding {
        rule: Rule::Recursion,
        message,
        places: cycle.iter().map(|call| Place::at(image, call.at)).collect(),
        help: cycle
            .iter()
            .find_map(|call| advice::of(&functions[&call.target].name))
            .unwrap_or(
                "recursion has no bound on its stack: use a loop, with an array of constant size for what has to be \
                 remembered",
            )
            .to_owned(),
    }
}

fn over_budget(image: &Image, entry: &Entry, verdict: &EntryVerdict) -> Option<Finding> {
    let (bound, limit) = (verdict.bound?, entry.export.stack_limit()?);
    if bound <= limit {
        return None;
    }
    let larger = bound.next_multiple_of(GRANULE);
    let frames = format!("`cargo rustgo tree {}` shows where the stack goes", verdict.name);
    let help = match verdict.budget {
        _ if larger > LARGEST_BUDGET => format!(
            "no budget is larger than {LARGEST_BUDGET} bytes: take large arrays as `&mut [T]`, in memory of the host's. {frames}"
        ),
        Some(_) => {
            format!("declare `#[rustgo_rt::export(stack = {larger})]`, or make frames smaller: {frames}")
        }
        None => format!(
            "take large arrays as `&mut [T]`, in memory of the host's; or declare `#[rustgo_rt::export(stack = {larger})]`, if \
             every host has that much stack. {frames}"
        ),
    };
    let mut places: Vec<Place> = verdict
        .worst_path
        .iter()
        .filter_map(|frame| frame.calls_at.clone())
        .collect();
    places.extend(
        verdict
            .worst_path
            .last()
            .map(|frame| Place::at(image, frame.start)),
    );
    places.reverse();
    Some(Finding {
        rule: Rule::Budget,
        message: format!(
            "export `{}` takes up to {bound} bytes of stack, {} more than {} of {limit}",
            verdict.name,
            bound - limit,
            match verdict.budget {
                Some(_) => "its budget",
                None => "the limit without a budget",
            }
        ),
        places,
        help,
    })
}

fn broken_promise(verdict: &EntryVerdict) -> Option<Finding> {
    let panic = verdict.panic.as_ref().filter(|_| verdict.no_panic)?;
    let message = match panic.kind {
        DivergenceKind::Panic => "can panic",
        DivergenceKind::Trap => "can reach a trap instruction",
        DivergenceKind::Loop => "can enter an endless loop",
        DivergenceKind::Import => "can call a host import that does not return",
    };
    let count = match panic.places.len() {
        0 | 1 => String::new(),
        count => format!(" (at {count} places)"),
    };
    Some(Finding {
        rule: Rule::Panic,
        message: format!("export `{}` promises `no_panic`, but {message}{count}", verdict.name),
        places: panic.path.iter().rev().cloned().collect(),
        help: "leave the compiler no panic to emit: use `get` instead of an index, `wrapping_` or `checked_` \
               arithmetic, array lengths in types, `match` instead of `unwrap`. Or remove `no_panic`: the panic then reaches the \
               host. A safe function that takes a reference or a slice panics if the host breaks the contract; return \
               `Result`, which reports that as a status, or write an `extern \"C\"` function"
            .to_owned(),
    })
}
