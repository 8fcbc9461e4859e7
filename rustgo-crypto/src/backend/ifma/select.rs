//! Table entries: of eight positions of one table by masks, of one position of the other by permuting registers.

use core::arch::x86_64::*;

use super::LANES;
use super::field::Field;
use crate::edwards::Entry;
use crate::field::{LIMBS, P};
use crate::table::{self, ENTRIES, wide};

/// The entries of eight positions that their windows select, with their signs. Loads all entries.
///
/// # Safety
///
/// AVX-512 F.
#[inline(always)]
pub unsafe fn select(row: &table::Row, windows: &[u8; LANES]) -> Entry<Field<__m512i>> {
    // SAFETY: the caller guarantees AVX-512F, VL and IFMA, which the called functions need; eight words fill a vector.
    unsafe {
        let window = _mm512_cvtepu8_epi64(_mm_cvtsi64_si128(i64::from_le_bytes(*windows)));
        let negative = _mm512_cmplt_epi64_mask(window, _mm512_set1_epi64(8));
        let positive = _mm512_sub_epi64(window, _mm512_set1_epi64(8));
        let index = _mm512_mask_sub_epi64(positive, negative, _mm512_set1_epi64(7), window);
        let mut limbs = [[_mm512_setzero_si512(); LIMBS]; 3];
        let mut entry = 0;
        while entry < ENTRIES {
            let mask = _mm512_cmpeq_epi64_mask(index, _mm512_set1_epi64(entry as i64));
            let mut q = 0;
            while q < 3 {
                let mut k = 0;
                while k < LIMBS {
                    let words = row[entry][LIMBS * q + k].as_ptr().cast();
                    limbs[q][k] = _mm512_mask_loadu_epi64(limbs[q][k], mask, words);
                    k += 1;
                }
                q += 1;
            }
            entry += 1;
        }
        entry_of(limbs, negative)
    }
}

/// The selected entries with their signs.
///
/// # Safety
///
/// AVX-512 F.
#[inline(always)]
unsafe fn entry_of(
    [sum, difference, product]: [[__m512i; LIMBS]; 3],
    negative: __mmask8,
) -> Entry<Field<__m512i>> {
    // SAFETY: the caller guarantees AVX-512F, VL and IFMA, which the called functions need.
    unsafe {
        // -(x, y) = (-x, y): y + x and y - x are swapped, 2·d·x·y is negated.
        Entry {
            sum: Field(each_limb!(
                I,
                _mm512_mask_mov_epi64(sum[I], negative, difference[I])
            )),
            difference: Field(each_limb!(
                I,
                _mm512_mask_mov_epi64(difference[I], negative, sum[I])
            )),
            product: Field(each_limb!(I, {
                let twice_p = _mm512_set1_epi64(2 * P[I] as i64);
                _mm512_mask_sub_epi64(product[I], negative, twice_p, product[I])
            })),
        }
    }
}

/// The entries of one position that the windows of eight scalars, the low six bits of each lane, select, with their
/// signs. Loads all entries.
///
/// # Safety
///
/// AVX-512 F.
#[inline(always)]
pub unsafe fn select_at(row: &wide::Row, windows: &[u64; LANES]) -> Entry<Field<__m512i>> {
    // SAFETY: the caller guarantees AVX-512F, VL and IFMA, which the called functions need; 32 words fill four.
    unsafe {
        let window = _mm512_loadu_epi64(windows.as_ptr().cast());
        let negative = _mm512_testn_epi64_mask(window, _mm512_set1_epi64(32));
        // Permutations use the low four bits only. Those of a negative window are inverted.
        let index = _mm512_mask_xor_epi64(window, negative, window, _mm512_set1_epi64(-1));
        let upper = _mm512_test_epi64_mask(index, _mm512_set1_epi64(16));
        let mut limbs = [[_mm512_setzero_si512(); LIMBS]; 3];
        let mut q = 0;
        while q < 3 {
            let mut k = 0;
            while k < LIMBS {
                let words = row[LIMBS * q + k].as_ptr().cast::<i64>();
                let (word0, word1) = (_mm512_loadu_epi64(words), _mm512_loadu_epi64(words.add(8)));
                let (word2, word3) = (
                    _mm512_loadu_epi64(words.add(16)),
                    _mm512_loadu_epi64(words.add(24)),
                );
                let low = _mm512_permutex2var_epi64(word0, index, word1);
                let high = _mm512_permutex2var_epi64(word2, index, word3);
                limbs[q][k] = _mm512_mask_mov_epi64(low, upper, high);
                k += 1;
            }
            q += 1;
        }
        entry_of(limbs, negative)
    }
}
