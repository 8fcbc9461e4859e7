//! Peer: dalek called from Rust, the sealed archive called as C does, and libsodium.

mod dalek;
mod sealed;
mod sodium;

use std::collections::BTreeMap;

use anyhow::Result;
use rustgo_bench_peer::Peer;

fn main() -> Result<()> {
    let mut entries = dalek::entries();
    entries.extend(sealed::entries());
    let (sodium, version) = sodium::entry();
    entries.push(sodium);
    let versions = BTreeMap::from_iter(version.map(|version| ("libsodium".to_owned(), version)));
    Peer { entries, versions }.serve()
}
