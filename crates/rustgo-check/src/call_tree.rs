//! The call tree of an export, with the stack that each function takes.

use std::collections::BTreeSet;

use super::analysis::{Analysis, EntryVerdict};
use super::fuel::Fuel;
use super::stack_bound::Bounds;

/// How many paths a flame graph shows at most: beyond it no box could be seen.
const PATHS: usize = 20_000;

/// How many calls deep a tree is shown: nobody reads further, and whoever walks it needs some stack for each.
const LEVELS: usize = 200;

/// How long the text of a flame graph may get, in bytes.
const TEXT: usize = 16 << 20;

/// A function in a call tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// The function, demangled.
    pub function: String,
    /// Its offset from the image's start.
    pub start: u64,
    /// The most bytes of stack that it uses itself: what it pushes, its frame, padding and red zone.
    pub frame: u64,
    /// The most bytes that it and everything it calls use together.
    pub total: u64,
    /// What it calls, each function once, the one that reaches deepest first.
    pub children: Vec<Node>,
    /// The reason why none of its callees is shown, if some are missing.
    pub hidden: Option<Hidden>,
}

/// The reason why a tree ends early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hidden {
    /// What the function calls is shown where it came first.
    Above,
    /// There are too many calls above it.
    Deep,
}

/// What a flame graph is made of.
#[derive(Clone, Debug, Default)]
pub struct Folded {
    /// `f;g;h 64`: a path of calls, and the bytes that its last function uses itself.
    pub lines: Vec<String>,
    /// There are more paths than these.
    pub is_cut: bool,
}

/// A function's start and the stack pointer's residue there.
type At = (u64, u64);

/// Call trees of an analysed image.
pub struct Trees<'a> {
    analysis: &'a Analysis,
    bounds: Bounds<'a>,
    root: At,
}

impl<'a> Trees<'a> {
    /// The tree of an export whose stack is proven; none for any other.
    pub fn of(analysis: &'a Analysis, entry: &EntryVerdict) -> Option<Self> {
        entry.bound?;
        let root = (entry.start, entry.residue);
        // A part of what was worked out for the proof.
        let fuel = Fuel::unlimited();
        let bounds = Bounds::new(
            &analysis.functions,
            &[root.0],
            &[root.1],
            analysis.return_address,
            &fuel,
        );
        let bounds = bounds.ok()?;
        Some(Self {
            analysis,
            bounds,
            root,
        })
    }

    /// The whole tree. What a function calls is shown the first time that the function comes up.
    pub fn tree(&self) -> Node {
        self.node(self.root, &mut BTreeSet::new(), &mut BTreeSet::new())
    }

    fn node(&self, at: At, shown: &mut BTreeSet<(u64, u64)>, above: &mut BTreeSet<At>) -> Node {
        let function = &self.analysis.functions[&at.0];
        let callees = self.callees(at);
        // Jumps that go round in a circle come back to a function that is still open.
        let total = self.bounds.below(at.0, at.1);
        let mut hidden = None;
        if above.len() >= LEVELS && !callees.is_empty() {
            hidden = Some(Hidden::Deep);
        } else if above.contains(&at) || (!callees.is_empty() && !shown.insert((at.0, total))) {
            hidden = Some(Hidden::Above);
        }
        let mut children = Vec::new();
        if hidden.is_none() {
            above.insert(at);
            children = callees
                .into_iter()
                .map(|callee| self.node(callee, shown, above))
                .collect();
            above.remove(&at);
        }
        Node {
            function: function.name.clone(),
            start: at.0,
            frame: function.frame(at.1),
            total,
            children,
            hidden,
        }
    }

    /// What a function calls, each once, the one that reaches deepest first.
    fn callees(&self, at: At) -> Vec<At> {
        let mut callees: Vec<(u64, At)> = self.bounds.reaches(at).collect();
        callees.sort_by_key(|(depth, callee)| (std::cmp::Reverse(*depth), *callee));
        let mut seen = BTreeSet::new();
        callees.retain(|(_, callee)| seen.insert(*callee));
        callees.into_iter().map(|(_, callee)| callee).collect()
    }

    /// Every path of calls, for a flame graph in which a box is as wide as the frames of all functions in it.
    pub fn folded(&self) -> Folded {
        let mut folded = Folded::default();
        let mut path: Vec<At> = Vec::new();
        let mut todo: Vec<(usize, At)> = vec![(0, self.root)];
        let mut text = 0;
        while let Some((depth, at)) = todo.pop() {
            path.truncate(depth);
            if path.contains(&at) {
                continue;
            }
            if folded.lines.len() == PATHS || text > TEXT || todo.len() > TEXT / 16 {
                folded.is_cut = true;
                break;
            }
            if path.len() >= LEVELS {
                folded.is_cut = true;
                continue;
            }
            path.push(at);
            let names: Vec<String> = path
                .iter()
                // Semicolons separate functions, and some types have them in their names.
                .map(|(start, _)| self.analysis.functions[start].name.replace(';', ","))
                .collect();
            let frame = self.analysis.functions[&at.0].frame(at.1);
            let line = format!("{} {frame}", names.join(";"));
            text += line.len();
            folded.lines.push(line);
            todo.extend(self.callees(at).into_iter().map(|callee| (depth + 1, callee)));
        }
        folded
    }
}
