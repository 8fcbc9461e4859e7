//! The stack bound: the most stack that a call of a function can take, over every path.
//!
//! The depth of a frame that aligns the stack pointer depends on the stack pointer at its function's entry. So the
//! bound is computed for each function and each value that the stack pointer modulo [`MAX_TRACKED_ALIGNMENT`] can have
//! there.

use std::collections::{BTreeMap, BTreeSet};

use super::explore::Call;
use super::fuel::{Exhausted, Fuel};
use super::function::FunctionAnalysis;
use super::graph::Graph;
use super::machine::MAX_TRACKED_ALIGNMENT;

/// The functions of an image, by their starts.
pub type Functions = BTreeMap<u64, FunctionAnalysis>;

/// A function's start, and the stack pointer modulo [`MAX_TRACKED_ALIGNMENT`] there.
type Node = (u64, u64);

/// The calls that form a cycle.
pub type Cycle = Vec<Call>;

/// One function on the deepest path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// Offset of its first instruction.
    pub function: u64,
    /// Its own bytes of stack on this path: down to and including the return address that the call to the next function
    /// pushes, or all that it uses if it is the last.
    pub bytes: u64,
    /// The call to the next function.
    pub call: Option<Call>,
}

/// The bounds of an image's functions.
///
/// SOUNDNESS: C1, C2
pub struct Bounds<'a> {
    functions: &'a Functions,
    return_address: u64,
    needs: BTreeMap<Node, Need>,
}

#[derive(Clone, Copy)]
struct Need {
    /// Bytes below the function's entry, including all its callees.
    bytes: u64,
    /// The next function on the deepest path.
    next: Option<(Option<Call>, Node)>,
}

impl<'a> Bounds<'a> {
    /// Computes the bounds of everything that the given functions reach, entered with any of the residues. A call
    /// pushes `return_address` bytes. No function may be recursive.
    ///
    /// # Errors
    ///
    /// If the fuel runs out.
    pub fn new(
        functions: &'a Functions,
        starts: &[u64],
        residues: &[u64],
        return_address: u64,
        fuel: &Fuel,
    ) -> Result<Self, Exhausted> {
        let mut bounds = Self {
            functions,
            return_address,
            needs: BTreeMap::new(),
        };
        let graph = bounds.graph(starts, residues, fuel)?;
        // Callees come before their callers. Functions of the same component jump in a cycle, on the same stack.
        for circle in graph.components() {
            bounds.add(&circle);
        }
        Ok(bounds)
    }

    fn graph(&self, starts: &[u64], residues: &[u64], fuel: &Fuel) -> Result<Graph<Node>, Exhausted> {
        let mut graph = Graph::default();
        let mut todo: Vec<Node> = Vec::new();
        for &start in starts {
            todo.extend(residues.iter().map(|&residue| (start, residue)));
        }
        let mut seen: BTreeSet<Node> = todo.iter().copied().collect();
        while let Some(node) = todo.pop() {
            graph.add_node(node);
            for (_, callee) in self.callees(node) {
                fuel.spend(1)?;
                graph.add_edge(node, callee);
                if seen.insert(callee) {
                    todo.push(callee);
                }
            }
        }
        Ok(graph)
    }

    /// The calls of a function, and the residue with which each enters its callee.
    ///
    /// SOUNDNESS: B4
    fn callees(&self, (start, residue): Node) -> impl Iterator<Item = (Call, Node)> {
        let function = &self.functions[&start];
        function.calls.iter().map(move |&call| {
            let below = function.residue(call.depth, residue);
            (
                call,
                (
                    call.target,
                    below.wrapping_sub(self.pushes(call)) % MAX_TRACKED_ALIGNMENT,
                ),
            )
        })
    }

    fn pushes(&self, call: Call) -> u64 {
        if call.is_tail { 0 } else { self.return_address }
    }

    fn add(&mut self, circle: &[Node]) {
        let mut deepest: Option<(Node, Need)> = None;
        for &node in circle {
            let need = self.need(node);
            if deepest.is_none_or(|(_, known)| known.bytes < need.bytes) {
                deepest = Some((node, need));
            }
        }
        let Some((deepest, need)) = deepest else {
            return;
        };
        for &node in circle {
            let jump = Need {
                bytes: need.bytes,
                next: Some((None, deepest)),
            };
            self.needs.insert(node, if node == deepest { need } else { jump });
        }
    }

    /// The stack that a function needs by itself and for the callees whose needs are known.
    fn need(&self, node: Node) -> Need {
        let function = &self.functions[&node.0];
        let mut need = Need {
            bytes: function.frame(node.1),
            next: None,
        };
        for (call, callee) in self.callees(node) {
            let Some(below) = self.needs.get(&callee) else {
                continue;
            };
            let own = function
                .bytes(call.depth, node.1)
                .saturating_add(self.pushes(call));
            let bytes = own.saturating_add(below.bytes);
            if bytes > need.bytes {
                need = Need {
                    bytes,
                    next: Some((Some(call), callee)),
                };
            }
        }
        need
    }

    /// The stack below a function's entry, in bytes, including all its callees.
    pub fn below(&self, start: u64, residue: u64) -> u64 {
        self.needs.get(&(start, residue)).map_or(0, |need| need.bytes)
    }

    /// The callees of a function, each with the depth in bytes that it reaches below the function's entry.
    pub fn reaches(&self, node: Node) -> impl Iterator<Item = (u64, Node)> {
        self.callees(node).map(move |(call, callee)| {
            let own = self.functions[&node.0].bytes(call.depth, node.1);
            let below = self.below(callee.0, callee.1);
            (
                own.saturating_add(self.pushes(call)).saturating_add(below),
                callee,
            )
        })
    }

    /// The path that takes the most stack, from a function to the last one that it calls.
    ///
    /// # Errors
    ///
    /// If the fuel runs out.
    pub fn deepest_path(&self, start: u64, residue: u64, fuel: &Fuel) -> Result<Vec<Link>, Exhausted> {
        let mut path = Vec::new();
        let mut node = (start, residue);
        loop {
            fuel.spend(1)?;
            let function = &self.functions[&node.0];
            let Some((call, next)) = self.needs.get(&node).and_then(|need| need.next) else {
                path.push(Link {
                    function: node.0,
                    bytes: function.frame(node.1),
                    call: None,
                });
                return Ok(path);
            };
            path.push(Link {
                function: node.0,
                bytes: call.map_or(0, |call| function.bytes(call.depth, node.1) + self.pushes(call)),
                call,
            });
            node = next;
        }
    }
}

/// The residues with which each function is entered if the given ones are entered with `residue`.
///
/// # Errors
///
/// If the fuel runs out.
pub fn entered(
    functions: &Functions,
    starts: &[u64],
    residue: u64,
    return_address: u64,
    fuel: &Fuel,
) -> Result<BTreeMap<u64, BTreeSet<u64>>, Exhausted> {
    let bounds = Bounds {
        functions,
        return_address,
        needs: BTreeMap::new(),
    };
    let mut entered: BTreeMap<u64, BTreeSet<u64>> = BTreeMap::new();
    for (start, residue) in bounds.graph(starts, &[residue], fuel)?.nodes() {
        entered.entry(start).or_default().insert(residue);
    }
    Ok(entered)
}

/// Every recursion: one cycle of calls for each set of mutually recursive functions. A cycle of jumps takes no stack,
/// and is an ordinary loop.
///
/// # Errors
///
/// If the fuel runs out.
///
/// SOUNDNESS: B5
pub fn recursions(functions: &Functions, fuel: &Fuel) -> Result<Vec<Cycle>, Exhausted> {
    let mut graph: Graph<u64> = Graph::default();
    for (&start, function) in functions {
        graph.add_node(start);
        for call in &function.calls {
            graph.add_edge(start, call.target);
        }
    }
    let mut cycles = Vec::new();
    for circle in graph.components() {
        let circle: BTreeSet<u64> = circle.into_iter().collect();
        let inside = |call: &&Call| circle.contains(&call.target);
        let first = circle.iter().find_map(|start| {
            let call = functions[start]
                .calls
                .iter()
                .filter(inside)
                .find(|call| !call.is_tail)?;
            Some((*start, *call))
        });
        if let Some((start, call)) = first {
            let mut cycle = vec![call];
            let back = path(functions, call.target, |function| function == start, fuel)?;
            cycle.extend(back.unwrap_or_default());
            cycles.push(cycle);
        }
    }
    Ok(cycles)
}

/// How many functions are visited per step of fuel.
const QUICK: u64 = 4;

/// The shortest sequence of calls from a function to a wanted one. Empty if it is itself wanted.
///
/// # Errors
///
/// If the fuel runs out.
pub fn path(
    functions: &Functions,
    from: u64,
    is_wanted: impl Fn(u64) -> bool,
    fuel: &Fuel,
) -> Result<Option<Vec<Call>>, Exhausted> {
    let mut came: BTreeMap<u64, Option<(u64, Call)>> = BTreeMap::from([(from, None)]);
    let mut queue = std::collections::VecDeque::from([from]);
    while let Some(at) = queue.pop_front() {
        if is_wanted(at) {
            let mut calls = Vec::new();
            let mut back = at;
            while let Some((caller, call)) = came[&back] {
                calls.push(call);
                back = caller;
            }
            calls.reverse();
            fuel.spend((came.len() as u64).div_ceil(QUICK) + calls.len() as u64)?;
            return Ok(Some(calls));
        }
        for call in functions.get(&at).map_or(&[][..], |function| &function.calls) {
            came.entry(call.target).or_insert_with(|| {
                queue.push_back(call.target);
                Some((at, *call))
            });
        }
    }
    fuel.spend((came.len() as u64).div_ceil(QUICK))?;
    Ok(None)
}

/// Everything that a function reaches by calls, including itself.
///
/// # Errors
///
/// If the fuel runs out.
pub fn reached(functions: &Functions, from: u64, fuel: &Fuel) -> Result<BTreeSet<u64>, Exhausted> {
    let mut reached = BTreeSet::from([from]);
    let mut todo = vec![from];
    while let Some(at) = todo.pop() {
        for call in functions.get(&at).map_or(&[][..], |function| &function.calls) {
            if reached.insert(call.target) {
                todo.push(call.target);
            }
        }
    }
    fuel.spend((reached.len() as u64).div_ceil(QUICK))?;
    Ok(reached)
}
