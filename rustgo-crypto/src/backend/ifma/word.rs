//! Operations on vectors of 64-bit words, of 256 or 512 bits, as the arithmetic needs them.

use core::arch::x86_64::*;

/// A vector of 64-bit words.
///
/// # Safety
///
/// All functions require AVX-512 F, VL and IFMA, and nothing else.
pub trait Word: Copy {
    /// The same word in all lanes.
    unsafe fn splat(x: u64) -> Self;
    unsafe fn add(a: Self, b: Self) -> Self;
    unsafe fn sub(a: Self, b: Self) -> Self;
    unsafe fn and(a: Self, b: Self) -> Self;
    unsafe fn shift_left<const BITS: u32>(a: Self) -> Self;
    unsafe fn shift_right<const BITS: u32>(a: Self) -> Self;
    /// sum + the low 52 bits of the product of the low 52 bits of a and b.
    unsafe fn add_low(sum: Self, a: Self, b: Self) -> Self;
    /// sum + the high 52 bits of the product of the low 52 bits of a and b.
    unsafe fn add_high(sum: Self, a: Self, b: Self) -> Self;
}

macro_rules! word {
    ($vector:ty, $splat:ident, $add:ident, $sub:ident, $and:ident, $left:ident, $right:ident, $low:ident, $high:ident) => {
        impl Word for $vector {
            #[inline(always)]
            unsafe fn splat(x: u64) -> Self {
                // SAFETY: the caller guarantees the features that the trait names, of which this intrinsic is.
                unsafe { $splat(x as i64) }
            }

            #[inline(always)]
            unsafe fn add(a: Self, b: Self) -> Self {
                // SAFETY: the caller guarantees the features that the trait names, of which this intrinsic is.
                unsafe { $add(a, b) }
            }

            #[inline(always)]
            unsafe fn sub(a: Self, b: Self) -> Self {
                // SAFETY: the caller guarantees the features that the trait names, of which this intrinsic is.
                unsafe { $sub(a, b) }
            }

            #[inline(always)]
            unsafe fn and(a: Self, b: Self) -> Self {
                // SAFETY: the caller guarantees the features that the trait names, of which this intrinsic is.
                unsafe { $and(a, b) }
            }

            #[inline(always)]
            unsafe fn shift_left<const BITS: u32>(a: Self) -> Self {
                // SAFETY: the caller guarantees the features that the trait names, of which this intrinsic is.
                unsafe { $left(a, Self::splat(BITS.into())) }
            }

            #[inline(always)]
            unsafe fn shift_right<const BITS: u32>(a: Self) -> Self {
                // SAFETY: the caller guarantees the features that the trait names, of which this intrinsic is.
                unsafe { $right(a, Self::splat(BITS.into())) }
            }

            #[inline(always)]
            unsafe fn add_low(sum: Self, a: Self, b: Self) -> Self {
                // SAFETY: the caller guarantees the features that the trait names, of which this intrinsic is.
                unsafe { $low(sum, a, b) }
            }

            #[inline(always)]
            unsafe fn add_high(sum: Self, a: Self, b: Self) -> Self {
                // SAFETY: the caller guarantees the features that the trait names, of which this intrinsic is.
                unsafe { $high(sum, a, b) }
            }
        }
    };
}

word!(
    __m256i,
    _mm256_set1_epi64x,
    _mm256_add_epi64,
    _mm256_sub_epi64,
    _mm256_and_si256,
    _mm256_sllv_epi64,
    _mm256_srlv_epi64,
    _mm256_madd52lo_epu64,
    _mm256_madd52hi_epu64
);
word!(
    __m512i,
    _mm512_set1_epi64,
    _mm512_add_epi64,
    _mm512_sub_epi64,
    _mm512_and_si512,
    _mm512_sllv_epi64,
    _mm512_srlv_epi64,
    _mm512_madd52lo_epu64,
    _mm512_madd52hi_epu64
);
