//! The scalars that everybody multiplies.

use rustgo_bench_peer::Scalar;
use rustgo_bench_peer::serve::BATCHES;
use sha2::{Digest, Sha512};

/// A scalar and the point it has to give.
pub const KNOWN: (&str, &str) = (
    "39129b3f7bbd7e17a39679b940018a737fc3bf430fcbc827029e67360aab3707",
    "1cc4789ed5ea69f84ad460941ba0491ff532c1af1fa126733d6c7b62f7ebcbcf",
);

/// Scalars where a reduction or carry may go wrong: 1, 8, ℓ − 1, 2^252 − 1, a lone bit, digits that are all negative.
const EDGES: [&str; 6] = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "0800000000000000000000000000000000000000000000000000000000000000",
    "ecd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010",
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff0f",
    "0000000000000000000000000000000100000000000000000000000000000000",
    "8888888888888888888888888888888888888888888888888888888888888808",
];

/// As many scalars as the largest batch takes, all below the group order ℓ > 2^252, and the same in each run.
pub fn timed() -> Vec<Scalar> {
    let count = BATCHES.into_iter().max().unwrap_or(0);
    (0..count as u64).map(random).collect()
}

/// Scalars for which answers are compared, in hex; all below the group order, none 0.
pub fn compared() -> Vec<String> {
    let edges = EDGES.iter().chain([&KNOWN.0]).map(|&text| text.to_owned());
    edges.chain((0..57).map(|i| hex::encode(random(i)))).collect()
}

/// The scalar that an Ed25519 key has by its seed (RFC 8032, section 5.1.5), not reduced.
pub fn of_seed(seed: &[u8]) -> Scalar {
    let mut scalar = half_digest(seed);
    scalar[0] &= 248;
    scalar[31] = scalar[31] & 63 | 64;
    scalar
}

fn random(i: u64) -> Scalar {
    let mut scalar = half_digest(&i.to_le_bytes());
    scalar[31] &= 15;
    scalar
}

fn half_digest(bytes: &[u8]) -> Scalar {
    let digest = Sha512::digest(bytes);
    std::array::from_fn(|i| digest[i])
}
