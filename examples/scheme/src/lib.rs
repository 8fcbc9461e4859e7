//! A very small Scheme: fixnums, strings, vectors, `define`, `if`, and calls of primitives.
//!
//! One file per step: [`reader`] turns bytes into data, [`compiler`] turns data into assembly for NASM, with a call of
//! one of the [`primitives`] wherever something is to be done, and [`program`] assembles and links that. How values
//! look is in the crate `scheme_values`; what the primitives do, in `scheme-primitives`, a guest.

pub mod compiler;
mod layout;
pub mod place;
pub mod primitives;
pub mod program;
pub mod reader;
