//! Peer: the memory functions of rustgo-rt, which take the place of libc's in this program.

use std::collections::BTreeMap;

use anyhow::Result;
use rustgo_bench_memory::symbols::{self, From};
use rustgo_bench_peer::Peer;

// Named, so that it is linked.
extern crate rustgo_rt;

/// As what is timed was compiled.
const NAME: &str = if cfg!(target_feature = "avx512bw") {
    "rustgo-rt, AVX-512"
} else if cfg!(target_feature = "avx2") {
    "rustgo-rt, AVX2"
} else {
    "rustgo-rt"
};

fn main() -> Result<()> {
    Peer {
        entries: rustgo_bench_memory::entries(NAME, symbols::functions(From::Program)?),
        versions: BTreeMap::new(),
    }
    .serve()
}
