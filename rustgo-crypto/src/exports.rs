//! The functions that hosts call: C symbols, a thin table over the Rust functions.
//!
//! An image can't detect its processor, because it has no variable to store the answer in. So each multiplication
//! exists several times, and the host selects one when it starts, by what the processor has (CPUID, leaf 7, subleaf 0,
//! EBX; FMA is in leaf 1, ECX) and by what the system saves when it switches tasks (XGETBV, if leaf 1 has OSXSAVE, ECX
//! bit 27):
//!
//! | suffix | processor | system: XCR0 |
//! | --- | --- | --- |
//! | none | any | |
//! | `_bmi2` | BMI1 (bit 3), BMI2 (bit 8), ADX (bit 19) | |
//! | `_avx2` | AVX2 (bit 5), FMA (bit 12), BMI1, BMI2 | bits 1 and 2 |
//! | `_ifma` | AVX512F (bit 16), AVX512IFMA (bit 21), AVX512VL (bit 31), AVX2, FMA, BMI1, BMI2 | bits 1, 2, 5, 6 and 7 |
//!
//! The last one whose conditions hold is the fastest. All return the same points, in constant time.
//!
//! `_avx2` computes with floating-point numbers, exactly in every rounding mode. It sets MXCSR's flag for inexact
//! results; floating-point exceptions have to be masked there, as they are when a program starts.

use crate::backend::serial;
use crate::batch::in_groups;

#[cfg(target_arch = "x86_64")]
mod x86_64;
#[cfg(target_arch = "x86_64")]
pub use x86_64::*;

/// Multiplies the basepoint of edwards25519 by `scalar` and writes the compressed point to `dst`.
///
/// The scalar is any 256-bit little-endian integer; it acts modulo the order of the basepoint. Constant time.
/// `dst` may be `scalar`, or overlap it.
///
/// # Safety
///
/// - `scalar` is valid for reads of 32 bytes, `dst` for writes of 32 bytes. Neither needs an alignment.
#[rustgo_rt::export(stack = 6144, no_panic)]
pub unsafe extern "C" fn scalar_base_mult(dst: *mut [u8; 32], scalar: *const [u8; 32]) {
    // SAFETY: the caller guarantees both pointers; arrays of bytes have alignment 1. The scalar is read before the
    // point is written, so that the two may overlap.
    unsafe { dst.write(serial::multiply(&scalar.read())) }
}

/// Multiplies the basepoint of edwards25519 by each of `count` scalars and writes the compressed points to `dst`.
///
/// The same points as of `scalar_base_mult`, sooner than one by one. `count` may be 0. Constant time: it depends on
/// `count` alone. `dst` may be `scalars`, or overlap them in any way.
///
/// # Safety
///
/// - `scalars` is valid for reads of 32·`count` bytes, `dst` for writes of 32·`count` bytes. Neither needs an alignment.
#[rustgo_rt::export(stack = 6144, no_panic)]
pub unsafe extern "C" fn scalar_base_mult_batch(dst: *mut [u8; 32], scalars: *const [u8; 32], count: usize) {
    // SAFETY: the caller guarantees `count` scalars and points at the pointers; `in_groups` stays within them.
    unsafe {
        in_groups::<{ serial::GROUP }>(dst, scalars, count, |dst, scalars, size| {
            serial::multiply_group(dst, scalars, size);
        });
    }
}
