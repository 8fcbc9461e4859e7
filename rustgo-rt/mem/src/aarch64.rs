//! Vectors of AArch64 for [`vectors`](super::vectors): NEON, which every such processor has.

use core::arch::aarch64 as intrinsics;

use super::access::{Bytes, load, store};
use super::vectors::{self, Operations, Processor, copy_backward, copy_block, copy_forward, fill_middle};

/// See [`super::copy`].
#[inline(always)]
pub unsafe fn copy(dst: *mut u8, src: *const u8, n: usize) {
    // SAFETY: the caller guarantees n bytes at each pointer, which is what the called function needs.
    unsafe { vectors::copy::<AArch64>(dst, src, n) }
}

/// See [`super::fill`].
#[inline(always)]
pub unsafe fn fill(dst: *mut u8, byte: u8, n: usize) {
    // SAFETY: the caller guarantees n bytes, which is what the called function needs.
    unsafe { vectors::fill::<AArch64>(dst, byte, n) }
}

/// See [`super::compare`].
#[inline(always)]
pub unsafe fn compare(a: *const u8, b: *const u8, n: usize) -> i32 {
    // SAFETY: the caller guarantees n bytes at each pointer, which is what the called function needs.
    unsafe { vectors::compare::<AArch64>(a, b, n) }
}

/// NEON has one size of vectors.
type Register = intrinsics::uint8x16_t;

/// The result of a comparison has a byte of ones where the two are equal, and of zeros where they differ.
impl Operations for Register {
    #[inline(always)]
    fn splat(byte: u8) -> Self {
        // SAFETY: every arm64 processor has NEON.
        unsafe { intrinsics::vdupq_n_u8(byte) }
    }

    #[inline(always)]
    fn compared(a: Self, b: Self) -> Self {
        // SAFETY: every arm64 processor has NEON.
        unsafe { intrinsics::vceqq_u8(a, b) }
    }

    #[inline(always)]
    fn both(a: Self, b: Self) -> Self {
        // SAFETY: every arm64 processor has NEON.
        unsafe { intrinsics::vandq_u8(a, b) }
    }

    #[inline(always)]
    fn differs(compared: Self) -> bool {
        differing(compared) != 0
    }

    #[inline(always)]
    fn first(compared: Self) -> usize {
        differing(compared).trailing_zeros() as usize / 4
    }
}

/// A mask with four bits of ones for each byte that differs. NEON has no instruction that collects one bit per byte,
/// but a narrowing shift keeps half of each.
#[inline(always)]
fn differing(compared: Register) -> u64 {
    // SAFETY: every arm64 processor has NEON.
    unsafe {
        let halves = intrinsics::vshrn_n_u16::<4>(intrinsics::vreinterpretq_u16_u8(compared));
        !intrinsics::vget_lane_u64::<0>(intrinsics::vreinterpret_u64_u8(halves))
    }
}

/// AArch64, which has NEON.
enum AArch64 {}

const VECTOR: usize = AArch64::VECTOR;

impl Processor for AArch64 {
    type Least = Register;
    type Register = Register;

    /// Copies one to four times a vector's bytes, one or two vectors at each end: an instruction can access two.
    #[inline(always)]
    unsafe fn copy_few(dst: *mut u8, src: *const u8, n: usize) {
        type Vector = Bytes<Register>;
        // SAFETY: the caller guarantees n bytes at each pointer, and each branch stays within n bytes.
        unsafe {
            if n <= 2 * VECTOR {
                let (a, b): (Vector, Vector) = (load(src, 0), load(src, n - VECTOR));
                store(dst, 0, a);
                store(dst, n - VECTOR, b);
            } else {
                let (a, b): (Vector, Vector) = (load(src, 0), load(src, VECTOR));
                let (c, d): (Vector, Vector) = (load(src, n - 2 * VECTOR), load(src, n - VECTOR));
                store(dst, 0, a);
                store(dst, VECTOR, b);
                store(dst, n - 2 * VECTOR, c);
                store(dst, n - VECTOR, d);
            }
        }
    }

    /// Sets one to four times a vector's bytes, likewise.
    #[inline(always)]
    unsafe fn fill_few(dst: *mut u8, vector: Register, n: usize) {
        // SAFETY: the caller guarantees n bytes at each pointer, and each branch stays within n bytes.
        unsafe {
            if n <= 2 * VECTOR {
                store(dst, 0, vector);
                store(dst, n - VECTOR, vector);
            } else {
                store(dst, 0, vector);
                store(dst, VECTOR, vector);
                store(dst, n - 2 * VECTOR, vector);
                store(dst, n - VECTOR, vector);
            }
        }
    }

    /// Copies more than eight vectors, in the direction in which no store overwrites a byte that is still to be loaded.
    #[inline(always)]
    unsafe fn copy_long(dst: *mut u8, src: *const u8, n: usize) {
        // SAFETY: the caller guarantees n bytes at each pointer, which is what the called function needs.
        unsafe {
            if dst.addr().wrapping_sub(src.addr()) < n {
                copy_backward::<Self>(dst, src, n);
            } else {
                copy_forward::<Self>(dst, src, n);
            }
        }
    }

    #[inline(always)]
    unsafe fn copy_block_forward(dst: *mut u8, src: *const u8, offset: usize) {
        // SAFETY: the caller guarantees a block at each pointer, which is what the called function needs.
        unsafe { copy_block::<Self>(dst, src, offset) }
    }

    #[inline(always)]
    unsafe fn fill_long(dst: *mut u8, byte: u8, n: usize) {
        // SAFETY: the caller guarantees n bytes, more than two blocks, which is what the called function needs.
        unsafe { fill_middle::<Self>(dst, byte, n) }
    }
}
