//! What x86-64 brings to [`vectors`](super::vectors): SSE2, which every such processor has, or AVX2 where the guest
//! is compiled for it; and for long ranges the string instructions, in steps of eight bytes, which need no
//! particular processor to be fast.
//!
//! Which processor runs the code can't be asked: an image has nowhere to keep the answer.

use core::arch::{asm, x86_64 as intrinsics};

use super::vectors::{BLOCK, VECTOR, copy_backward, copy_block, copy_forward, fill_middle};
pub use super::vectors::{compare, copy, fill};

/// A vector of 16 bytes.
pub use intrinsics::__m128i as Half;

/// 16 times `byte`.
#[inline(always)]
pub fn splat_half(byte: u8) -> Half {
    // SAFETY: every x86-64 processor has SSE2.
    unsafe { intrinsics::_mm_set1_epi8(byte as i8) }
}

macro_rules! operations {
    ($register:ident, $splat:ident, $equal:ident, $and:ident, $mask:ident) => {
        /// A vector of bytes.
        pub use intrinsics::$register as Register;

        /// `byte` in every place.
        #[inline(always)]
        pub fn splat(byte: u8) -> Register {
            // SAFETY: the guest is compiled for processors that have the instruction.
            unsafe { intrinsics::$splat(byte as i8) }
        }

        /// A byte of ones where the two are equal, of zeros where not.
        #[inline(always)]
        pub fn equal(a: Register, b: Register) -> Register {
            // SAFETY: the guest is compiled for processors that have the instruction.
            unsafe { intrinsics::$equal(a, b) }
        }

        /// The bits that are set in both.
        #[inline(always)]
        pub fn and(a: Register, b: Register) -> Register {
            // SAFETY: the guest is compiled for processors that have the instruction.
            unsafe { intrinsics::$and(a, b) }
        }

        /// Of a result of [`equal`], a bit for each byte that differs.
        #[inline(always)]
        pub fn differing(equal: Register) -> u32 {
            const ALL: u32 = u32::MAX >> (32 - VECTOR);
            // SAFETY: the guest is compiled for processors that have the instruction.
            unsafe { intrinsics::$mask(equal) as u32 ^ ALL }
        }
    };
}

#[cfg(not(target_feature = "avx2"))]
operations!(
    __m128i,
    _mm_set1_epi8,
    _mm_cmpeq_epi8,
    _mm_and_si128,
    _mm_movemask_epi8
);
#[cfg(target_feature = "avx2")]
operations!(
    __m256i,
    _mm256_set1_epi8,
    _mm256_cmpeq_epi8,
    _mm256_and_si256,
    _mm256_movemask_epi8
);

/// The place of the first byte in a result of [`differing`] that isn't zero.
#[inline(always)]
pub fn first(differing: u32) -> usize {
    differing.trailing_zeros() as usize
}

/// From this many bytes on the string instructions make up for their start, of 10 ns: between what was measured on Zen 4,
/// where they then reach twice the SSE2 loop's 16 bytes per cycle (768 bytes), and on Zen 5, whose loop reaches 23 in
/// copies and 32 in fills (1536 and 2048). With AVX2 they reach as much as the loop.
const STRING: usize = if VECTOR == 16 { 1280 } else { 8192 };
/// A load and an earlier store whose addresses agree modulo this look alike to the processor, and the load waits.
const PAGE: usize = 4096;
/// Bytes that may be on their way to the cache while a loop loads on.
const IN_FLIGHT: usize = 512;

/// Copies more than eight vectors, in the direction that keeps loads away from stores just made: those to the same
/// address, which would be wrong, and those to the same place in another page, which would be slow.
///
/// # Safety
/// - As [`super::copy`].
#[inline(always)]
pub unsafe fn copy_long(dst: *mut u8, src: *const u8, n: usize) {
    let ahead = dst.addr().wrapping_sub(src.addr());
    let apart = ahead >= n && ahead.wrapping_neg() >= n;
    // SAFETY: as the caller vouches.
    unsafe {
        if ahead < n || (apart && ahead % PAGE < IN_FLIGHT) {
            copy_backward(dst, src, n);
        } else if apart && n >= STRING {
            copy_string(dst, src, n);
        } else {
            copy_forward(dst, src, n);
        }
    }
}

/// Copies between ranges that don't overlap: a block, by the string instruction what can be, and the last block.
#[inline(always)]
unsafe fn copy_string(dst: *mut u8, src: *const u8, n: usize) {
    let (start, words) = middle(dst, n);
    // SAFETY: as in `copy`. The direction flag is clear, as the C ABI has it at every call.
    unsafe {
        copy_block(dst, src, 0);
        align();
        asm!("rep movsq", inout("rcx") words => _, inout("rdi") dst.wrapping_add(start) => _,
            inout("rsi") src.wrapping_add(start) => _, options(nostack, preserves_flags));
        copy_block(dst, src, n - BLOCK);
    }
}

/// Sets what lies between the first block and the last one, which are set already.
///
/// # Safety
/// - `dst` is writable for `n` bytes, more than two blocks.
#[inline(always)]
pub unsafe fn fill_long(dst: *mut u8, byte: u8, n: usize) {
    // SAFETY: as the caller vouches. The direction flag is clear, as the C ABI has it at every call.
    unsafe {
        if n < STRING {
            return fill_middle(dst, byte, n);
        }
        let (start, words) = middle(dst, n);
        align();
        asm!("rep stosq", inout("rcx") words => _, inout("rdi") dst.wrapping_add(start) => _,
            in("rax") byte as u64 * 0x0101_0101_0101_0101, options(nostack, preserves_flags));
    }
}

/// Aligns the function that this is part of to a cache line: a section is aligned as the strictest thing in it. Short
/// calls then take the same time wherever the linker puts the function; on Zen 4 it is worth a tenth to some of them.
#[inline(always)]
fn align() {
    // SAFETY: a directive to the assembler, which pads with instructions that do nothing.
    unsafe { asm!(".p2align 6", options(nomem, nostack, preserves_flags)) }
}

/// Where the string instruction starts, at the first start of a cache line past the first byte, and how many words of eight
/// bytes it takes to the last block or up to seven bytes into it.
#[inline(always)]
fn middle(dst: *mut u8, n: usize) -> (usize, usize) {
    const LINE: usize = 64;
    let start = LINE - dst.addr() % LINE;
    (start, (n - BLOCK - start).div_ceil(8))
}
