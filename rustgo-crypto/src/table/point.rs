//! Points of edwards25519 for the construction of the table: -x² + y² = 1 + d·x²·y².

use super::WORDS;
use super::field::Element;
use crate::field::LIMBS;

/// d = -121665/121666, the constant of the curve (RFC 8032, section 5.1).
const D: Element = Element::small(0)
    .sub(&Element::small(121665))
    .mul(&Element::small(121666).inverse());
const DOUBLE_D: Element = D.add(&D);

/// 2·d and 1/d, in limbs.
pub const TWICE_D: [u64; LIMBS] = DOUBLE_D.limbs();
pub const INVERSE_D: [u64; LIMBS] = D.inverse().limbs();

/// (X : Y : Z : T) with x = X/Z, y = Y/Z, x·y = T/Z.
#[derive(Clone, Copy)]
pub struct Extended {
    x: Element,
    y: Element,
    z: Element,
    t: Element,
}

impl Extended {
    /// x is even, and y = 4/5 (RFC 8032, section 5.1).
    pub const BASEPOINT: Self = {
        let x = Element([
            0x62d608f25d51a,
            0x412a4b4f6592a,
            0x75b7171a4b31d,
            0x1ff60527118fe,
            0x216936d3cd6e5,
        ]);
        let y = Element::small(4).mul(&Element::small(5).inverse());
        Self {
            x,
            y,
            z: Element::ONE,
            t: x.mul(&y),
        }
    };

    /// Hisil, Wong, Carter and Dawson, "Twisted Edwards curves revisited" (2008, <https://eprint.iacr.org/2008/522>),
    /// section 3.1. The formulas are complete, so they double too.
    pub const fn add(&self, other: &Self) -> Self {
        let a = self.y.sub(&self.x).mul(&other.y.sub(&other.x));
        let b = self.y.add(&self.x).mul(&other.y.add(&other.x));
        let c = self.t.mul(&other.t).mul(&DOUBLE_D);
        let d = self.z.mul(&other.z);
        let d = d.add(&d);
        let (e, f, g, h) = (b.sub(&a), d.sub(&c), d.add(&c), b.add(&a));
        Self {
            x: e.mul(&f),
            y: g.mul(&h),
            z: f.mul(&g),
            t: e.mul(&h),
        }
    }

    /// y + x, y - x and 2·d·x·y.
    const fn entry(&self, inverse_z: &Element) -> [u64; WORDS] {
        let x = self.x.mul(inverse_z);
        let y = self.y.mul(inverse_z);
        let elements = [
            y.add(&x).limbs(),
            y.sub(&x).limbs(),
            x.mul(&y).mul(&DOUBLE_D).limbs(),
        ];
        let mut words = [0; WORDS];
        let mut word = 0;
        while word < WORDS {
            words[word] = elements[word / LIMBS][word % LIMBS];
            word += 1;
        }
        words
    }
}

/// The entries of the points, with one inversion: Montgomery's trick.
pub const fn entries<const POSITIONS: usize, const ENTRIES: usize>(
    points: &[[Extended; ENTRIES]; POSITIONS],
) -> [[[u64; WORDS]; ENTRIES]; POSITIONS] {
    // before[i][j] is the product of all z before (i, j).
    let mut before = [[Element::ONE; ENTRIES]; POSITIONS];
    let mut product = Element::ONE;
    let mut i = 0;
    while i < POSITIONS * ENTRIES {
        before[i / ENTRIES][i % ENTRIES] = product;
        product = product.mul(&points[i / ENTRIES][i % ENTRIES].z);
        i += 1;
    }
    let mut inverse = product.inverse();
    let mut entries = [[[0; WORDS]; ENTRIES]; POSITIONS];
    while i > 0 {
        i -= 1;
        let point = &points[i / ENTRIES][i % ENTRIES];
        entries[i / ENTRIES][i % ENTRIES] = point.entry(&inverse.mul(&before[i / ENTRIES][i % ENTRIES]));
        inverse = inverse.mul(&point.z);
    }
    entries
}
