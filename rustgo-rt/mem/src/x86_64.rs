//! What x86-64 brings to [`vectors`](super::vectors): SSE2, which every such processor has, or AVX2 or AVX-512 where the
//! guest is compiled for it; and for long ranges the string instructions, in steps of eight bytes, which need no
//! particular processor to be fast.
//!
//! Which processor runs the code can't be asked: an image has nowhere to keep the answer.

use core::arch::{asm, x86_64 as intrinsics};
use core::hint::cold_path;

use super::access::{Bytes, load, store};
use super::four;
use super::vectors::{
    BLOCK, Operations, VECTOR, align, copy_backward, copy_block, copy_forward, fill_middle,
};
pub use super::vectors::{compare, copy, fill};

// The smallest vectors, of 16 bytes, and the largest.
cfg_select! {
    target_feature = "avx512bw" => {
        pub use intrinsics::{__m128i as Least, __m512i as Register};
    }
    target_feature = "avx2" => {
        pub use intrinsics::{__m128i as Least, __m256i as Register};
    }
    _ => {
        pub use intrinsics::{__m128i as Least, __m128i as Register};
    }
}

macro_rules! operations {
    ($register:ident: $splat:ident, $compared:ident, $both:ident, $vector:ident => $differing:expr) => {
        impl Operations for intrinsics::$register {
            #[inline(always)]
            fn splat(byte: u8) -> Self {
                // SAFETY: the guest is compiled for processors that have the instruction.
                unsafe { intrinsics::$splat(byte as i8) }
            }

            #[inline(always)]
            fn compared(a: Self, b: Self) -> Self {
                // SAFETY: the guest is compiled for processors that have the instruction.
                unsafe { intrinsics::$compared(a, b) }
            }

            #[inline(always)]
            fn both(a: Self, b: Self) -> Self {
                // SAFETY: the guest is compiled for processors that have the instruction.
                unsafe { intrinsics::$both(a, b) }
            }

            #[inline(always)]
            fn differs($vector: Self) -> bool {
                // SAFETY: the guest is compiled for processors that have the instruction.
                let differing = unsafe { $differing };
                differing != 0
            }

            #[inline(always)]
            fn first($vector: Self) -> usize {
                // SAFETY: the guest is compiled for processors that have the instruction.
                let differing = unsafe { $differing };
                differing.trailing_zeros() as usize
            }
        }
    };
}

// A comparison has a byte of ones where the two are equal, of zeros where not.
operations!(__m128i: _mm_set1_epi8, _mm_cmpeq_epi8, _mm_and_si128,
    equal => !(intrinsics::_mm_movemask_epi8(equal) as u16));
#[cfg(target_feature = "avx2")]
operations!(__m256i: _mm256_set1_epi8, _mm256_cmpeq_epi8, _mm256_and_si256,
    equal => !(intrinsics::_mm256_movemask_epi8(equal) as u32));
// Here, zeros where the two are equal: AVX-512 would compare into mask registers, one at a time, but combines three
// vectors in one instruction.
#[cfg(target_feature = "avx512bw")]
operations!(__m512i: _mm512_set1_epi8, _mm512_xor_si512, _mm512_or_si512,
    different => intrinsics::_mm512_test_epi8_mask(different, different));

/// Copies one to four vectors' worth of bytes, without a branch.
///
/// # Safety
/// - As [`super::copy`].
#[inline(always)]
pub unsafe fn copy_few(dst: *mut u8, src: *const u8, n: usize) {
    // SAFETY: the caller guarantees n bytes at each pointer, which is what the called function needs.
    unsafe { four::copy::<Register>(dst, src, n) }
}

/// Sets one to four vectors' worth of bytes, without a branch.
///
/// # Safety
/// - As [`super::fill`].
#[inline(always)]
pub unsafe fn fill_few(dst: *mut u8, vector: Register, n: usize) {
    // SAFETY: the caller guarantees n bytes at each pointer, which is what the called function needs.
    unsafe { four::fill(dst, vector, n) }
}

/// From this many bytes on the string instructions make up for their start, of 10 ns: between what was measured on Zen 4,
/// where they then reach twice the SSE2 loop's 16 bytes per cycle (768 bytes), and on Zen 5, whose loop reaches 26 in
/// copies and 32 in fills (both 2000). With wider vectors they reach as much as the loop.
const STRING: usize = if VECTOR == 16 { 1536 } else { 8192 };
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
    // Goes with `&` below, since `&&` makes a branch whose likelihood the compiler forgets.
    let apart = ahead.wrapping_neg() >= n;
    // SAFETY: the caller guarantees n bytes at each pointer, which is what the called function needs.
    unsafe {
        if ahead < n || (ahead % PAGE < IN_FLIGHT && apart) {
            cold_path();
            copy_backward(dst, src, n);
        } else if apart & (n >= STRING) {
            cold_path();
            copy_string(dst, src, n);
        } else {
            copy_forward(dst, src, n);
        }
    }
}

/// Copies a block, vector by vector: Zen 5 then reaches 28 bytes per cycle with SSE2, and 22 with four loads before four
/// stores.
///
/// # Safety
/// - As [`copy_block`], and the destination doesn't lie in the source's range.
#[inline(always)]
pub unsafe fn copy_block_forward(dst: *mut u8, src: *const u8, offset: usize) {
    let mut i = offset;
    while i < offset + BLOCK {
        // SAFETY: the caller guarantees n bytes at each pointer, which is what the called function needs.
        unsafe { store(dst, i, load::<Bytes<Register>>(src, i)) };
        i += VECTOR;
    }
}

/// Copies between ranges that don't overlap: a block, by the string instruction what can be, and the last block.
#[inline(always)]
unsafe fn copy_string(dst: *mut u8, src: *const u8, n: usize) {
    let (start, words) = middle(dst, n);
    // SAFETY: `copy` guarantees n bytes. The direction flag is clear, as the C ABI has it at every call.
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
    // SAFETY: the caller guarantees n bytes. The direction flag is clear, as the C ABI has it at every call.
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

/// Where the string instruction starts, at the first start of a cache line past the first byte, and how many words of eight
/// bytes it takes to the last block or up to seven bytes into it.
#[inline(always)]
fn middle(dst: *mut u8, n: usize) -> (usize, usize) {
    const LINE: usize = 64;
    let start = LINE - dst.addr() % LINE;
    (start, (n - BLOCK - start).div_ceil(8))
}
