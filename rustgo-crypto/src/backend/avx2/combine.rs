//! The sum of the points in the four lanes, by additions that each use the lanes for their four multiplications.
//!
//! Hisil, Wong, Carter and Dawson, "Twisted Edwards curves revisited" (2008, <https://eprint.iacr.org/2008/522>),
//! section 4.

use core::arch::x86_64::*;

use super::LANES;
use super::field::{Factor4, Field4, multiply, subtract};
use super::point::{Entry4, Workspace};
use crate::compression::Projective;
use crate::field::{FieldElement, LIMBS};
use crate::table::TWICE_D;

/// Adds up the points in the four lanes. Works in the same memory.
#[inline]
#[target_feature(enable = "avx2,bmi1,bmi2")]
pub fn sum(workspace: &mut Workspace) -> Projective {
    let Workspace {
        x,
        y,
        z,
        t,
        entry: Entry4 {
            sum: other,
            product: weights,
            ..
        },
        factor,
    } = workspace;
    transpose(x, y, z, t);
    let (p0, p1, p2, p3) = (x, y, z, t);

    // What the second point of an addition is multiplied by: 1, 1, 2 and 2·d.
    weights.element = Field4::splat(&TWICE_D);
    for (i, limb) in weights.element.0.iter_mut().enumerate() {
        let lowest = if i == 0 {
            _mm256_set_epi64x(0, 2, 1, 1)
        } else {
            _mm256_setzero_si256()
        };
        *limb = _mm256_blend_epi32::<0b11000000>(lowest, *limb);
    }
    weights.complete();

    for point in [&mut *p1, &mut *p3] {
        differences(point);
        point.multiply_by(weights);
    }
    add(p0, p1, factor, other);
    add(p2, p3, factor, other);
    differences(p2);
    p2.multiply_by(weights);
    add(p0, p2, factor, other);
    projective(p0)
}

/// Turns X, Y, Z and T of four points into four points, each with X, Y, Z and T in its lanes.
#[inline]
#[target_feature(enable = "avx2,bmi1,bmi2")]
fn transpose(x: &mut Field4, y: &mut Field4, z: &mut Field4, t: &mut Field4) {
    for i in 0..10 {
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

/// (X, Y, Z, T) to (Y - X, Y + X, Z, T).
#[inline]
#[target_feature(enable = "avx2,bmi1,bmi2")]
fn differences(point: &mut Field4) {
    let zero = _mm256_setzero_si256();
    for (i, limb) in point.0.iter_mut().enumerate() {
        let swapped = _mm256_blend_epi32::<0b11110000>(swap(*limb), zero);
        let negated = _mm256_blend_epi32::<0b00000011>(*limb, subtract(i, zero, *limb));
        *limb = _mm256_add_epi64(swapped, negated);
    }
}

/// Lanes 0 and 1, and 2 and 3, change places.
#[inline]
#[target_feature(enable = "avx2,bmi1,bmi2")]
fn swap(limb: __m256i) -> __m256i {
    _mm256_shuffle_epi32::<0b01001110>(limb)
}

/// Adds a point that went through `differences` and the weights to one that did not.
#[inline]
#[target_feature(enable = "avx2,bmi1,bmi2")]
fn add(point: &mut Field4, weighted: &Field4, factor: &mut Factor4, other: &mut Field4) {
    factor.element = *weighted;
    factor.complete();
    differences(point);
    // (A, B, D, C)
    point.multiply_by(factor);
    for (i, limb) in point.0.iter().enumerate() {
        let negated = _mm256_blend_epi32::<0b11000011>(*limb, subtract(i, _mm256_setzero_si256(), *limb));
        // (B - A, B + A, D + C, D - C) = (E, H, G, F)
        let sums = _mm256_add_epi64(swap(*limb), negated);
        // (E, G, G, E) times (F, H, F, H)
        factor.element.0[i] = _mm256_permute4x64_epi64::<0b00101000>(sums);
        other.0[i] = _mm256_permute4x64_epi64::<0b01110111>(sums);
    }
    factor.complete();
    multiply(point, other, factor);
}

/// The point in the lanes.
#[inline]
#[target_feature(enable = "avx2,bmi1,bmi2")]
fn projective(point: &Field4) -> Projective {
    let [x, y, z, _] = elements(point);
    Projective { x, y, z }
}

/// The elements in the lanes.
#[inline]
#[target_feature(enable = "avx2,bmi1,bmi2")]
pub fn elements(field: &Field4) -> [FieldElement; LANES] {
    let mut limbs = [[0; LIMBS]; LANES];
    for k in 0..LIMBS {
        let limb = _mm256_add_epi64(field.0[2 * k], _mm256_slli_epi64::<26>(field.0[2 * k + 1]));
        let mut lanes = [0; LANES];
        // SAFETY: as long as a vector.
        unsafe { _mm256_storeu_si256(lanes.as_mut_ptr().cast(), limb) };
        for (limbs, lane) in limbs.iter_mut().zip(lanes) {
            limbs[k] = lane;
        }
    }
    limbs.map(FieldElement::from_loose_limbs)
}
