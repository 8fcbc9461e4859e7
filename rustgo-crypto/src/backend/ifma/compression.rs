//! Compression of eight points side by side (RFC 8032, section 5.1.2).

use core::arch::x86_64::*;

use super::field::Field;
use super::row::Row;
use super::word::Word;
use super::{LANES, ROWS};
use crate::backend::avx2::invert;
use crate::compression::bytes;
use crate::edwards::Lanes;
use crate::field::{FieldElement, LIMB_BITS, LIMBS, MASK};

type Field8 = Field<__m512i>;

/// Compresses points with one inversion.
///
/// # Safety
///
/// - `compressed` is valid for writes of `size` points.
/// - The processor has AVX-512 F, VL and IFMA, BMI1 and BMI2. The other functions require that too.
#[inline(never)]
#[target_feature(enable = "avx512f,avx512vl,avx512ifma,bmi1,bmi2")]
pub unsafe fn compress(compressed: *mut [u8; 32], rows: &[Row; ROWS], size: usize) {
    // SAFETY: the caller guarantees AVX-512F, VL and IFMA, which the called functions need.
    unsafe {
        let [first, second] = rows;
        // An unused row has Z = 1.
        let mut both = first.z();
        multiply_by(&mut both, &second.z());
        // Montgomery's trick: the inverse of the product of all lanes, times all other lanes.
        let inverse = invert(&multiply_others(&mut both));
        multiply_by(&mut both, &Field8::splat(&inverse.to_limbs()));
        for (i, (row, other)) in [(first, second), (second, first)].into_iter().enumerate() {
            let words = words(row, other, &both);
            for lane in 0..LANES.min(size.saturating_sub(LANES * i)) {
                compressed
                    .add(LANES * i + lane)
                    .write(bytes(&words.map(|words| words[lane])));
            }
        }
    }
}

/// The compressed points of a row, by word and lane. `both` is 1/(Z·Z'), for the Z of this row and the Z' of the other.
#[inline(never)]
#[target_feature(enable = "avx512f,avx512vl,avx512ifma,bmi1,bmi2")]
unsafe fn words(row: &Row, other: &Row, both: &Field8) -> [[u64; LANES]; 4] {
    // SAFETY: the caller guarantees AVX-512F, VL and IFMA, which the called functions need; eight words fill a vector.
    unsafe {
        let mut inverses = other.z();
        multiply_by(&mut inverses, both);
        let (mut x, mut y) = (row.x(), row.y());
        multiply_by(&mut x, &inverses);
        multiply_by(&mut y, &inverses);
        let (x, y) = (canonical(&x), canonical(&y));
        // y in 255 bits, with the lowest bit of x on top.
        let word0 = _mm512_or_si512(y[0], Word::shift_left::<51>(y[1]));
        let word1 = _mm512_or_si512(Word::shift_right::<13>(y[1]), Word::shift_left::<38>(y[2]));
        let word2 = _mm512_or_si512(Word::shift_right::<26>(y[2]), Word::shift_left::<25>(y[3]));
        let word3 = _mm512_or_si512(Word::shift_right::<39>(y[3]), Word::shift_left::<12>(y[4]));
        let word3 = _mm512_or_si512(word3, Word::shift_left::<63>(x[0]));
        let mut words = [[0; LANES]; 4];
        _mm512_storeu_epi64(words[0].as_mut_ptr().cast(), word0);
        _mm512_storeu_epi64(words[1].as_mut_ptr().cast(), word1);
        _mm512_storeu_epi64(words[2].as_mut_ptr().cast(), word2);
        _mm512_storeu_epi64(words[3].as_mut_ptr().cast(), word3);
        words
    }
}

/// Replaces each lane by the product of all others, as a tree. Returns the product of all.
#[inline(never)]
#[target_feature(enable = "avx512f,avx512vl,avx512ifma,bmi1,bmi2")]
unsafe fn multiply_others(a: &mut Field8) -> FieldElement {
    // SAFETY: the caller guarantees AVX-512F, VL and IFMA, which the called functions need.
    unsafe {
        // Swaps neighbours, then pairs, then halves, so that each lane is multiplied by all others in three steps.
        let mut all = *a;
        *a = Field(each_limb!(I, _mm512_permutex_epi64::<0b10110001>(all.0[I])));
        multiply_by(&mut all, a);
        let pairs = Field(each_limb!(I, _mm512_permutex_epi64::<0b01001110>(all.0[I])));
        multiply_by(&mut all, &pairs);
        multiply_by(a, &pairs);
        let halves = Field(each_limb!(
            I,
            _mm512_shuffle_i64x2::<0b01001110>(all.0[I], all.0[I])
        ));
        multiply_by(&mut all, &halves);
        multiply_by(a, &halves);

        let limbs = each_limb!(I, _mm_cvtsi128_si64(_mm512_castsi512_si128(all.0[I])) as u64);
        FieldElement::from_loose_limbs(limbs)
    }
}

/// Multiplies a by b, and carries.
#[inline(never)]
#[target_feature(enable = "avx512f,avx512vl,avx512ifma,bmi1,bmi2")]
unsafe fn multiply_by(a: &mut Field8, b: &Field8) {
    // SAFETY: the caller guarantees AVX-512F, VL and IFMA, which the called functions need.
    unsafe { *a = Field8::carry(&Field8::mul(a, b)) }
}

/// The numbers below p, in limbs of 51 bits. Takes carried limbs.
#[inline(always)]
unsafe fn canonical(a: &Field8) -> [__m512i; LIMBS] {
    // SAFETY: the caller guarantees AVX-512F, VL and IFMA, which the called functions need.
    unsafe {
        let nineteen = Word::splat(19);
        // 2^255 = 19 (mod p), which leaves a number below p + 38.
        let (mut limbs, above) = propagate(a.0);
        limbs[0] = Word::add_low(limbs[0], above, nineteen);
        // It is p or more exactly if adding 19 reaches 2^255. Then adding 19 and clearing that bit subtracts p.
        let mut more = limbs;
        more[0] = Word::add(more[0], nineteen);
        let (_, above) = propagate(more);
        limbs[0] = Word::add_low(limbs[0], above, nineteen);
        propagate(limbs).0
    }
}

/// Limbs of 51 bits, and the carry out of the last.
#[inline(always)]
unsafe fn propagate(mut limbs: [__m512i; LIMBS]) -> ([__m512i; LIMBS], __m512i) {
    // SAFETY: the caller guarantees AVX-512F, VL and IFMA, which the called functions need.
    unsafe {
        let mut carry = Word::splat(0);
        let mut i = 0;
        while i < LIMBS {
            limbs[i] = Word::add(limbs[i], carry);
            carry = Word::shift_right::<LIMB_BITS>(limbs[i]);
            limbs[i] = Word::and(limbs[i], Word::splat(MASK));
            i += 1;
        }
        (limbs, carry)
    }
}
