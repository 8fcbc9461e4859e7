//! Four points side by side, and the memory that their additions work in.
//!
//! The formulas are those of [`edwards`](crate::edwards), on memory.

use core::arch::x86_64::*;

use super::field::{BIAS, Field4, Product4, add, all, integer, multiply, subtract};
use crate::field::LIMBS;
use crate::table::INVERSE_D;

/// The points (X : Y : Z : T) with x = X/Z, y = Y/Z, x·y = T/Z; the table entries to add; and intermediate results.
pub struct Workspace {
    pub x: Product4,
    pub y: Product4,
    pub z: Product4,
    pub t: Product4,
    pub entry: Entry4,
    pub factors: [Field4; 4],
}

/// Points of a table: y + x, y - x and 2·d·x·y.
pub struct Entry4 {
    pub sum: Field4,
    pub difference: Field4,
    pub product: Field4,
}

impl Workspace {
    /// Sets the points to the entries, with Z = 2: one multiplication.
    #[inline]
    #[target_feature(enable = "avx2,fma,bmi1,bmi2")]
    pub fn start(&mut self) {
        let Self {
            x, y, z, t, entry, ..
        } = self;
        for i in 0..LIMBS {
            let (sum, difference) = (integer(entry.sum.0[i]), integer(entry.difference.0[i]));
            x.0[i] = subtract(sum, difference);
            y.0[i] = add(add(sum, difference), all(BIAS));
            z.0[i] = all(BIAS + if i == 0 { 2 } else { 0 });
        }
        multiply(t, &entry.product, &Field4::splat(&INVERSE_D));
    }

    /// Adds the entries to the points: 7 multiplications.
    #[inline]
    #[target_feature(enable = "avx2,fma,bmi1,bmi2")]
    pub fn add(&mut self) {
        let Self {
            x,
            y,
            z,
            t,
            entry,
            factors,
        } = self;
        let [minus, plus, _, _] = factors;
        *minus = Field4::carry::<1>(each_limb!(I, subtract(y.0[I], x.0[I])));
        *plus = Field4::carry::<2>(each_limb!(I, add(y.0[I], x.0[I])));
        let (a, b, c) = (x, y, t);
        multiply(a, minus, &entry.difference);
        multiply(b, plus, &entry.sum);
        let factor = c.carry();
        multiply(c, &factor, &entry.product);

        let [e, f, g, h] = factors;
        *e = Field4::carry::<1>(each_limb!(I, subtract(b.0[I], a.0[I])));
        *h = Field4::carry::<2>(each_limb!(I, add(b.0[I], a.0[I])));
        let double = each_limb!(I, add(z.0[I], z.0[I]));
        *f = Field4::carry::<1>(each_limb!(I, _mm256_sub_epi64(double[I], c.0[I])));
        *g = Field4::carry::<3>(each_limb!(I, add(double[I], c.0[I])));
        let (x, y, t) = (a, b, c);
        multiply(x, f, e);
        multiply(y, g, h);
        multiply(z, f, g);
        multiply(t, e, h);
    }
}
