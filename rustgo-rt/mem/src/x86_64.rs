//! Vectors of x86-64 for [`vectors`](super::vectors): SSE2, which every such processor has, or AVX2 or AVX-512 if the
//! guest is compiled for it. Long ranges use the string instructions in steps of eight bytes, which are fast on every
//! processor.
//!
//! The code can't ask which processor it runs on, because an image has nowhere to store the answer.

use core::arch::{asm, x86_64 as intrinsics};
use core::hint::cold_path;

use super::access::{Bytes, load, store};
use super::overlapping;
use super::vectors::{
    self, Operations, Processor, align, copy_backward, copy_block, copy_forward, fill_middle,
};

/// See [`super::copy`].
#[inline(always)]
pub unsafe fn copy(dst: *mut u8, src: *const u8, n: usize) {
    // SAFETY: the caller guarantees n bytes at each pointer, which is what the called function needs.
    unsafe { vectors::copy::<X86_64>(dst, src, n) }
}

/// See [`super::fill`].
#[inline(always)]
pub unsafe fn fill(dst: *mut u8, byte: u8, n: usize) {
    // SAFETY: the caller guarantees n bytes, which is what the called function needs.
    unsafe { vectors::fill::<X86_64>(dst, byte, n) }
}

/// See [`super::compare`].
#[inline(always)]
pub unsafe fn compare(a: *const u8, b: *const u8, n: usize) -> i32 {
    // SAFETY: the caller guarantees n bytes at each pointer, which is what the called function needs.
    unsafe { vectors::compare::<X86_64>(a, b, n) }
}

// The smallest vectors, of 16 bytes, and the largest that the guest is compiled for.
cfg_select! {
    target_feature = "avx512bw" => {
        use intrinsics::{__m128i as Least, __m512i as Register};
    }
    target_feature = "avx2" => {
        use intrinsics::{__m128i as Least, __m256i as Register};
    }
    _ => {
        use intrinsics::{__m128i as Least, __m128i as Register};
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

// The result of a comparison has a byte of ones where the two are equal, and of zeros where they differ.
operations!(__m128i: _mm_set1_epi8, _mm_cmpeq_epi8, _mm_and_si128,
    equal => !(intrinsics::_mm_movemask_epi8(equal) as u16));
#[cfg(target_feature = "avx2")]
operations!(__m256i: _mm256_set1_epi8, _mm256_cmpeq_epi8, _mm256_and_si256,
    equal => !(intrinsics::_mm256_movemask_epi8(equal) as u32));
// Here the result has zeros where the two are equal. AVX-512 compares into mask registers, which would take one
// instruction each, but it combines three vectors in one instruction.
#[cfg(target_feature = "avx512bw")]
operations!(__m512i: _mm512_set1_epi8, _mm512_xor_si512, _mm512_or_si512,
    different => intrinsics::_mm512_test_epi8_mask(different, different));

/// The length from which on the string instructions pay for their start-up time of 10 ns. On Zen 4, where they reach
/// twice the SSE2 loop's 16 bytes per cycle, that was measured at 768 bytes; on Zen 5, whose loop reaches 26 bytes in
/// copies and 32 in fills, at 2000. This is between the two. With wider vectors the loop is as fast as they are.
const STRING: usize = if VECTOR == 16 { 1536 } else { 8192 };
/// A load waits for an earlier store whose address is equal modulo this: the processor takes the two for the same.
const PAGE: usize = 4096;
/// Bytes of stores that may be in flight to the cache while a loop goes on loading.
const IN_FLIGHT: usize = 512;

/// x86-64, with the largest vectors that the guest is compiled for.
enum X86_64 {}

const VECTOR: usize = X86_64::VECTOR;
const BLOCK: usize = X86_64::BLOCK;

impl Processor for X86_64 {
    type Least = Least;
    type Register = Register;

    /// Copies one to four times a vector's bytes, without a branch.
    #[inline(always)]
    unsafe fn copy_few(dst: *mut u8, src: *const u8, n: usize) {
        // SAFETY: the caller guarantees n bytes at each pointer, which is what the called function needs.
        unsafe { overlapping::copy::<Register>(dst, src, n) }
    }

    /// Sets one to four times a vector's bytes, without a branch.
    #[inline(always)]
    unsafe fn fill_few(dst: *mut u8, vector: Register, n: usize) {
        // SAFETY: the caller guarantees n bytes at each pointer, which is what the called function needs.
        unsafe { overlapping::fill(dst, vector, n) }
    }

    /// Copies more than eight vectors, in the direction that keeps loads away from recent stores: to the same address,
    /// where the result would be wrong, and to the same offset in another page, where the load would wait.
    #[inline(always)]
    unsafe fn copy_long(dst: *mut u8, src: *const u8, n: usize) {
        let ahead = dst.addr().wrapping_sub(src.addr());
        // `&` instead of `&&`, which makes a branch whose likelihood the compiler forgets.
        let apart = ahead.wrapping_neg() >= n;
        // SAFETY: the caller guarantees n bytes at each pointer, which is what the called function needs.
        unsafe {
            if ahead < n || (ahead % PAGE < IN_FLIGHT && apart) {
                cold_path();
                copy_backward::<Self>(dst, src, n);
            } else if apart & (n >= STRING) {
                cold_path();
                copy_string(dst, src, n);
            } else {
                copy_forward::<Self>(dst, src, n);
            }
        }
    }

    /// Copies a block vector by vector. On Zen 5 with SSE2 that reaches 28 bytes per cycle; four loads before four stores
    /// reach 22.
    #[inline(always)]
    unsafe fn copy_block_forward(dst: *mut u8, src: *const u8, offset: usize) {
        let mut i = offset;
        while i < offset + BLOCK {
            // SAFETY: the caller guarantees n bytes at each pointer, which is what the called function needs.
            unsafe { store(dst, i, load::<Bytes<Register>>(src, i)) };
            i += VECTOR;
        }
    }

    /// Sets the bytes between the first block and the last one, which are set already.
    #[inline(always)]
    unsafe fn fill_long(dst: *mut u8, byte: u8, n: usize) {
        // SAFETY: the caller guarantees n bytes. The C ABI guarantees that the direction flag is clear.
        unsafe {
            if n < STRING {
                return fill_middle::<Self>(dst, byte, n);
            }
            let (start, words) = middle(dst, n);
            align();
            asm!("rep stosq", inout("rcx") words => _, inout("rdi") dst.wrapping_add(start) => _,
                in("rax") byte as u64 * 0x0101_0101_0101_0101, options(nostack, preserves_flags));
        }
    }
}

/// Copies between ranges that don't overlap: the first block, the middle by the string instruction, and the last block.
#[inline(always)]
unsafe fn copy_string(dst: *mut u8, src: *const u8, n: usize) {
    let (start, words) = middle(dst, n);
    // SAFETY: `copy` guarantees n bytes. The C ABI guarantees that the direction flag is clear.
    unsafe {
        copy_block::<X86_64>(dst, src, 0);
        align();
        asm!("rep movsq", inout("rcx") words => _, inout("rdi") dst.wrapping_add(start) => _,
            inout("rsi") src.wrapping_add(start) => _, options(nostack, preserves_flags));
        copy_block::<X86_64>(dst, src, n - BLOCK);
    }
}

/// Where the string instruction starts, the first start of a cache line after the first byte; and how many words of
/// eight bytes it handles, up to the last block or at most seven bytes into it.
#[inline(always)]
fn middle(dst: *mut u8, n: usize) -> (usize, usize) {
    const LINE: usize = 64;
    let start = LINE - dst.addr() % LINE;
    (start, (n - BLOCK - start).div_ceil(8))
}
