//! The sum of the points in the four lanes, by additions that each use the lanes for their four multiplications.
//!
//! Hisil, Wong, Carter and Dawson, "Twisted Edwards curves revisited" (2008, <https://eprint.iacr.org/2008/522>),
//! section 4.

use core::arch::x86_64::*;

use super::field::{BIAS, Field4, Product4, add, multiply};
use super::point::Workspace;
use crate::compression::Projective;
use crate::field::LIMBS;
use crate::table::TWICE_D;

/// Adds up the points in the four lanes, in the same memory.
#[inline]
#[target_feature(enable = "avx2,fma,bmi1,bmi2")]
pub fn sum(workspace: &mut Workspace) -> Projective {
    let Workspace {
        x, y, z, t, factors, ..
    } = workspace;
    transpose(x, y, z, t);
    let (p0, p1, p2, p3) = (x, y, z, t);

    // The weights of the second operand of an addition: 1, 1, 2 and 2·d.
    let [weights, spare @ .., _] = factors;
    *weights = Field4(each_limb!(I, {
        let small = |x: f64| if I == 0 { x } else { 0.0 };
        _mm256_set_pd(TWICE_D[I] as f64, small(2.0), small(1.0), small(1.0))
    }));
    weigh(p1, weights, spare);
    weigh(p3, weights, spare);
    add_weighted(p0, p1, spare);
    add_weighted(p2, p3, spare);
    weigh(p2, weights, spare);
    add_weighted(p0, p2, spare);
    let [x, y, z, _] = p0.elements();
    Projective { x, y, z }
}

/// Turns X, Y, Z and T of four points into four points, each with X, Y, Z and T in its lanes.
#[inline]
#[target_feature(enable = "avx2,fma,bmi1,bmi2")]
fn transpose(x: &mut Product4, y: &mut Product4, z: &mut Product4, t: &mut Product4) {
    for i in 0..LIMBS {
        let (xy02, xy13) = (
            _mm256_unpacklo_epi64(x.0[i], y.0[i]),
            _mm256_unpackhi_epi64(x.0[i], y.0[i]),
        );
        let (zt02, zt13) = (
            _mm256_unpacklo_epi64(z.0[i], t.0[i]),
            _mm256_unpackhi_epi64(z.0[i], t.0[i]),
        );
        x.0[i] = _mm256_permute2x128_si256::<0x20>(xy02, zt02);
        y.0[i] = _mm256_permute2x128_si256::<0x20>(xy13, zt13);
        z.0[i] = _mm256_permute2x128_si256::<0x31>(xy02, zt02);
        t.0[i] = _mm256_permute2x128_si256::<0x31>(xy13, zt13);
    }
}

/// Swaps lanes 0 and 1, and lanes 2 and 3.
#[inline]
#[target_feature(enable = "avx2,fma,bmi1,bmi2")]
fn swap(column: __m256i) -> __m256i {
    _mm256_shuffle_epi32::<0b01001110>(column)
}

/// a + b, with b negated in the lanes of the mask, two bits for each. `counts` says how often `BIAS` is in that sum;
/// the result has it once.
#[inline]
#[target_feature(enable = "avx2,fma,bmi1,bmi2")]
fn sums<const NEGATIVE: i32>(a: __m256i, b: __m256i, counts: [i64; 4]) -> __m256i {
    let [c0, c1, c2, c3] = counts.map(|count| (1 - count) * BIAS as i64);
    let negated = _mm256_sub_epi64(_mm256_setzero_si256(), b);
    let sum = add(a, _mm256_blend_epi32::<NEGATIVE>(b, negated));
    add(sum, _mm256_set_epi64x(c3, c2, c1, c0))
}

/// (X, Y, Z, T) to (Y - X, Y + X, Z, T), as a factor.
#[inline]
#[target_feature(enable = "avx2,fma,bmi1,bmi2")]
fn differences(point: &Product4) -> Field4 {
    let zero = _mm256_setzero_si256();
    Field4::carry::<1>(each_limb!(I, {
        let swapped = _mm256_blend_epi32::<0b11110000>(swap(point.0[I]), zero);
        sums::<0b00000011>(swapped, point.0[I], [0, 2, 1, 1])
    }))
}

/// Turns a point into an operand for `add_weighted`.
#[inline]
#[target_feature(enable = "avx2,fma,bmi1,bmi2")]
fn weigh(point: &mut Product4, weights: &Field4, spare: &mut [Field4; 2]) {
    spare[0] = differences(point);
    multiply(point, &spare[0], weights);
}

/// Adds a weighted point to a point.
#[inline]
#[target_feature(enable = "avx2,fma,bmi1,bmi2")]
fn add_weighted(point: &mut Product4, weighted: &Product4, spare: &mut [Field4; 2]) {
    let [left, right] = spare;
    *left = differences(point);
    *right = weighted.carry();
    // (A, B, D, C)
    multiply(point, left, right);
    // (B - A, B + A, D + C, D - C) = (E, H, G, F)
    let sum = Field4::carry::<1>(each_limb!(
        I,
        sums::<0b11000011>(swap(point.0[I]), point.0[I], [0, 2, 2, 0])
    ));
    for i in 0..LIMBS {
        // (E, G, G, E) times (F, H, F, H)
        left.0[i] = _mm256_permute4x64_pd::<0b00101000>(sum.0[i]);
        right.0[i] = _mm256_permute4x64_pd::<0b01110111>(sum.0[i]);
    }
    multiply(point, left, right);
}
