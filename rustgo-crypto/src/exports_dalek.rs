//! What hosts call: C symbols, a thin table over the Rust functions.

/// Multiplies the basepoint of edwards25519 by `scalar` and writes the compressed point to `dst`.
///
/// The scalar is any 256-bit little-endian integer; it acts modulo the order of the basepoint. Constant time.
/// `dst` may be `scalar`, or overlap it.
///
/// # Safety
///
/// - `scalar` is valid for reads of 32 bytes, `dst` for writes of 32 bytes. Neither needs an alignment.
#[rustgo_rt::export(stack = 8192)]
pub unsafe extern "C" fn scalar_base_mult(dst: *mut [u8; 32], scalar: *const [u8; 32]) {
    // SAFETY: the caller vouches for both pointers; arrays of bytes have alignment 1. The scalar is read before the
    // point is written, so that the two may overlap.
    unsafe { dst.write(crate::scalar_base_mult(&scalar.read())) }
}
