//! Four points side by side, and the memory that their additions work in.
//!
//! The formulas of [`edwards`](crate::edwards), on memory. It is small enough that no two of its limbs share the low
//! twelve bits of their addresses, by which processors first tell loads from stores.
//!
//! Bounds are in units of a product's limbs: a factor may be 3.3, as 19 times that has to fit into 32 bits, and the other
//! factor 5.

use core::arch::x86_64::*;

use super::field::{Factor4, Field4, multiply, subtract};
use crate::table::INVERSE_D;

/// The points (X : Y : Z : T) with x = X/Z, y = Y/Z, x·y = T/Z; the entries of a table to add; and what comes between.
pub struct Workspace {
    pub x: Field4,
    pub y: Field4,
    pub z: Field4,
    pub t: Field4,
    pub entry: Entry4,
    pub factor: Factor4,
}

/// Points of a table: y + x, y - x and 2·d·x·y.
pub struct Entry4 {
    pub sum: Field4,
    pub difference: Field4,
    pub product: Factor4,
}

impl Workspace {
    /// Makes the entries the points, with Z = 2: one multiplication.
    #[inline]
    #[target_feature(enable = "avx2,bmi1,bmi2")]
    pub fn start(&mut self) {
        let Self {
            x,
            y,
            z,
            t,
            entry:
                Entry4 {
                    sum,
                    difference,
                    product,
                },
            ..
        } = self;
        for i in 0..10 {
            x.0[i] = subtract(i, sum.0[i], difference.0[i]);
            y.0[i] = _mm256_add_epi64(sum.0[i], difference.0[i]);
        }
        x.carry();
        y.carry();
        *z = Field4::splat(&[2, 0, 0, 0, 0]);
        *t = Field4::splat(&INVERSE_D);
        t.multiply_by(product);
    }

    /// Adds the entries to the points: 7 multiplications.
    #[inline]
    #[target_feature(enable = "avx2,bmi1,bmi2")]
    pub fn add(&mut self) {
        let Self {
            x,
            y,
            z,
            t,
            entry:
                Entry4 {
                    sum,
                    difference,
                    product,
                },
            factor,
        } = self;
        for i in 0..10 {
            factor.element.0[i] = subtract(i, y.0[i], x.0[i]);
        }
        factor.complete();
        difference.multiply_by(factor);
        for i in 0..10 {
            factor.element.0[i] = _mm256_add_epi64(y.0[i], x.0[i]);
        }
        factor.complete();
        sum.multiply_by(factor);
        t.multiply_by(product);
        // The products a, b and c are in `difference`, `sum` and `t`. h = b + a takes the place of b, and f = 2z - c that
        // of c; e = b - a and g = 2z + c are factors, and up to 3.
        let (a, h, f, e, g) = (difference, sum, t, factor, product);
        for i in 0..10 {
            let (a, b, c, double) = (a.0[i], h.0[i], f.0[i], _mm256_add_epi64(z.0[i], z.0[i]));
            e.element.0[i] = subtract(i, b, a);
            h.0[i] = _mm256_add_epi64(b, a);
            f.0[i] = subtract(i, double, c);
            g.element.0[i] = _mm256_add_epi64(double, c);
        }
        e.complete();
        g.complete();
        multiply(x, f, e);
        multiply(y, h, g);
        multiply(z, f, g);
        let t = f;
        multiply(t, h, e);
    }
}
