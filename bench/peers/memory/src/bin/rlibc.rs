//! Peer: the memory functions of rlibc, which take the place of libc's in this program.

use std::collections::BTreeMap;

use anyhow::Result;
use rustgo_bench_memory::symbols::{self, From};
use rustgo_bench_peer::Peer;

// Named, so that it is linked.
extern crate rlibc;

fn main() -> Result<()> {
    Peer {
        entries: rustgo_bench_memory::entries("rlibc", symbols::functions(From::Program)?),
        versions: BTreeMap::new(),
    }
    .serve()
}
