//! Edwards25519 fixed-base multiplication: a scalar times the basepoint, as a compressed point (RFC 8032).
//!
//! This crate is a rustgo guest: `cargo rustgo build` turns its [exports] into something that Go, C and assembly call.
//! It is also a Rust library. For that, turn off its default feature `guest`, which brings the panic handler that only
//! a guest may have:
//!
//! ```toml
//! rustgo-crypto = { version = "0.1", default-features = false }
//! ```
//!
//! ```
//! let scalar = [7; 32];
//! let point: [u8; 32] = rustgo_crypto::scalar_base_mult(&scalar);
//!
//! let scalars = [scalar, [8; 32], [9; 32]];
//! let mut points = [[0; 32]; 3];
//! rustgo_crypto::scalar_base_mult_batch(&mut points, &scalars);
//! assert_eq!(points[0], point);
//! ```
//!
//! The functions above run on every processor. Those for AVX2, AVX-512 and so on are [exports] only: their callers
//! guarantee that the processor has what they require.
//!
//! # Who should not use it
//!
//! Anyone who wants signatures or key agreement: use `ed25519-dalek` or `x25519-dalek`, which are built on this
//! operation and get the rest right too.
//!
//! # What is not protected
//!
//! Time and memory addresses do not depend on the scalar. The traces of a scalar on the stack and in registers are not
//! wiped.
//!
//! # How it works
//!
//! | step | where | how |
//! | --- | --- | --- |
//! | digits of the scalar | [`recoding`] | odd and signed |
//! | entries of a table | [`table`], `backend/*/select.rs` | read all, select one by masks |
//! | additions | [`edwards`], `backend/*/field.rs` | one point, or one in each lane of a vector |
//! | inversion of Z | [`inversion`] | divsteps |
//! | 32 bytes | [`compression`] | |
//!
//! All of it exists once for each kind of processor: see [`backend`].
#![no_std]
#![cfg_attr(
    not(target_arch = "x86_64"),
    allow(
        dead_code,
        unused_imports,
        reason = "the kernels for x86-64 share more than the portable one uses"
    )
)]
#![expect(
    clippy::needless_range_loop,
    reason = "an index goes through several arrays, and the compiler sees that it is within their bounds"
)]

#[cfg(test)]
extern crate std;

pub mod exports;

mod backend;
mod batch;
mod compression;
mod edwards;
mod field;
mod inversion;
mod recoding;
#[cfg(test)]
mod reference;
mod table;

/// Multiplies the basepoint of edwards25519 by `scalar` and returns the compressed point (RFC 8032, section 5.1.2).
///
/// The scalar is any 256-bit little-endian integer; it acts modulo the order of the basepoint,
/// ℓ = 2^252 + 27742317777372353535851937790883648493. Constant time.
pub fn scalar_base_mult(scalar: &[u8; 32]) -> [u8; 32] {
    backend::serial::multiply(scalar)
}

/// Multiplies the basepoint of edwards25519 by each of `scalars` and writes the compressed points to `points`.
///
/// The points are those of [`scalar_base_mult`], but computed faster than one by one. Constant time: the time depends
/// on the number of scalars only.
///
/// # Panics
///
/// If the numbers of points and scalars differ.
pub fn scalar_base_mult_batch(points: &mut [[u8; 32]], scalars: &[[u8; 32]]) {
    assert_eq!(
        points.len(),
        scalars.len(),
        "there must be a point for each scalar"
    );
    // SAFETY: the pointers are slices of that length.
    unsafe { exports::scalar_base_mult_batch(points.as_mut_ptr(), scalars.as_ptr(), scalars.len()) }
}
