//! Four entries of the table at a time, chosen by masks.

use core::arch::x86_64::*;

use super::LANES;
use super::field::{Field4, LOW26, all};
use super::point::Entry4;
use crate::field::{LIMBS, P};
use crate::table::{ENTRIES, SIDE_BY_SIDE, TABLE};

/// What windows choose, in lanes: which entry, and whether it is negative.
struct Choice {
    negative: __m256i,
    masks: [__m256i; ENTRIES],
}

impl Choice {
    #[inline]
    #[target_feature(enable = "avx2,bmi1,bmi2")]
    fn new(windows: &[u8; LANES]) -> Self {
        let window = _mm256_cvtepu8_epi64(_mm_cvtsi32_si128(i32::from_le_bytes(*windows)));
        let negative = _mm256_cmpgt_epi64(all(8), window);
        let index = _mm256_and_si256(_mm256_xor_si256(window, negative), all(7));
        let mut masks = [index; ENTRIES];
        for (entry, mask) in masks.iter_mut().enumerate() {
            *mask = _mm256_cmpeq_epi64(index, all(entry as u64));
        }
        Self { negative, masks }
    }

    /// Writes limb k of the chosen entries, given in limbs of 51 bits.
    #[inline]
    #[target_feature(enable = "avx2,bmi1,bmi2")]
    fn write(&self, chosen: &mut Entry4, k: usize, [sum, difference, product]: [__m256i; 3]) {
        // -(x, y) = (-x, y): y + x and y - x change places, 2·d·x·y changes its sign.
        let swap = _mm256_and_si256(self.negative, _mm256_xor_si256(sum, difference));
        split(&mut chosen.sum, k, _mm256_xor_si256(sum, swap));
        split(&mut chosen.difference, k, _mm256_xor_si256(difference, swap));
        let negated = _mm256_sub_epi64(all(2 * P[k]), product);
        split(
            &mut chosen.product.element,
            k,
            _mm256_blendv_epi8(product, negated, self.negative),
        );
    }
}

/// Splits limb k, of up to 52 bits, in two.
#[inline]
#[target_feature(enable = "avx2,bmi1,bmi2")]
fn split(element: &mut Field4, k: usize, limb: __m256i) {
    element.0[2 * k] = _mm256_and_si256(limb, all(LOW26));
    element.0[2 * k + 1] = _mm256_srli_epi64::<26>(limb);
}

/// Loads word by word, with `$load`, what every entry has, and keeps what the masks choose.
macro_rules! choose {
    ($choice:ident, $chosen:ident, $row:ident, $load:expr) => {
        for k in 0..LIMBS {
            let mut words = [_mm256_setzero_si256(); 3];
            for (mask, entry) in $choice.masks.iter().zip($row) {
                for (q, word) in words.iter_mut().enumerate() {
                    let loaded = $load(&entry[LIMBS * q + k]);
                    *word = _mm256_or_si256(*word, _mm256_and_si256(*mask, loaded));
                }
            }
            $choice.write($chosen, k, words);
        }
        $chosen.product.complete();
    };
}

/// The entries of the four positions from 4·i on that their windows choose, with their signs. Reads all of them.
#[inline]
#[target_feature(enable = "avx2,bmi1,bmi2")]
pub fn select(chosen: &mut Entry4, i: usize, windows: &[u8; LANES]) {
    const TURNS: usize = SIDE_BY_SIDE / LANES;
    let choice = Choice::new(windows);
    let row = &TABLE.0[i / TURNS];
    // SAFETY: as long as a vector.
    choose!(choice, chosen, row, |words: &[u64; SIDE_BY_SIDE]| unsafe {
        _mm256_loadu_si256(words.as_chunks::<LANES>().0[i % TURNS].as_ptr().cast())
    });
}

/// The entries of one position that the windows of four scalars choose. Reads all of them.
#[inline]
#[target_feature(enable = "avx2,bmi1,bmi2")]
pub fn select_at(chosen: &mut Entry4, position: usize, windows: &[u8; LANES]) {
    let choice = Choice::new(windows);
    let row = &TABLE.0[position / SIDE_BY_SIDE];
    choose!(choice, chosen, row, |words: &[u64; SIDE_BY_SIDE]| all(
        words[position % SIDE_BY_SIDE]
    ));
}
