//! The sum of the points in eight lanes: the upper four are added to the lower four, then each addition uses four lanes
//! for its four multiplications.
//!
//! Hisil, Wong, Carter and Dawson, "Twisted Edwards curves revisited" (2008, <https://eprint.iacr.org/2008/522>),
//! section 4.

use core::arch::x86_64::*;

use super::field::{Field, Product, much_p};
use super::row::Row;
use crate::compression::Projective;
use crate::edwards::{Lanes, Point};
use crate::field::FieldElement;
use crate::table::TWICE_D;

type Field4 = Field<__m256i>;
type Product4 = Product<__m256i>;

/// Lanes that an addition uses.
const LANES: usize = 4;

/// Adds up the points in the lanes.
///
/// # Safety
///
/// AVX-512 F, VL and IFMA, which the other functions require too.
#[inline(always)]
pub unsafe fn sum(row: &Row) -> Projective {
    // SAFETY: the caller guarantees AVX-512F, VL and IFMA, which the called functions need.
    unsafe {
        let [p0, p1, p2, p3] = transpose(&halves(row));
        let p01 = add(&p0, &weighted(&p1));
        let p23 = add(&p2, &weighted(&p3));
        let sum = Field4::carry(&add(&p01, &weighted(&p23)));
        let limbs = each_limb!(I, {
            let mut lanes = [0; LANES];
            _mm256_storeu_epi64(lanes.as_mut_ptr().cast(), sum.0[I]);
            lanes
        });
        let element =
            |lane: usize| FieldElement::from_loose_limbs(limbs.map(|lanes: [u64; LANES]| lanes[lane]));
        Projective {
            x: element(0),
            y: element(1),
            z: element(2),
        }
    }
}

/// The points in the lower four lanes plus those in the upper four.
#[inline(never)]
#[target_feature(enable = "avx512f,avx512vl,avx512ifma,bmi1,bmi2")]
unsafe fn halves(row: &Row) -> Point<Field4> {
    // SAFETY: the caller guarantees AVX-512F, VL and IFMA, which the called functions need.
    unsafe {
        let [x, y, t, z] = &row.point;
        let lower = |a: &Product<__m512i>| Product(each_limb!(I, _mm512_castsi512_si256(a.0[I])));
        let upper = |a: &Product<__m512i>| Product(each_limb!(I, _mm512_extracti64x4_epi64::<1>(a.0[I])));
        let lower = Point::<Field4> {
            x: lower(x),
            y: lower(y),
            z: lower(z),
            t: lower(t),
        };
        let upper = Point::<Field4> {
            x: upper(x),
            y: upper(y),
            z: upper(z),
            t: upper(t),
        };
        lower.add(&upper)
    }
}

/// Transposes X, Y, Z and T of four points into four points, each with X, Y, Z and T in its lanes.
#[inline(always)]
unsafe fn transpose(Point { x, y, z, t }: &Point<Field4>) -> [Product4; 4] {
    // SAFETY: the caller guarantees AVX-512F, VL and IFMA, which the called functions need.
    unsafe {
        let xy02 = each_limb!(I, _mm256_unpacklo_epi64(x.0[I], y.0[I]));
        let xy13 = each_limb!(I, _mm256_unpackhi_epi64(x.0[I], y.0[I]));
        let zt02 = each_limb!(I, _mm256_unpacklo_epi64(z.0[I], t.0[I]));
        let zt13 = each_limb!(I, _mm256_unpackhi_epi64(z.0[I], t.0[I]));
        [
            Product(each_limb!(I, _mm256_permute2x128_si256::<0x20>(xy02[I], zt02[I]))),
            Product(each_limb!(I, _mm256_permute2x128_si256::<0x20>(xy13[I], zt13[I]))),
            Product(each_limb!(I, _mm256_permute2x128_si256::<0x31>(xy02[I], zt02[I]))),
            Product(each_limb!(I, _mm256_permute2x128_si256::<0x31>(xy13[I], zt13[I]))),
        ]
    }
}

/// Swaps lanes 0 and 1, and lanes 2 and 3.
#[inline(always)]
unsafe fn swap(limb: __m256i) -> __m256i {
    // SAFETY: the caller guarantees AVX-512F, VL and IFMA, which the called functions need.
    unsafe { _mm256_shuffle_epi32::<0b01001110>(limb) }
}

/// A multiple of p minus a limb.
#[inline(always)]
unsafe fn negate(i: usize, limb: __m256i) -> __m256i {
    // SAFETY: the caller guarantees AVX-512F, VL and IFMA, which the called functions need.
    unsafe { _mm256_sub_epi64(_mm256_set1_epi64x(much_p(i) as i64), limb) }
}

/// (X, Y, Z, T) to (Y - X, Y + X, Z, T).
#[inline(always)]
unsafe fn differences(point: &Product4) -> Field4 {
    // SAFETY: the caller guarantees AVX-512F, VL and IFMA, which the called functions need.
    unsafe {
        Field::carried(each_limb!(I, {
            let limb = point.0[I];
            let swapped = _mm256_blend_epi32::<0b11110000>(swap(limb), _mm256_setzero_si256());
            let negated = _mm256_blend_epi32::<0b00000011>(limb, negate(I, limb));
            _mm256_add_epi64(swapped, negated)
        }))
    }
}

/// The second operand of an addition: its `differences` times 1, 1, 2 and 2·d.
#[inline(never)]
#[target_feature(enable = "avx512f,avx512vl,avx512ifma,bmi1,bmi2")]
unsafe fn weighted(point: &Product4) -> Field4 {
    // SAFETY: the caller guarantees AVX-512F, VL and IFMA, which the called functions need.
    unsafe {
        let twice_d = Field4::splat(&TWICE_D);
        let weights = Field(each_limb!(I, {
            let lowest = if I == 0 {
                _mm256_set_epi64x(0, 2, 1, 1)
            } else {
                _mm256_setzero_si256()
            };
            _mm256_blend_epi32::<0b11000000>(lowest, twice_d.0[I])
        }));
        Field4::carry(&Field4::mul(&differences(point), &weights))
    }
}

/// Adds a weighted point to a point.
#[inline(never)]
#[target_feature(enable = "avx512f,avx512vl,avx512ifma,bmi1,bmi2")]
unsafe fn add(point: &Product4, weighted: &Field4) -> Product4 {
    // SAFETY: the caller guarantees AVX-512F, VL and IFMA, which the called functions need.
    unsafe {
        // (A, B, D, C)
        let products = Field4::mul(&differences(point), weighted);
        // (B - A, B + A, D + C, D - C) = (E, H, G, F)
        let sums = Field4::carried(each_limb!(I, {
            let limb = products.0[I];
            let negated = _mm256_blend_epi32::<0b11000011>(limb, negate(I, limb));
            _mm256_add_epi64(swap(limb), negated)
        }));
        // (E, G, G, E) times (F, H, F, H)
        let first = Field(each_limb!(I, _mm256_permute4x64_epi64::<0b00101000>(sums.0[I])));
        let second = Field(each_limb!(I, _mm256_permute4x64_epi64::<0b01110111>(sums.0[I])));
        Field4::mul(&first, &second)
    }
}
