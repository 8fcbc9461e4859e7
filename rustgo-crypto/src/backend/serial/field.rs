//! One field element: the arithmetic of [`field`](crate::field), whose products need no carrying.

use crate::edwards::Lanes;
use crate::field::{FieldElement, LIMBS};

impl Lanes for FieldElement {
    type Product = Self;

    #[inline(always)]
    unsafe fn splat(limbs: &[u64; LIMBS]) -> Self {
        Self::from_limbs(limbs)
    }

    #[inline(always)]
    unsafe fn mul(a: &Self, b: &Self) -> Self {
        a.mul(b)
    }

    #[inline(always)]
    unsafe fn carry(a: &Self) -> Self {
        *a
    }

    #[inline(always)]
    unsafe fn product(a: &Self) -> Self {
        *a
    }

    #[inline(always)]
    unsafe fn add(a: &Self, b: &Self) -> Self {
        a.add(b)
    }

    #[inline(always)]
    unsafe fn sub(a: &Self, b: &Self) -> Self {
        a.sub(b)
    }

    #[inline(always)]
    unsafe fn double_add(a: &Self, b: &Self) -> Self {
        a.add(a).add(b)
    }

    #[inline(always)]
    unsafe fn double_sub(a: &Self, b: &Self) -> Self {
        a.add(a).sub(b)
    }
}
