//! Edwards25519 fixed-base multiplication: a scalar times the basepoint, as a compressed point.
//!
//! This crate is a rustgo guest: `cargo rustgo build` turns its [exports] into something that Go, C and assembly
//! call. It is a Rust library as well; turn its default feature `guest` off for that, as it brings the panic handler
//! that only a guest may have:
//!
//! ```toml
//! rustgo-crypto = { version = "0.1", default-features = false }
//! ```
//!
//! ```
//! let scalar = [7; 32];
//! let point: [u8; 32] = rustgo_crypto::scalar_base_mult(&scalar);
//! # assert_ne!(point, scalar);
//! ```
//!
//! # Feature `kernels`
//!
//! Own kernels in place of dalek's, for the baseline, BMI2, AVX2 and AVX-512 IFMA, and in batches. They are compared with
//! dalek in `tests/kernels.rs`; hosts do not choose among them yet, so the feature is off.
//!
//! # Who should not use it
//!
//! Who wants signatures or key agreement: use `ed25519-dalek` or `x25519-dalek`, which are built on this operation and
//! get the rest right too.
//!
//! # What is not protected
//!
//! Time and memory addresses do not depend on the scalar. What a scalar leaves behind on the stack and in registers
//! is not wiped.
#![no_std]

#[cfg(not(feature = "kernels"))]
#[path = "exports_dalek.rs"]
pub mod exports;
#[cfg(feature = "kernels")]
pub mod exports;

#[cfg(feature = "kernels")]
mod backend;
#[cfg(feature = "kernels")]
mod batch;
#[cfg(feature = "kernels")]
mod compression;
#[cfg(feature = "kernels")]
mod edwards;
#[cfg(feature = "kernels")]
mod field;
#[cfg(feature = "kernels")]
mod inversion;
#[cfg(feature = "kernels")]
mod recoding;
#[cfg(feature = "kernels")]
mod table;

use curve25519_dalek::{EdwardsPoint, Scalar};

/// Multiplies the basepoint of edwards25519 by `scalar` and returns the compressed point (RFC 8032, section 5.1.2).
///
/// The scalar is any 256-bit little-endian integer; it acts modulo the order of the basepoint,
/// ℓ = 2^252 + 27742317777372353535851937790883648493. Constant time.
pub fn scalar_base_mult(scalar: &[u8; 32]) -> [u8; 32] {
    EdwardsPoint::mul_base(&Scalar::from_bytes_mod_order(*scalar))
        .compress()
        .to_bytes()
}
