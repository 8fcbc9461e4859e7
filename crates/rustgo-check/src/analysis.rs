//! The result of analysing an image.

use std::collections::{BTreeMap, BTreeSet};

use super::divergence::Panic;
use super::function::FunctionAnalysis;
use crate::finding::{Finding, Place};

/// The result of analysing an image.
#[derive(Clone, Debug, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Analysis {
    /// Every function that the exports reach, by its offset from the image's start.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub functions: BTreeMap<u64, FunctionAnalysis>,
    /// The verdict on each export, in the image's order.
    pub entries: Vec<EntryVerdict>,
    /// Every diagnostic. If there is none, the image may be written out.
    pub findings: Vec<Finding>,
    /// The steps that the analysis took: never more than [`Fuel`](crate::Fuel) allows for an image of that size.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub fuel: u64,
    /// The stack pointer modulo [`MAX_TRACKED_ALIGNMENT`](crate::MAX_TRACKED_ALIGNMENT) at each function's entry, one
    /// value for each path that leads there from hosts that align it to
    /// [`MAX_TRACKED_ALIGNMENT`](crate::MAX_TRACKED_ALIGNMENT) before the call.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub(crate) entered: BTreeMap<u64, BTreeSet<u64>>,
    /// The number of bytes that a call pushes.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub(crate) return_address: u64,
}

/// A place whose depth differs between paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ambiguous {
    /// The function that is entered with different depths, demangled.
    pub function: String,
    /// Offset of the first instruction with more than one depth.
    pub at: u64,
}

impl Analysis {
    /// The depth at every reachable instruction, in bytes from its function's entry (without the return address), for
    /// hosts that align the stack pointer to [`MAX_TRACKED_ALIGNMENT`](crate::MAX_TRACKED_ALIGNMENT) before the call.
    ///
    /// # Errors
    ///
    /// If a frame that aligns the stack is entered with different stack pointers modulo
    /// [`MAX_TRACKED_ALIGNMENT`](crate::MAX_TRACKED_ALIGNMENT), or aligns it to more than that; or if two functions
    /// share code at different depths.
    pub fn depths(&self) -> Result<BTreeMap<u64, u64>, Ambiguous> {
        let mut depths: BTreeMap<u64, u64> = BTreeMap::new();
        for (start, function) in &self.functions {
            for &residue in self.entered.get(start).into_iter().flatten() {
                for (&at, &depth) in &function.depth {
                    let bytes = function.bytes(depth, residue);
                    if !function.is_known(depth) || *depths.entry(at).or_insert(bytes) != bytes {
                        return Err(Ambiguous {
                            function: function.name.clone(),
                            at,
                        });
                    }
                }
            }
        }
        Ok(depths)
    }

    /// The instructions with a predecessor other than the instruction before them.
    pub fn entered_from_elsewhere(&self) -> BTreeSet<u64> {
        let landings = self.functions.values().flat_map(|function| &function.landings);
        self.functions.keys().chain(landings).copied().collect()
    }

    /// Whether a frame aligns the stack pointer to more than the C ABI does, so that [`Analysis::depths`] holds only
    /// for hosts that align it to [`MAX_TRACKED_ALIGNMENT`](crate::MAX_TRACKED_ALIGNMENT).
    pub fn realigns(&self) -> bool {
        self.functions
            .values()
            .any(|function| !function.realigns.is_empty())
    }
}

/// Budgets are multiples of this many bytes, like frames.
pub(crate) const GRANULE: u64 = 16;

/// One function on the path that takes the most stack.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Frame {
    /// The function, demangled.
    pub function: String,
    /// Its offset from the image's start.
    pub start: u64,
    /// Its own bytes of stack, including the return address that its call pushes.
    pub bytes: u64,
    /// Where it calls the next function. `None` in the last.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub calls_at: Option<Place>,
}

/// What is proven about an export.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct EntryVerdict {
    /// The export's symbol.
    pub name: String,
    /// Offset of its first instruction from the image's start.
    pub start: u64,
    /// The most stack that a call takes, in bytes: the return address that the call pushes, every frame, padding and
    /// red zone, without what a host import takes. `None` if no bound could be proven.
    pub bound: Option<u64>,
    /// The bound for hosts that align the stack pointer to [`MAX_TRACKED_ALIGNMENT`](crate::MAX_TRACKED_ALIGNMENT)
    /// before the call.
    pub bound_aligned: Option<u64>,
    /// The declared budget.
    pub budget: Option<u64>,
    /// The analysis of everything reachable is complete, so that absent findings are meaningful.
    pub is_decided: bool,
    /// Whether the author promises that it does not panic.
    pub no_panic: bool,
    /// The frames of the deepest path, starting with the export. With the return address of the host's call they sum up
    /// to the bound.
    pub worst_path: Vec<Frame>,
    /// The stack pointer modulo [`MAX_TRACKED_ALIGNMENT`](crate::MAX_TRACKED_ALIGNMENT) at its first instruction for
    /// which that path is the deepest.
    #[cfg_attr(feature = "serde", serde(skip))]
    pub(crate) residue: u64,
    /// How it can fail to return.
    pub panic: Option<Panic>,
    /// The host imports that it can call.
    pub imports: Vec<String>,
}

impl EntryVerdict {
    /// The stack that hosts have to provide, in bytes: the budget, or the bound if no budget was declared.
    pub fn stack(&self) -> Option<u64> {
        self.budget
            .or_else(|| Some(self.bound?.next_multiple_of(GRANULE)))
    }
}
