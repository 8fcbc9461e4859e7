//! Inversion by divsteps in vector registers, where a logic instruction takes three operands and a divstep fewer of them.
//!
//! The method is that of [`inversion`](crate::inversion), in twenty rounds of 30 divsteps. f and g are two words each,
//! with the low 30 bits in both, and above them the first column of the matrix in lane 0 and the second in lane 1.

use core::arch::x86_64::*;

use crate::field::FieldElement;
use crate::inversion::{P_INVERSE, Signed};

const ROUNDS: usize = 20;

/// Divsteps in a round, and bits in a limb.
const STEPS: u32 = 30;
const MASK: i64 = (1 << STEPS) - 1;

/// Where the columns of the matrix are after a round, above the low bits: a bit for the sign.
const COLUMN: u32 = STEPS + 1;

/// Signed numbers in nine limbs, all but the last in [0, 2^30): limb i of f, g, d and e in vector i.
///
/// From round to round all but the last have yet to lose what is above 30 bits. The multiplications are to see that
/// themselves, or else the compiler takes wider ones.
type Numbers = [__m256i; 9];

/// The inverse, and 0 for 0.
///
/// # Safety
///
/// The processor has AVX-512 F and VL, BMI1 and BMI2; so for the other functions.
#[inline(never)]
#[target_feature(enable = "avx512f,avx512vl,avx512ifma,bmi1,bmi2")]
pub unsafe fn invert(x: &FieldElement) -> FieldElement {
    let (p, x) = (Signed::P.halves(), Signed::from_words(&x.to_words()).halves());
    // SAFETY: as of this function.
    unsafe {
        let mut numbers = [_mm256_setzero_si256(); 9];
        let mut i = 0;
        while i < 9 {
            numbers[i] = _mm256_set_epi64x((i == 0) as i64, 0, x[i], p[i]);
            i += 1;
        }
        let mut low = _mm_set_epi64x(x[0], p[0]);
        let mut zeta = pair(-1);
        for _ in 0..ROUNDS {
            let (a, b) = divsteps(low, &mut zeta);
            mask(&mut numbers);
            low = next_low(&numbers, a, b);
            apply(
                &mut numbers,
                _mm256_broadcastsi128_si256(a),
                _mm256_broadcastsi128_si256(b),
            );
        }
        mask(&mut numbers);
        // Now g = 0 and f = ±gcd(p, x): ±1, or ±p where x = 0 and with it d.
        let sign = _mm256_extract_epi64::<0>(numbers[8]) >> 63;
        let mut d = [0; 9];
        i = 0;
        while i < 9 {
            d[i] = _mm256_extract_epi64::<2>(numbers[i]);
            i += 1;
        }
        FieldElement(Signed::from_halves(&d).normalize(sign).to_words())
    }
}

#[inline(always)]
unsafe fn pair(x: i64) -> __m128i {
    // SAFETY: as of `invert`.
    unsafe { _mm_set1_epi64x(x) }
}

#[inline(always)]
unsafe fn all(x: i64) -> __m256i {
    // SAFETY: as of `invert`.
    unsafe { _mm256_set1_epi64x(x) }
}

/// In the lanes of d and e, which are taken modulo p, and 0 in those of f and g.
#[inline(always)]
unsafe fn modular(x: i64) -> __m256i {
    // SAFETY: as of `invert`.
    unsafe { _mm256_set_epi64x(x, x, 0, 0) }
}

/// Does a round of divsteps on the low bits of f and g. Returns the matrix: u and q, and v and r. It comes out negated,
/// and so will f, g, d and e, all four.
#[inline(always)]
unsafe fn divsteps(low: __m128i, zeta: &mut __m128i) -> (__m128i, __m128i) {
    // SAFETY: as of `invert`.
    unsafe {
        // The units of the columns; the odd f is held as (f - 1)/2.
        let unit = -1 << (COLUMN + STEPS);
        let mut f = _mm_add_epi64(_mm_unpacklo_epi64(low, low), _mm_set_epi64x(0, unit));
        let mut g = _mm_add_epi64(_mm_unpackhi_epi64(low, low), _mm_set_epi64x(unit, 0));
        f = _mm_srai_epi64::<1>(f);
        for _ in 0..STEPS {
            let odd = _mm_sub_epi64(_mm_setzero_si128(), _mm_and_si128(g, pair(1)));
            let positive = _mm_srai_epi64::<63>(*zeta);
            let swap = _mm_and_si128(odd, positive);
            let half = _mm_srai_epi64::<1>(g);
            // (g ± f)/2 of odd numbers is ⌊g/2⌋ ± (f - 1)/2, and 1 more for the plus.
            let other = _mm_and_si128(_mm_xor_si128(f, positive), odd);
            g = _mm_add_epi64(_mm_sub_epi64(half, odd), other);
            f = _mm_or_si128(_mm_and_si128(swap, half), _mm_andnot_si128(swap, f));
            *zeta = _mm_sub_epi64(_mm_xor_si128(*zeta, swap), pair(1));
        }
        // Half a unit rounds a column to the nearest number: what is below it amounts to less.
        let half = 1 << (COLUMN - 1);
        let f = _mm_srai_epi64::<COLUMN>(_mm_add_epi64(_mm_add_epi64(f, f), pair(half + 1)));
        let g = _mm_srai_epi64::<COLUMN>(_mm_add_epi64(g, pair(half)));
        (_mm_unpacklo_epi64(f, g), _mm_unpackhi_epi64(f, g))
    }
}

/// Takes off what is above the bits of a limb.
#[inline(always)]
unsafe fn mask(numbers: &mut Numbers) {
    // SAFETY: as of `invert`.
    unsafe {
        let mut i = 0;
        while i < 8 {
            numbers[i] = _mm256_and_si256(numbers[i], all(MASK));
            i += 1;
        }
    }
}

/// The lowest limbs of f and g after a round, which the next one waits for, sooner than `apply` has them.
#[inline(always)]
unsafe fn next_low(numbers: &Numbers, a: __m128i, b: __m128i) -> __m128i {
    // SAFETY: as of `invert`.
    unsafe {
        let (limb0, limb1) = (
            _mm256_castsi256_si128(numbers[0]),
            _mm256_castsi256_si128(numbers[1]),
        );
        let f0 = _mm_mul_epi32(a, _mm_unpacklo_epi64(limb0, limb0));
        let g0 = _mm_mul_epi32(b, _mm_unpackhi_epi64(limb0, limb0));
        let f1 = _mm_mul_epi32(a, _mm_unpacklo_epi64(limb1, limb1));
        let g1 = _mm_mul_epi32(b, _mm_unpackhi_epi64(limb1, limb1));
        let carry = _mm_srai_epi64::<STEPS>(_mm_add_epi64(f0, g0));
        _mm_and_si128(_mm_add_epi64(carry, _mm_add_epi64(f1, g1)), pair(MASK))
    }
}

/// Multiplies (f, g) by the matrix, and (d, e) too, and divides them by 2^30: (d, e) modulo p.
#[inline(always)]
unsafe fn apply(numbers: &mut Numbers, a: __m256i, b: __m256i) {
    // SAFETY: as of `invert`.
    unsafe {
        // Brings d and e from (-2p, p) to (-p, p).
        let negative = _mm256_srai_epi64::<63>(numbers[8]);
        numbers[0] = _mm256_add_epi64(numbers[0], _mm256_and_si256(negative, modular(-19)));
        numbers[8] = _mm256_add_epi64(numbers[8], _mm256_and_si256(negative, modular(1 << 15)));
        // d and e are to divide without a remainder: so much of p is taken off.
        let lowest = column(numbers[0], a, b);
        let multiple = _mm256_mul_epu32(lowest, modular(P_INVERSE & MASK));
        let multiple = _mm256_and_si256(multiple, all(MASK));
        let sum = _mm256_add_epi64(lowest, _mm256_mul_epu32(multiple, all(19)));
        let mut carry = _mm256_srai_epi64::<STEPS>(sum);
        let mut i = 1;
        while i < 9 {
            let mut sum = _mm256_add_epi64(column(numbers[i], a, b), carry);
            if i == 8 {
                sum = _mm256_sub_epi64(sum, _mm256_slli_epi64::<15>(multiple));
            }
            numbers[i - 1] = sum;
            carry = _mm256_srai_epi64::<STEPS>(sum);
            i += 1;
        }
        numbers[8] = carry;
    }
}

/// u·f + v·g and so on, in one limb.
#[inline(always)]
unsafe fn column(limb: __m256i, a: __m256i, b: __m256i) -> __m256i {
    // SAFETY: as of `invert`.
    unsafe {
        // f, f, d, d and g, g, e, e.
        let x = _mm256_mul_epi32(a, _mm256_unpacklo_epi64(limb, limb));
        let y = _mm256_mul_epi32(b, _mm256_unpackhi_epi64(limb, limb));
        _mm256_add_epi64(x, y)
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn inverses_are_those_of_fermat() {
        if !super::super::tests::has_features() {
            return crate::reference::skipped("ifma: inversion");
        }
        // SAFETY: the processor has the features.
        crate::reference::check_inversion(|x| unsafe { super::invert(x) });
    }
}
