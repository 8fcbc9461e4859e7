//! Point addition in extended coordinates, for any arithmetic: one point, or one in each lane of a vector.
//!
//! Hisil, Wong, Carter and Dawson, "Twisted Edwards curves revisited" (2008, <https://eprint.iacr.org/2008/522>),
//! section 3.1, for -x² + y² = 1 + d·x²·y². The formulas are complete, so no point needs a branch.

use crate::field::LIMBS;
use crate::table::TWICE_D;

/// A field element in each lane, ready for a multiplication.
///
/// # Safety
///
/// All functions require the processor features of the implementation, and nothing else.
pub trait Lanes: Copy {
    /// The result of a multiplication, if that has another form before its carries are propagated.
    type Product: Copy;

    /// The same element in all lanes, given in limbs of 51 bits.
    unsafe fn splat(limbs: &[u64; LIMBS]) -> Self;
    /// a·b.
    unsafe fn mul(a: &Self, b: &Self) -> Self::Product;
    /// A product, ready for a multiplication.
    unsafe fn carry(a: &Self::Product) -> Self;
    /// An element in the form of a product.
    unsafe fn product(a: &Self) -> Self::Product;
    /// a + b.
    unsafe fn add(a: &Self::Product, b: &Self::Product) -> Self;
    /// a - b.
    unsafe fn sub(a: &Self::Product, b: &Self::Product) -> Self;
    /// 2a + b.
    unsafe fn double_add(a: &Self::Product, b: &Self::Product) -> Self;
    /// 2a - b.
    unsafe fn double_sub(a: &Self::Product, b: &Self::Product) -> Self;
}

/// (X : Y : Z : T) with x = X/Z, y = Y/Z, x·y = T/Z.
pub struct Point<L: Lanes> {
    pub x: L::Product,
    pub y: L::Product,
    pub z: L::Product,
    pub t: L::Product,
}

/// A table entry: y + x, y - x and 2·d·x·y.
pub struct Entry<L> {
    pub sum: L,
    pub difference: L,
    pub product: L,
}

impl<L: Lanes> Point<L> {
    /// Adds another point: 9 multiplications.
    ///
    /// # Safety
    ///
    /// The processor has the features that `L` requires.
    #[inline(always)]
    pub unsafe fn add(&self, other: &Self) -> Self {
        // SAFETY: the caller guarantees the features that `L` requires, and nothing else is unsafe here.
        unsafe {
            let a = L::mul(&L::sub(&self.y, &self.x), &L::sub(&other.y, &other.x));
            let b = L::mul(&L::add(&self.y, &self.x), &L::add(&other.y, &other.x));
            let t = L::mul(&L::carry(&other.t), &L::splat(&TWICE_D));
            let c = L::mul(&L::carry(&self.t), &L::carry(&t));
            let z = L::mul(&L::carry(&self.z), &L::carry(&other.z));
            Self::sum_of(&a, &b, &c, &z)
        }
    }

    /// Adds a table entry: 7 multiplications.
    ///
    /// # Safety
    ///
    /// The processor has the features that `L` requires.
    #[inline(always)]
    pub unsafe fn add_entry(&self, n: &Entry<L>) -> Self {
        // SAFETY: the caller guarantees the features that `L` requires, and nothing else is unsafe here.
        unsafe {
            let a = L::mul(&L::sub(&self.y, &self.x), &n.difference);
            let b = L::mul(&L::add(&self.y, &self.x), &n.sum);
            let c = L::mul(&L::carry(&self.t), &n.product);
            Self::sum_of(&a, &b, &c, &self.z)
        }
    }

    /// The sum of two points with (Y1 - X1)·(Y2 - X2) = a, (Y1 + X1)·(Y2 + X2) = b, 2·d·T1·T2 = c and Z1·Z2 = z.
    #[inline(always)]
    unsafe fn sum_of(a: &L::Product, b: &L::Product, c: &L::Product, z: &L::Product) -> Self {
        // SAFETY: the caller guarantees the features that `L` requires, and nothing else is unsafe here.
        unsafe {
            let e = L::sub(b, a);
            let h = L::add(b, a);
            let f = L::double_sub(z, c);
            let g = L::double_add(z, c);
            Self {
                x: L::mul(&f, &e),
                y: L::mul(&g, &h),
                z: L::mul(&f, &g),
                t: L::mul(&e, &h),
            }
        }
    }
}
