//! Tests that cover several emitters, or check the output with the hosts' own tools: compilers for C and C++, NASM,
//! Go's assembler and its vet.

mod archive;
mod c;
mod go_image;
mod go_macros;
mod inline;
mod nasm;
mod requires;
mod sealed;
mod words;

pub use c::structures;
