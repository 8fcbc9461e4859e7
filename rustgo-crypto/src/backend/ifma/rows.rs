//! Rows of eight scalars, of which each lane adds up all positions of one.

use core::arch::x86_64::*;

use super::row::Row;
use super::select::select_at;
use super::word::Word;
use super::{GROUP, LANES, ROWS};
use crate::recoding::{extend, halve};
use crate::table::wide::{POSITIONS, TABLE, WINDOW};

/// Eight scalars, by word, and lane: (s + 2^258 - 1)/2 and so on, less the windows that are done.
struct Scalars([[u64; LANES]; 5]);

impl Scalars {
    /// The lowest window, which it takes off.
    ///
    /// # Safety
    ///
    /// The processor has AVX-512 F, VL and IFMA, BMI1 and BMI2.
    #[inline(always)]
    unsafe fn next_window(&mut self) -> __m512i {
        // SAFETY: as of this function; words are as long as a vector.
        unsafe {
            let mut above = _mm512_setzero_si512();
            for words in self.0.iter_mut().rev() {
                let word = _mm512_loadu_epi64(words.as_ptr().cast());
                let low = Word::shift_right::<WINDOW>(word);
                let next = _mm512_or_si512(low, Word::shift_left::<{ 64 - WINDOW }>(above));
                _mm512_storeu_epi64(words.as_mut_ptr().cast(), next);
                above = word;
            }
            above
        }
    }
}

/// Makes the entries of position 0 the points.
///
/// # Safety
///
/// As of `next_window`.
#[inline(never)]
#[target_feature(enable = "avx512f,avx512vl,avx512ifma,bmi1,bmi2")]
unsafe fn start(row: &mut Row, scalars: &mut Scalars) {
    // SAFETY: as of this function.
    unsafe { row.start(&select_at(&TABLE.0[0], scalars.next_window())) }
}

/// Adds the entries of a position to the points.
///
/// # Safety
///
/// As of `next_window`.
#[inline(never)]
#[target_feature(enable = "avx512f,avx512vl,avx512ifma,bmi1,bmi2")]
unsafe fn add(row: &mut Row, scalars: &mut Scalars, position: usize) {
    // SAFETY: as of this function.
    unsafe { row.add(&select_at(&TABLE.0[position % POSITIONS], scalars.next_window())) }
}

/// Multiplies the basepoint by the scalars.
///
/// # Safety
///
/// - `scalars` is valid for reads of `size` scalars, at most `GROUP`.
/// - As of `next_window`.
#[inline(never)]
#[target_feature(enable = "avx512f,avx512vl,avx512ifma,bmi1,bmi2")]
pub unsafe fn accumulate(rows: &mut [Row; ROWS], scalars: *const [u8; 32], size: usize) {
    let size = size.min(GROUP);
    // SAFETY: as of this function; words are as long as a vector.
    unsafe {
        let mut waiting = [const { Scalars([[0; LANES]; 5]) }; ROWS];
        for i in 0..size {
            let words = extend(halve(&scalars.add(i).read()));
            for (waiting, word) in waiting[i / LANES].0.iter_mut().zip(words) {
                waiting[i % LANES] = word;
            }
        }
        for position in 0..POSITIONS {
            // Row by row, while the entries are near.
            for (row, waiting) in rows.iter_mut().zip(&mut waiting).take(size.div_ceil(LANES)) {
                if position == 0 {
                    start(row, waiting);
                } else {
                    add(row, waiting, position);
                }
            }
        }
    }
}
