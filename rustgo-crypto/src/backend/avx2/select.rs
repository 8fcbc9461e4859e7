//! Table entries: of four positions of one table by masks, of one position of the other by permuting registers.

use core::arch::x86_64::*;

use super::LANES;
use super::field::{all, number};
use super::point::Entry4;
use crate::field::LIMBS;
use crate::table::{ENTRIES, SIDE_BY_SIDE, TABLE, WINDOW, wide};

/// How many times four positions fit into a row of the table.
const TURNS: usize = SIDE_BY_SIDE / LANES;

/// What windows of some bits select: which entry, and whether it is negative.
struct Choice {
    index: __m256i,
    negative: __m256i,
}

impl Choice {
    #[inline]
    #[target_feature(enable = "avx2,fma,bmi1,bmi2")]
    fn new(bits: u32, window: __m256i) -> Self {
        let window = _mm256_and_si256(window, all((1 << bits) - 1));
        let negative = _mm256_cmpgt_epi64(all(1 << (bits - 1)), window);
        let index = _mm256_xor_si256(window, negative);
        Self {
            index: _mm256_and_si256(index, all((1 << (bits - 1)) - 1)),
            negative,
        }
    }

    /// Writes limb k of the selected entries.
    #[inline]
    #[target_feature(enable = "avx2,fma,bmi1,bmi2")]
    fn write(&self, chosen: &mut Entry4, k: usize, [sum, difference, product]: [__m256i; 3]) {
        // -(x, y) = (-x, y): y + x and y - x are swapped, 2·d·x·y is negated.
        let swap = _mm256_and_si256(self.negative, _mm256_xor_si256(sum, difference));
        let sign = _mm256_and_pd(_mm256_castsi256_pd(self.negative), _mm256_set1_pd(-0.0));
        chosen.sum.0[k] = number(_mm256_xor_si256(sum, swap));
        chosen.difference.0[k] = number(_mm256_xor_si256(difference, swap));
        chosen.product.0[k] = _mm256_xor_pd(number(product), sign);
    }
}

/// The entries of the four positions from 4·i on that their windows select, with their signs. Reads all entries.
#[inline]
#[target_feature(enable = "avx2,fma,bmi1,bmi2")]
pub fn select(chosen: &mut Entry4, i: usize, windows: &[u8; LANES]) {
    let window = _mm256_cvtepu8_epi64(_mm_cvtsi32_si128(i32::from_le_bytes(*windows)));
    let choice = Choice::new(WINDOW, window);
    let mut masks = [choice.index; ENTRIES];
    for (entry, mask) in masks.iter_mut().enumerate() {
        *mask = _mm256_cmpeq_epi64(choice.index, all(entry as u64));
    }
    let row = &TABLE.0[i / TURNS];
    for k in 0..LIMBS {
        let mut words = [_mm256_setzero_si256(); 3];
        for (mask, entry) in masks.iter().zip(row) {
            for (q, word) in words.iter_mut().enumerate() {
                let positions = entry[LIMBS * q + k].as_chunks::<LANES>().0[i % TURNS].as_ptr();
                // SAFETY: the array has 32 bytes, as the vector has; the access needs no alignment.
                let loaded = unsafe { _mm256_loadu_si256(positions.cast()) };
                *word = _mm256_or_si256(*word, _mm256_and_si256(*mask, loaded));
            }
        }
        choice.write(chosen, k, words);
    }
}

/// The entries of one position that the windows of four scalars, the low six bits of each lane, select, with their
/// signs. Loads all entries.
#[inline]
#[target_feature(enable = "avx2,fma,bmi1,bmi2")]
pub fn select_at(chosen: &mut Entry4, row: &wide::Row, windows: &[u64; LANES]) {
    // SAFETY: the array has 32 bytes, as the vector has; the access needs no alignment.
    let window = unsafe { _mm256_loadu_si256(windows.as_ptr().cast()) };
    let choice = Choice::new(wide::WINDOW, window);
    let index = choice.index;
    // Of four entries in a register, the two halves of one.
    let low = _mm256_slli_epi64::<1>(_mm256_and_si256(index, all(3)));
    let halves = _mm256_or_si256(low, _mm256_slli_epi64::<32>(_mm256_or_si256(low, all(1))));
    // Of eight registers, one: by the higher bits, moved to where a blend reads them.
    let bits = [
        _mm256_slli_epi64::<61>(index),
        _mm256_slli_epi64::<60>(index),
        _mm256_slli_epi64::<59>(index),
    ];
    let bits = bits.map(|bit| _mm256_castsi256_pd(bit));
    for k in 0..LIMBS {
        let mut words = [_mm256_setzero_si256(); 3];
        for (q, word) in words.iter_mut().enumerate() {
            let registers = row[LIMBS * q + k].as_chunks::<LANES>().0;
            let of = |register: usize| {
                // SAFETY: the array has 32 bytes, as the vector has; the access needs no alignment.
                let entries = unsafe { _mm256_loadu_si256(registers[register].as_ptr().cast()) };
                _mm256_castsi256_pd(_mm256_permutevar8x32_epi32(entries, halves))
            };
            let two = |i: usize| _mm256_blendv_pd(of(i), of(i + 1), bits[0]);
            let four = |i: usize| _mm256_blendv_pd(two(i), two(i + 2), bits[1]);
            *word = _mm256_castpd_si256(_mm256_blendv_pd(four(0), four(4), bits[2]));
        }
        choice.write(chosen, k, words);
    }
}
