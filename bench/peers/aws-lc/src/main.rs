//! Peer: AWS-LC, which runs the assembly of s2n-bignum. A program of its own, because it needs a C compiler.
//!
//! It has no function from a scalar to a point. Ed25519 key generation from a seed is that and one SHA-512, so both
//! are measured, and the benchmark takes the difference.

use std::collections::BTreeMap;

use anyhow::Result;
use aws_lc_sys::{ED25519_keypair_from_seed, SHA512};
use rustgo_bench_peer::{Entry, Input, Peer};

fn main() -> Result<()> {
    let entries = vec![
        Entry::single(
            "AWS-LC, key from seed",
            Input::Seed,
            |public: &mut [u8; 32], seed| {
                let mut private = [0; 64];
                // SAFETY: room for 32 and 64 bytes, and a seed of 32, as curve25519.h asks for.
                unsafe { ED25519_keypair_from_seed(public.as_mut_ptr(), private.as_mut_ptr(), seed.as_ptr()) }
                std::hint::black_box(&mut private);
            },
        ),
        Entry::single(
            "AWS-LC, SHA-512 of the seed",
            Input::Digest,
            |digest: &mut [u8; 64], seed| {
                // SAFETY: 32 bytes to read, room for 64.
                unsafe { SHA512(seed.as_ptr(), seed.len(), digest.as_mut_ptr()) };
            },
        ),
    ];
    Peer {
        entries,
        versions: BTreeMap::new(),
    }
    .serve()
}
