//! Reads which files of a crate import which, and finds circles among them.
//!
//! A file imports another if a path in it leads there: in `use`, in an expression or a type, or in a macro's arguments. A
//! path through a re-export leads to the file that defines what it names. Code for tests alone is left out.

mod graph;
mod modules;
mod paths;
mod resolve;

pub use graph::{Graph, circles};
pub use resolve::imports;
