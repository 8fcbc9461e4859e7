//! The hash XXH3, by the crate [xxhash-rust](https://docs.rs/xxhash-rust).
#![no_std]

/// Returns the 64-bit XXH3 of `data`, with a seed. It takes about 0.04 ns per byte.
#[rustgo_rt::export]
pub fn xxh3(data: &[u8], seed: u64) -> u64 {
    xxhash_rust::xxh3::xxh3_64_with_seed(data, seed)
}
