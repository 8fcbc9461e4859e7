//! Finds which files of a crate import which, and the circles among them.
//!
//! A file imports another if a path in it leads there: in `use`, in an expression or a type, or in a macro's arguments.
//! A path through a re-export leads to the file with the definition. Code for tests only is ignored.

mod graph;
mod modules;
mod paths;
mod resolve;

pub use graph::{Graph, circles};
pub use resolve::imports;
