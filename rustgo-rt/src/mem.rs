//! Memory functions as plain Rust functions; [`symbols`] puts them under their C names.

mod access;
mod portable;
#[cfg(all(feature = "mem", not(feature = "compiler-builtins-mem")))]
mod symbols;

pub use portable::{compare, copy, fill, length};
