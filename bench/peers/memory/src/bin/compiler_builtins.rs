//! Peer: the memory functions of compiler_builtins, its feature `mem`.

use std::collections::BTreeMap;

use anyhow::Result;
use compiler_builtins::mem::{memcmp, memcpy, memmove, memset};
use rustgo_bench_peer::Peer;

fn main() -> Result<()> {
    let functions = rustgo_bench_memory::functions!(program: memcpy, memmove, memset, memcmp);
    Peer {
        entries: rustgo_bench_memory::entries("compiler_builtins", functions),
        versions: BTreeMap::new(),
    }
    .serve()
}
