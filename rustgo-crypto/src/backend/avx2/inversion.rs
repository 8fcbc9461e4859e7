//! Inversion with its numbers f, g, d and e in four lanes. That leaves the general-purpose registers to the divsteps, a
//! chain of dependent instructions, which would be slower on vectors: processors may take two cycles for each.

use core::arch::x86_64::*;

use crate::field::FieldElement;
use crate::inversion::{self, Half, Matrix, Numbers, P_INVERSE, ROUND, Signed};

/// The inverse, and 0 for 0.
#[inline(never)]
#[target_feature(enable = "avx2,bmi1,bmi2")]
pub fn invert(x: &FieldElement) -> FieldElement {
    // SAFETY: this function enables AVX2, which is all that `Vector` requires.
    unsafe { inversion::invert::<Vector>(x) }
}

/// Signed numbers in nine limbs of 30 bits, all but the last in [0, 2^30): limb i of f, g, d and e in vector i.
///
/// Between rounds every limb but the last may have bits above the low 30. They are masked right before the
/// multiplications, where the compiler sees it: otherwise it uses wider multiplications.
struct Vector {
    limbs: [__m256i; 9],
    /// f and g modulo 2^60, and the 60 bits above, which the next divsteps need before the vectors have them.
    low: [i64; 2],
    above: [i64; 2],
    /// The matrix still to be applied to f, g, d and e, and the products before they are divided.
    matrix: Matrix,
    columns: [__m256i; 10],
}

const BITS: i32 = ROUND as i32 / 2;
const MASK: i64 = (1 << BITS) - 1;

/// AVX2 has no arithmetic shift of 64-bit words: a column is made positive first, and the next one corrects that.
const BIAS: i64 = 1 << 62;
const NEXT_BIAS: i64 = BIAS - (BIAS >> BITS);

/// Evaluates something for each limb, without a loop: in a loop the compiler does not see that factors have 32 bits,
/// and uses multiplications of 64.
macro_rules! for_each_limb {
    ($i:ident, $e:expr) => {
        for_each_limb!($i, $e, 0, 1, 2, 3, 4, 5, 6, 7, 8)
    };
    ($i:ident, $e:expr, $($n:literal),*) => {
        $({
            const $i: usize = $n;
            $e
        })*
    };
}

#[inline(always)]
unsafe fn all(x: i64) -> __m256i {
    // SAFETY: the caller guarantees AVX2.
    unsafe { _mm256_set1_epi64x(x) }
}

/// x in the lanes of d and e, which are taken modulo p, and 0 in those of f and g.
#[inline(always)]
unsafe fn modular(x: i64) -> __m256i {
    // SAFETY: the caller guarantees AVX2.
    unsafe { _mm256_set_epi64x(x, x, 0, 0) }
}

/// x in lanes 0 and 2, y in lanes 1 and 3.
#[inline(always)]
unsafe fn pairs(x: i64, y: i64) -> __m256i {
    // SAFETY: the caller guarantees AVX2.
    unsafe { _mm256_broadcastsi128_si256(_mm_unpacklo_epi64(_mm_cvtsi64_si128(x), _mm_cvtsi64_si128(y))) }
}

impl Vector {
    /// u·f + v·g and so on, by columns.
    #[inline(always)]
    unsafe fn multiply(&mut self) {
        let Self {
            limbs,
            columns,
            matrix: Matrix { u, v, q, r },
            ..
        } = self;
        // SAFETY: the caller guarantees AVX2.
        unsafe {
            for limb in &mut limbs[..8] {
                *limb = _mm256_and_si256(*limb, all(MASK));
            }
            // Brings d and e from (-2p, p) to (-p, p).
            let negative = _mm256_cmpgt_epi64(_mm256_setzero_si256(), limbs[8]);
            limbs[0] = _mm256_add_epi64(limbs[0], _mm256_and_si256(negative, modular(-19)));
            limbs[8] = _mm256_add_epi64(limbs[8], _mm256_and_si256(negative, modular(1 << 15)));
            // Multiplications read 32 signed bits, so the upper halves need no arithmetic shift.
            let (a, b) = (pairs(*u, *q), pairs(*v, *r));
            let (a0, a1) = (_mm256_and_si256(a, all(MASK)), _mm256_srli_epi64::<BITS>(a));
            let (b0, b1) = (_mm256_and_si256(b, all(MASK)), _mm256_srli_epi64::<BITS>(b));
            columns[0] = _mm256_setzero_si256();
            for_each_limb!(I, {
                // f, f, d, d and g, g, e, e.
                let x = _mm256_unpacklo_epi64(limbs[I], limbs[I]);
                let y = _mm256_unpackhi_epi64(limbs[I], limbs[I]);
                let low = _mm256_add_epi64(_mm256_mul_epi32(a0, x), _mm256_mul_epi32(b0, y));
                columns[I] = _mm256_add_epi64(columns[I], low);
                columns[I + 1] = _mm256_add_epi64(_mm256_mul_epi32(a1, x), _mm256_mul_epi32(b1, y));
            });
        }
    }

    /// Divides by 2^60: d and e modulo p, by subtracting the multiple of p that clears their low bits.
    #[inline(always)]
    unsafe fn divide(&mut self) {
        let Self {
            limbs,
            columns,
            above,
            ..
        } = self;
        // SAFETY: the caller guarantees AVX2.
        unsafe {
            let inverse = modular(P_INVERSE & MASK);
            let multiple0 = _mm256_and_si256(_mm256_mul_epu32(columns[0], inverse), all(MASK));
            let sum = _mm256_add_epi64(columns[0], _mm256_mul_epu32(multiple0, all(19)));
            let carry = _mm256_srli_epi64::<BITS>(_mm256_add_epi64(sum, all(BIAS)));
            let sum = _mm256_add_epi64(_mm256_add_epi64(columns[1], all(NEXT_BIAS)), carry);
            let multiple1 = _mm256_and_si256(_mm256_mul_epu32(sum, inverse), all(MASK));
            let sum = _mm256_add_epi64(sum, _mm256_mul_epu32(multiple1, all(19)));
            let mut carry = _mm256_srli_epi64::<BITS>(sum);
            columns[8] = _mm256_sub_epi64(columns[8], _mm256_slli_epi64::<15>(multiple0));
            columns[9] = _mm256_sub_epi64(columns[9], _mm256_slli_epi64::<15>(multiple1));
            for i in 2..10 {
                let sum = _mm256_add_epi64(_mm256_add_epi64(columns[i], all(NEXT_BIAS)), carry);
                limbs[i - 2] = sum;
                carry = _mm256_srli_epi64::<BITS>(sum);
            }
            limbs[8] = _mm256_sub_epi64(carry, all(BIAS >> BITS));
            let low = _mm256_and_si256(limbs[2], all(MASK));
            let whole = _mm256_or_si256(
                low,
                _mm256_slli_epi64::<BITS>(_mm256_and_si256(limbs[3], all(MASK))),
            );
            *above = [_mm256_extract_epi64::<0>(whole), _mm256_extract_epi64::<1>(whole)];
        }
    }
}

/// The low 60 bits of (a·x + b·y)/2^60.
#[inline(always)]
fn low(a: i64, b: i64, [x, y]: [i64; 2], above: [i64; 2]) -> i64 {
    let sum = i128::from(a) * i128::from(x) + i128::from(b) * i128::from(y);
    let next = a.wrapping_mul(above[0]).wrapping_add(b.wrapping_mul(above[1]));
    ((sum >> ROUND) as i64).wrapping_add(next) & ((1 << ROUND) - 1)
}

/// All functions require AVX2.
impl Numbers for Vector {
    #[inline(always)]
    unsafe fn new(x: &[u64; 4]) -> Self {
        let x = Signed::from_words(x);
        let (f, g) = (Signed::P.halves(), x.halves());
        // SAFETY: the caller guarantees AVX2.
        unsafe {
            let mut limbs = [_mm256_setzero_si256(); 9];
            for i in 0..9 {
                limbs[i] = _mm256_set_epi64x(i64::from(i == 0), 0, g[i], f[i]);
            }
            Self {
                limbs,
                low: [Signed::P.0[0], x.0[0]],
                above: [Signed::P.0[1], x.0[1]],
                matrix: Matrix {
                    u: 1 << ROUND,
                    v: 0,
                    q: 0,
                    r: 1 << ROUND,
                },
                columns: [_mm256_setzero_si256(); 10],
            }
        }
    }

    #[inline(always)]
    unsafe fn low(&self) -> (i64, i64) {
        (self.low[0], self.low[1])
    }

    #[inline(always)]
    unsafe fn apply(&mut self, matrix: &Matrix) {
        self.matrix = *matrix;
        let Matrix { u, v, q, r } = *matrix;
        self.low = [low(u, v, self.low, self.above), low(q, r, self.low, self.above)];
    }

    #[inline(always)]
    unsafe fn catch_up(&mut self, half: Half) {
        // SAFETY: the caller guarantees AVX2.
        unsafe {
            match half {
                Half::First => self.multiply(),
                Half::Second => self.divide(),
            }
        }
    }

    #[inline(always)]
    unsafe fn quotient(self) -> [u64; 4] {
        // SAFETY: the caller guarantees AVX2.
        unsafe {
            let mut d = [0; 9];
            for (i, limb) in self.limbs.into_iter().enumerate() {
                d[i] = _mm256_extract_epi64::<2>(limb);
                if i < 8 {
                    d[i] &= MASK;
                }
            }
            let sign = _mm256_extract_epi64::<0>(self.limbs[8]) >> 63;
            Signed::from_halves(&d).normalize(sign).to_words()
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn inverses_are_those_of_fermat() {
        if !super::super::tests::has_features() {
            return crate::reference::skipped("avx2: inversion");
        }
        // SAFETY: the processor has the features.
        crate::reference::check_inversion(|x| unsafe { super::invert(x) });
    }
}
