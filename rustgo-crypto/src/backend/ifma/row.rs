//! Eight points side by side, to each of which its lane adds entries of a table.
//!
//! The formulas are those of [`edwards`](crate::edwards), on memory, one multiplication at a time: one fills the
//! registers, and several in one piece of code mostly spill.

use core::arch::x86_64::*;

use super::field::{Field, Product};
use crate::edwards::{Entry, Lanes};
use crate::table::INVERSE_D;

/// X, Y, T and Z of a sum as products of two of E, F, G and H.
const PRODUCTS: [(usize, usize); 4] = [(0, 1), (2, 3), (0, 3), (1, 2)];

type Field8 = Field<__m512i>;
type Product8 = Product<__m512i>;

/// The sums in eight lanes.
pub struct Row {
    /// X, Y, T and Z with x = X/Z, y = Y/Z, x·y = T/Z.
    pub point: [Product8; 4],
}

impl Row {
    /// # Safety
    ///
    /// The processor has AVX-512 F, VL and IFMA, BMI1 and BMI2. The other functions require that too.
    #[inline(always)]
    pub unsafe fn identity() -> Self {
        // SAFETY: the caller guarantees AVX-512F, VL and IFMA, which the called functions need.
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
        // SAFETY: the caller guarantees AVX-512F, VL and IFMA, which the called functions need.
        unsafe { Field8::carry(&self.point[0]) }
    }

    #[inline(always)]
    pub unsafe fn y(&self) -> Field8 {
        // SAFETY: the caller guarantees AVX-512F, VL and IFMA, which the called functions need.
        unsafe { Field8::carry(&self.point[1]) }
    }

    #[inline(always)]
    pub unsafe fn z(&self) -> Field8 {
        // SAFETY: the caller guarantees AVX-512F, VL and IFMA, which the called functions need.
        unsafe { Field8::carry(&self.point[3]) }
    }

    /// Sets the points to the entries, with Z = 2: one multiplication.
    #[inline(always)]
    pub unsafe fn start(&mut self, entry: &Entry<Field8>) {
        // SAFETY: the caller guarantees AVX-512F, VL and IFMA, which the called functions need.
        unsafe {
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
    #[inline(always)]
    pub unsafe fn add(&mut self, entry: &Entry<Field8>) {
        // SAFETY: the caller guarantees AVX-512F, VL and IFMA, which the called functions need.
        unsafe {
            let &Entry {
                sum,
                difference,
                product,
            } = entry;
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
