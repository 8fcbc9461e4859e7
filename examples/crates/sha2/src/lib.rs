//! SHA-256, by the crate [sha2](https://docs.rs/sha2).
#![no_std]
use sha2::Digest;

/// Writes the SHA-256 of `data` to `dst` (FIPS 180-4). It takes about 3 ns per byte, 0.5 with instructions for it.
#[rustgo_rt::export]
pub fn sum256(dst: &mut [u8; 32], data: &[u8]) {
    *dst = sha2::Sha256::digest(data).into();
}
