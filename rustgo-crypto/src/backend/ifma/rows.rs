//! Rows of eight scalars, of which each lane adds up all positions of one.
//!
//! The formulas of [`edwards`](crate::edwards), on memory, and multiplication by multiplication: one alone fills the
//! registers, and several in one piece of code leave most of it to spills.

use core::arch::x86_64::*;

use super::field::{Field, Product};
use super::select::select_at;
use super::table::{POSITIONS, TABLE, WINDOW};
use super::word::Word;
use super::{GROUP, LANES, ROWS};
use crate::edwards::{Entry, Lanes};
use crate::recoding::{extend, halve};
use crate::table::INVERSE_D;

/// X, Y, T and Z of a sum as products of two of E, F, G and H.
const PRODUCTS: [(usize, usize); 4] = [(0, 1), (2, 3), (0, 3), (1, 2)];

type Field8 = Field<__m512i>;
type Product8 = Product<__m512i>;

/// What the lanes of eight scalars have added up.
pub struct Row {
    /// X, Y, T and Z with x = X/Z, y = Y/Z, x·y = T/Z.
    point: [Product8; 4],
}

impl Row {
    /// # Safety
    ///
    /// The processor has AVX-512 F, VL and IFMA, BMI1 and BMI2; so for the other functions.
    #[inline(always)]
    pub unsafe fn identity() -> Self {
        // SAFETY: as of this function.
        unsafe {
            let zero = Field8::product(&Field8::splat(&[0; 5]));
            let one = Field8::product(&Field8::splat(&[1, 0, 0, 0, 0]));
            Self {
                point: [zero, one, zero, one],
            }
        }
    }

    #[inline(always)]
    pub unsafe fn x(&self) -> Field8 {
        // SAFETY: as of `identity`.
        unsafe { Field8::carry(&self.point[0]) }
    }

    #[inline(always)]
    pub unsafe fn y(&self) -> Field8 {
        // SAFETY: as of `identity`.
        unsafe { Field8::carry(&self.point[1]) }
    }

    #[inline(always)]
    pub unsafe fn z(&self) -> Field8 {
        // SAFETY: as of `identity`.
        unsafe { Field8::carry(&self.point[3]) }
    }

    /// Makes the entries of position 0 the points, with Z = 2.
    #[inline(never)]
    #[target_feature(enable = "avx512f,avx512vl,avx512ifma,bmi1,bmi2")]
    unsafe fn start(&mut self, scalars: &mut Scalars) {
        // SAFETY: as of `identity`.
        unsafe {
            let entry = select_at(&TABLE.0[0], scalars.next_window());
            let (sum, difference) = (Field8::product(&entry.sum), Field8::product(&entry.difference));
            self.point = [
                Field8::product(&Field8::sub(&sum, &difference)),
                Field8::product(&Field8::add(&sum, &difference)),
                Field8::mul(&entry.product, &Field8::splat(&INVERSE_D)),
                Field8::product(&Field8::splat(&[2, 0, 0, 0, 0])),
            ];
        }
    }

    /// Adds the entries to the points: 7 multiplications.
    #[inline(never)]
    #[target_feature(enable = "avx512f,avx512vl,avx512ifma,bmi1,bmi2")]
    unsafe fn add(&mut self, scalars: &mut Scalars, position: usize) {
        // SAFETY: as of `identity`.
        unsafe {
            let Entry {
                sum,
                difference,
                product,
            } = select_at(&TABLE.0[position % POSITIONS], scalars.next_window());
            let [x, y, t, _] = &self.point;
            let (minus, plus, t) = (Field8::sub(y, x), Field8::add(y, x), Field8::carry(t));
            let mut factors = [difference, sum, product, minus, plus, t];
            for i in 0..3 {
                self.point[i] = Field8::mul(&factors[i], &factors[i + 3]);
            }
            let [a, b, c, z] = &self.point;
            // E, F, G and H.
            factors[0] = Field8::sub(b, a);
            factors[1] = Field8::double_sub(z, c);
            factors[2] = Field8::double_add(z, c);
            factors[3] = Field8::add(b, a);
            for i in 0..4 {
                let (j, k) = PRODUCTS[i];
                self.point[i] = Field8::mul(&factors[j % 4], &factors[k % 4]);
            }
        }
    }
}

/// Eight scalars, by word, and lane: (s + 2^258 - 1)/2 and so on, less the windows that are done.
struct Scalars([[u64; LANES]; 5]);

impl Scalars {
    /// The lowest window, which it takes off.
    ///
    /// # Safety
    ///
    /// As of `Row::identity`.
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

/// Multiplies the basepoint by the scalars.
///
/// # Safety
///
/// - `scalars` is valid for reads of `size` scalars, at most `GROUP`.
/// - As of `Row::identity`.
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
                    row.start(waiting);
                } else {
                    row.add(waiting, position);
                }
            }
        }
    }
}
