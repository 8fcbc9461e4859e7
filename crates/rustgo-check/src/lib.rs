//! Proves what hosts rely on, from the machine code of an image alone: the stack that each export takes, and that the
//! code keeps to the rules of every host.
//!
//! [`flow`] follows execution with the help of one processor's folder ([`aarch64`], [`x86_64`]); [`bound`] and [`panic`] draw the
//! conclusions; [`verdict`] says them. No annotation of a compiler is trusted, and what can't be decided is an error.
//!
//! The proof rests on three things it does not check: code is entered at the exports only, it keeps to its own objects
//! (which Rust guarantees, and authors of `unsafe` code have to: a store through a pointer is taken not to hit a return address or
//! a register that the function saved, and an index that no comparison bounds not to lie beyond its table), and host
//! imports keep to the C ABI. `docs/check.md` says so to users.

mod aarch64;
mod advice;
mod analysis;
mod bound;
pub mod decode;
mod effort;
mod flow;
mod function;
mod graph;
mod machine;
mod panic;
mod state;
mod table;
#[cfg(test)]
mod tests;
mod tree;
mod verdict;
mod x86_64;

pub use rustgo_image as image;
use rustgo_image::{Image, Processor, finding};

pub use analysis::{Ambiguous, Analysis, EntryVerdict, Frame};
pub use bound::Link;
pub use effort::Effort;
pub use flow::Call;
pub use function::{FunctionAnalysis, Stop, Why};
pub use machine::{Depth, LINE, Probe, Realign};
pub use panic::{Kind, Panic};
pub use tree::{Folded, Hidden, Node, Trees};

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
