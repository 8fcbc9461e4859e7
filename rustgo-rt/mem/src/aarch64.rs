//! What arm64 brings to [`vectors`](super::vectors): NEON, which every such processor has.

use core::arch::aarch64 as intrinsics;

pub use super::vectors::{compare, copy, fill, fill_middle as fill_long};
use super::vectors::{copy_backward, copy_forward};

/// A vector of bytes.
pub use intrinsics::uint8x16_t as Register;
/// A vector of 16 bytes.
pub use intrinsics::uint8x16_t as Half;

/// `byte` in every place.
#[inline(always)]
pub fn splat(byte: u8) -> Register {
    // SAFETY: every arm64 processor has NEON.
    unsafe { intrinsics::vdupq_n_u8(byte) }
}

pub use splat as splat_half;

/// A byte of ones where the two are equal, of zeros where not.
#[inline(always)]
pub fn equal(a: Register, b: Register) -> Register {
    // SAFETY: every arm64 processor has NEON.
    unsafe { intrinsics::vceqq_u8(a, b) }
}

/// The bits that are set in both.
#[inline(always)]
pub fn and(a: Register, b: Register) -> Register {
    // SAFETY: every arm64 processor has NEON.
    unsafe { intrinsics::vandq_u8(a, b) }
}

/// Of a result of [`equal`], four bits for each byte that differs: NEON has no instruction that collects one bit per
/// byte, but a narrowing shift keeps half of each.
#[inline(always)]
pub fn differing(equal: Register) -> u64 {
    // SAFETY: every arm64 processor has NEON.
    unsafe {
        let halves = intrinsics::vshrn_n_u16::<4>(intrinsics::vreinterpretq_u16_u8(equal));
        !intrinsics::vget_lane_u64::<0>(intrinsics::vreinterpret_u64_u8(halves))
    }
}

/// The place of the first byte in a result of [`differing`] that isn't zero.
#[inline(always)]
pub fn first(differing: u64) -> usize {
    differing.trailing_zeros() as usize / 4
}

/// Copies more than eight vectors, in the direction in which no store overwrites what is still to be loaded.
///
/// # Safety
/// - As [`super::copy`].
#[inline(always)]
pub unsafe fn copy_long(dst: *mut u8, src: *const u8, n: usize) {
    // SAFETY: as the caller vouches.
    unsafe {
        if dst.addr().wrapping_sub(src.addr()) < n {
            copy_backward(dst, src, n);
        } else {
            copy_forward(dst, src, n);
        }
    }
}
