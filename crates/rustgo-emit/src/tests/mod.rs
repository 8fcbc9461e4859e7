//! Tests that look at several writers at once, or have the hosts' own tools judge what is written: compilers for C and C++,
//! NASM, Go's assembler and its vet.

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
