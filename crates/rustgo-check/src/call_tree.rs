//! The call tree of an export, with the stack that each function takes.

use std::collections::BTreeSet;

use super::analysis::{Analysis, EntryVerdict};
use super::fuel::Fuel;
use super::stack_bound::Bounds;

/// The maximum number of paths in a flame graph: with more of them the boxes would be too narrow to see.
const PATHS: usize = 20_000;

/// The maximum depth of a tree: deeper trees are unreadable, and walking them takes stack for each level.
const LEVELS: usize = 200;

/// The maximum length of the text of a flame graph, in bytes.
const TEXT: usize = 16 << 20;

/// A function in a call tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// The function, demangled.
    pub function: String,
    /// Its offset from the image's start.
    pub start: u64,
    /// The most stack that it uses itself, in bytes: pushes, frame, padding and red zone.
    pub frame: u64,
    /// The most stack that it and its callees use together, in bytes.
    pub total: u64,
    /// Its callees, each once, the one that reaches deepest first.
    pub children: Vec<Node>,
    /// Why its callees are not shown, if they are not.
    pub hidden: Option<Hidden>,
}

/// Why a tree ends early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hidden {
    /// The function's callees are shown where the function first appears.
    Above,
    /// The tree is too deep here.
    Deep,
}

/// The data of a flame graph.
#[derive(Clone, Debug, Default)]
pub struct Folded {
    /// `f;g;h 64`: a path of calls, and the bytes that its last function uses itself.
    pub lines: Vec<String>,
    /// Whether there are more paths than these.
    pub is_cut: bool,
}

/// A function's start and the residue of the stack pointer there.
type At = (u64, u64);

/// Call trees of an analysed image.
pub struct Trees<'a> {
    analysis: &'a Analysis,
    bounds: Bounds<'a>,
    root: At,
}

impl<'a> Trees<'a> {
    /// The tree of an export whose stack bound is proven, otherwise `None`.
    pub fn of(analysis: &'a Analysis, entry: &EntryVerdict) -> Option<Self> {
        entry.bound?;
        let root = (entry.start, entry.residue);
        // This is part of what was computed for the proof.
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

    /// The whole tree. The callees of a function are shown where the function first appears.
    pub fn tree(&self) -> Node {
        self.node(self.root, &mut BTreeSet::new(), &mut BTreeSet::new())
    }

    fn node(&self, at: At, shown: &mut BTreeSet<(u64, u64)>, above: &mut BTreeSet<At>) -> Node {
        let function = &self.analysis.functions[&at.0];
        let callees = self.callees(at);
        // A cycle of jumps leads back to a function that is still open.
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

    /// The callees of a function, each once, the one that reaches deepest first.
    fn callees(&self, at: At) -> Vec<At> {
        let mut callees: Vec<(u64, At)> = self.bounds.reaches(at).collect();
        callees.sort_by_key(|(depth, callee)| (std::cmp::Reverse(*depth), *callee));
        let mut seen = BTreeSet::new();
        callees.retain(|(_, callee)| seen.insert(*callee));
        callees.into_iter().map(|(_, callee)| callee).collect()
    }

    /// Every path of calls, for a flame graph whose boxes are as wide as the frames of all functions in them.
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
                // Semicolons separate functions, and the names of some types contain them.
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
