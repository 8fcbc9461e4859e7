//! Rows of four scalars, of which each lane adds up all positions of one.

use core::arch::x86_64::*;
use core::mem::MaybeUninit;

use super::LANES;
use super::point::Workspace;
use super::select::select_at;
use crate::compression::Projective;
use crate::recoding::{extend, halve};
use crate::table::wide::{POSITIONS, TABLE, WINDOW};

/// Four scalars, by word, and lane: (s + 2^258 - 1)/2 and so on, less the windows that are done.
struct Scalars([[u64; LANES]; 5]);

impl Scalars {
    /// The lowest window, with what is above, which it takes off.
    #[inline]
    #[target_feature(enable = "avx2,fma,bmi1,bmi2")]
    fn next_window(&mut self) -> __m256i {
        let mut above = _mm256_setzero_si256();
        for words in self.0.iter_mut().rev() {
            let words = words.as_mut_ptr().cast();
            // SAFETY: words are as long as a vector.
            unsafe {
                let word = _mm256_loadu_si256(words);
                let low = _mm256_srli_epi64::<{ WINDOW as i32 }>(word);
                let next = _mm256_or_si256(low, _mm256_slli_epi64::<{ 64 - WINDOW as i32 }>(above));
                _mm256_storeu_si256(words, next);
                above = word;
            }
        }
        above
    }
}

/// Multiplies the basepoint by up to four scalars.
///
/// # Safety
///
/// - `scalars` is valid for reads of `count` scalars.
/// - The processor has AVX2, FMA, BMI1 and BMI2, and the system saves its vectors.
#[inline(never)]
#[target_feature(enable = "avx2,fma,bmi1,bmi2")]
pub unsafe fn multiply(points: &mut [Projective; LANES], scalars: *const [u8; 32], count: usize) {
    let mut waiting = Scalars([[0; LANES]; 5]);
    for i in 0..count.min(LANES) {
        // SAFETY: as of this function.
        let words = extend(halve(&unsafe { scalars.add(i).read() }));
        for (waiting, word) in waiting.0.iter_mut().zip(words) {
            waiting[i] = word;
        }
    }
    let mut workspace = MaybeUninit::<Workspace>::uninit();
    // SAFETY: numbers, of which each is written before it is read.
    let workspace = unsafe { workspace.assume_init_mut() };
    for position in 0..POSITIONS {
        select_at(&mut workspace.entry, &TABLE.0[position], waiting.next_window());
        if position == 0 {
            workspace.start();
        } else {
            workspace.add();
        }
    }
    let Workspace { x, y, z, .. } = workspace;
    for (point, x) in points.iter_mut().zip(x.elements()) {
        point.x = x;
    }
    for (point, y) in points.iter_mut().zip(y.elements()) {
        point.y = y;
    }
    for (point, z) in points.iter_mut().zip(z.elements()) {
        point.z = z;
    }
}
