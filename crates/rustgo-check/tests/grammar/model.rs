//! A program's use of the stack, as its generator knows it: an independent computation of the prover's bound, and the
//! input that makes the program take the deepest path.

use std::collections::HashMap;

use super::emit::Emitted;
use super::isa::Isa;
use super::program::Choice;

/// Decisions, and the value that each has to have.
pub type Path = Vec<(Choice, u64)>;

/// How the stack pointer is aligned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Realigned {
    /// The depth before it.
    pub before: u64,
    pub alignment: u64,
}

/// A depth that a function reaches.
#[derive(Clone, Debug)]
pub struct Event {
    /// Bytes below the function's entry, without padding.
    pub depth: u64,
    pub realigned: Option<Realigned>,
    /// The function that is called there, and whether by a jump.
    pub call: Option<(usize, bool)>,
    /// The path there.
    pub path: Path,
    /// Whether some input leads there, and the depth shows in the memory that is written.
    pub is_seen: bool,
}

/// The stack that a function takes.
#[derive(Clone, Debug, Default)]
pub struct Need {
    /// Bytes below its entry.
    pub bytes: u64,
    pub path: Path,
    pub is_seen: bool,
}

/// The stack that functions take, each computed once.
pub struct Needs<'a> {
    emitted: &'a Emitted,
    known: HashMap<(usize, u64), Need>,
}

impl<'a> Needs<'a> {
    pub fn new(emitted: &'a Emitted) -> Self {
        Self {
            emitted,
            known: HashMap::new(),
        }
    }

    /// The stack that a function takes if it is entered with the stack pointer at `residue` modulo 64.
    pub fn of<I: Isa>(&mut self, function: usize, residue: u64) -> Need {
        if let Some(known) = self.known.get(&(function, residue)) {
            return known.clone();
        }
        let mut most = Need {
            bytes: 0,
            path: Path::new(),
            is_seen: true,
        };
        for event in &self.emitted.functions[function].events {
            let padding = event.realigned.map_or(0, |Realigned { before, alignment }| {
                residue.wrapping_sub(before) % alignment.min(64) + alignment.saturating_sub(64)
            });
            // The worst case of a greater alignment does not occur with every stack.
            let is_exact = event.realigned.is_none_or(|realigned| realigned.alignment <= 64);
            let mut depth = event.depth + padding;
            let mut path = event.path.clone();
            let mut is_seen = event.is_seen && is_exact;
            if let Some((callee, is_tail)) = event.call {
                depth += if is_tail { 0 } else { I::RETURN_ADDRESS };
                let below = self.of::<I>(callee, residue.wrapping_sub(depth) % 64);
                depth += below.bytes;
                path.extend(below.path);
                is_seen &= below.is_seen;
            } else if self.emitted.functions[function].uses_red_zone {
                depth += I::RED_ZONE;
                is_seen = false;
            }
            if depth > most.bytes || depth == most.bytes && is_seen && !most.is_seen {
                most = Need {
                    bytes: depth,
                    path,
                    is_seen,
                };
            }
        }
        self.known.insert((function, residue), most.clone());
        most
    }
}

/// The path to a function from the export, including itself. `None` if nothing leads there.
pub fn way(emitted: &Emitted, function: usize) -> Option<Path> {
    let mut ways: Vec<Option<Path>> = vec![None; emitted.functions.len()];
    ways[0] = Some(Path::new());
    // Functions call only later ones.
    for caller in 0..=function {
        let Some(way) = ways[caller].clone() else { continue };
        for event in &emitted.functions[caller].events {
            if let Some((callee, _)) = event.call {
                ways[callee].get_or_insert_with(|| way.iter().chain(&event.path).copied().collect());
            }
        }
    }
    ways[function].take()
}

/// Whether some input makes the export diverge.
pub fn diverges(emitted: &Emitted) -> bool {
    (0..emitted.functions.len())
        .any(|function| emitted.functions[function].diverges && way(emitted, function).is_some())
}
