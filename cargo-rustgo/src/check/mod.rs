//! Proves what hosts rely on, from the machine code of an image alone: the stack that each export takes, and that the
//! code keeps to the rules of every host.
//!
//! [`flow`] follows execution with the help of one processor's folder ([`aarch64`], [`x86_64`]); [`bound`] and [`panic`] draw the
//! conclusions; [`verdict`] says them. No annotation of a compiler is trusted, and what can't be decided is an error.
//!
//! The proof rests on three things it does not check: code is entered at the exports only, it keeps to its own objects
//! (which Rust sees to, and `unsafe` code vouches for: a store through a pointer is taken not to hit a return address or
//! a register that the function saved, and an index that no comparison bounds not to lie beyond its table), and host
//! imports keep to the C ABI. `docs/check.md` says so to users.

pub(crate) mod aarch64;
mod advice;
mod bound;
mod effort;
mod flow;
mod function;
mod machine;
mod panic;
mod state;
mod table;
mod tree;
mod verdict;
mod x86_64;

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::finding::Finding;
use crate::image::Image;
use crate::processor::Processor;

pub use bound::Link;
pub use effort::Effort;
pub use flow::Call;
pub use function::{FunctionAnalysis, Stop, Why};
pub use machine::{Depth, LINE, Probe, Realign};
pub use panic::{Kind, Panic};
pub use tree::{Folded, Hidden, Node, Trees};
pub use verdict::{EntryVerdict, Frame};

/// What is known of an image.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Analysis {
    /// Every function that the exports reach, by its offset from the image's start.
    #[serde(skip)]
    pub functions: BTreeMap<u64, FunctionAnalysis>,
    /// The verdict on each export, in the image's order.
    pub entries: Vec<EntryVerdict>,
    /// Everything that is wrong. Empty: the image may be handed out.
    pub findings: Vec<Finding>,
    /// How much work that was, in steps of the analysis: never more than [`Effort`] allows for an image of that size.
    #[serde(skip)]
    pub effort: u64,
    /// The stack pointer modulo [`LINE`] at each function's entry, one value for each way that leads there from hosts
    /// that bring it to a multiple of [`LINE`] before the call.
    #[serde(skip)]
    entered: BTreeMap<u64, BTreeSet<u64>>,
    /// How many bytes a call pushes.
    #[serde(skip)]
    return_address: u64,
}

/// A place whose depth is not the same on every way that leads there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ambiguous {
    /// The function that is entered in different ways, demangled.
    pub function: String,
    /// Offset of the first instruction with more than one depth.
    pub at: u64,
}

impl Analysis {
    /// The depth of every reached instruction, in bytes since its function's entry (the return address not counted),
    /// for hosts that bring the stack pointer to a multiple of [`LINE`] before the call.
    ///
    /// # Errors
    ///
    /// A frame that aligns the stack is entered from places with different stack pointers modulo [`LINE`], or aligns it
    /// to more than [`LINE`]; or two functions share code at different depths.
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

    /// The instructions that are entered from elsewhere than the one in front of them.
    pub fn entered_from_elsewhere(&self) -> BTreeSet<u64> {
        let landings = self.functions.values().flat_map(|function| &function.landings);
        self.functions.keys().chain(landings).copied().collect()
    }

    /// Some frame aligns the stack pointer to more than the C ABI does, so that [`Analysis::depths`] holds only for
    /// hosts that bring it to a multiple of [`LINE`].
    pub fn realigns(&self) -> bool {
        self.functions
            .values()
            .any(|function| !function.realigns.is_empty())
    }
}

/// Analyses an image. Any bytes will do: what they lack shows up as a finding, and so does an image that takes far more
/// effort than compiled code.
pub fn analyse(image: &Image) -> Analysis {
    let effort = Effort::of(image);
    let analysis = match image.processor {
        Processor::X86_64 => verdict::judge(image, &x86_64::X86_64::new(image, &effort), &effort),
        Processor::Aarch64 => verdict::judge(image, &aarch64::Aarch64::new(image, &effort), &effort),
    };
    analysis.unwrap_or_else(|_| verdict::give_up(image, &effort))
}
