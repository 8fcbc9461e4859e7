//! The multiplication of edwards25519's basepoint, by the crate
//! [curve25519-dalek](https://docs.rs/curve25519-dalek).
#![no_std]
use curve25519_dalek::{EdwardsPoint, Scalar};

/// Multiplies the basepoint of edwards25519 by `scalar` and writes the compressed point to `dst`.
///
/// The scalar is any 256-bit little-endian integer; it acts modulo the order of the basepoint. Constant time.
/// `dst` may be `scalar`.
///
/// # Safety
///
/// - `scalar` is valid for reads of 32 bytes, `dst` for writes of 32 bytes.
#[rustgo_rt::export]
pub unsafe extern "C" fn scalar_base_mult(dst: *mut [u8; 32], scalar: *const [u8; 32]) {
    // SAFETY: the caller guarantees 32 readable bytes, which are read before the point is written: both may overlap.
    let scalar = Scalar::from_bytes_mod_order(unsafe { scalar.read() });
    // SAFETY: the caller guarantees 32 writable bytes.
    unsafe { dst.write(EdwardsPoint::mul_base(&scalar).compress().to_bytes()) }
}
