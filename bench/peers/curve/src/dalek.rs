//! curve25519-dalek, compiled as guests are, called from Rust: what all others are compared with.

use curve25519_dalek::{EdwardsPoint, Scalar};
use rustgo_bench_peer::serve::BATCHES;
use rustgo_bench_peer::{Entry, Input};

/// The single call, and the same one by one.
pub fn entries() -> Vec<Entry> {
    let single = |dst: &mut _, scalar: &_| scalar_base_mult(dst, scalar);
    let mut entries = vec![Entry::single("dalek, from Rust", Input::Scalar, single)];
    entries.extend(BATCHES.map(|size| {
        Entry::batch("dalek, from Rust, one by one", size, |points, scalars| {
            for (dst, scalar) in points.iter_mut().zip(scalars) {
                scalar_base_mult(dst, scalar);
            }
        })
    }));
    entries
}

#[inline(never)]
fn scalar_base_mult(dst: &mut [u8; 32], scalar: &[u8; 32]) {
    let point = EdwardsPoint::mul_base(&Scalar::from_bytes_mod_order(*scalar));
    *dst = point.compress().to_bytes();
}
