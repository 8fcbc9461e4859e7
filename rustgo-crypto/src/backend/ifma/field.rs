//! A field element in each lane, in radix 2^51, multiplied by the 52-bit multiply-and-add of AVX-512 IFMA.
//!
//! Gueron and Krasnov, "Software implementation of modular exponentiation, using advanced vector instructions
//! architectures" (2012, <https://doi.org/10.1007/978-3-642-31662-3_9>) propose the instructions; radix 2^51 instead of
//! 2^52 leaves a bit for carries, as in curve25519-dalek's backend.

use super::word::Word;
use crate::edwards::Lanes;
use crate::field::{LIMB_BITS, LIMBS, MASK, P};

/// The sum of limb·2^(51·i), modulo p. A multiplication reads 52 bits of a limb; carrying leaves 51 and a little.
#[derive(Clone, Copy)]
pub struct Field<W>(pub [W; LIMBS]);

/// The same, as a multiplication leaves it: limbs below 2^60, for factors below 2^52 one of which is carried.
#[derive(Clone, Copy)]
pub struct Product<W>(pub [W; LIMBS]);

/// Evaluates an expression for each limb.
macro_rules! each_limb {
    ($i:ident, $e:expr) => {
        [
            { const $i: usize = 0; $e },
            { const $i: usize = 1; $e },
            { const $i: usize = 2; $e },
            { const $i: usize = 3; $e },
            { const $i: usize = 4; $e },
        ]
    };
}
pub(super) use each_limb;

/// A limb of 512p, which no product's limb exceeds.
pub const fn much_p(i: usize) -> u64 {
    512 * P[i]
}

impl<W: Word> Field<W> {
    /// Carries limbs of any size.
    #[inline(always)]
    pub unsafe fn carried(limb: [W; 5]) -> Self {
        unsafe {
            let low = each_limb!(I, W::and(limb[I], W::splat(MASK)));
            let above = each_limb!(I, W::shift_right::<LIMB_BITS>(limb[I]));
            Self([
                W::add_low(low[0], above[4], W::splat(19)),
                W::add(low[1], above[0]),
                W::add(low[2], above[1]),
                W::add(low[3], above[2]),
                W::add(low[4], above[3]),
            ])
        }
    }
}

impl<W: Word> Lanes for Field<W> {
    type Product = Product<W>;

    #[inline(always)]
    unsafe fn splat(limbs: &[u64; LIMBS]) -> Self {
        unsafe { Self(each_limb!(I, W::splat(limbs[I]))) }
    }

    #[inline(always)]
    unsafe fn mul(a: &Self, b: &Self) -> Product<W> {
        unsafe {
            let zero = W::splat(0);
            let (mut low, mut high) = ([zero; 10], [zero; 10]);
            let mut i = 0;
            while i < 5 {
                let mut j = 0;
                while j < 5 {
                    low[i + j] = W::add_low(low[i + j], a.0[i], b.0[j]);
                    high[i + j + 1] = W::add_high(high[i + j + 1], a.0[i], b.0[j]);
                    j += 1;
                }
                i += 1;
            }
            // High halves count 2^52, which is twice a limb.
            let mut column = low;
            i = 1;
            while i < 10 {
                column[i] = W::add(low[i], W::add(high[i], high[i]));
                i += 1;
            }
            // 2^255 = 19 = 1 + 2 + 16 (mod p).
            Product(each_limb!(I, {
                let above = column[I + 5];
                let thrice = W::add(above, W::add(above, above));
                W::add(W::add(column[I], thrice), W::shift_left::<4>(above))
            }))
        }
    }

    #[inline(always)]
    unsafe fn carry(a: &Product<W>) -> Self {
        unsafe { Self::carried(a.0) }
    }

    #[inline(always)]
    unsafe fn product(a: &Self) -> Product<W> {
        Product(a.0)
    }

    #[inline(always)]
    unsafe fn add(a: &Product<W>, b: &Product<W>) -> Self {
        unsafe { Self::carried(each_limb!(I, W::add(a.0[I], b.0[I]))) }
    }

    #[inline(always)]
    unsafe fn sub(a: &Product<W>, b: &Product<W>) -> Self {
        unsafe { Self::carried(each_limb!(I, W::sub(W::add(a.0[I], W::splat(much_p(I))), b.0[I]))) }
    }

    #[inline(always)]
    unsafe fn double_add(a: &Product<W>, b: &Product<W>) -> Self {
        unsafe { Self::carried(each_limb!(I, W::add(W::add(a.0[I], a.0[I]), b.0[I]))) }
    }

    #[inline(always)]
    unsafe fn double_sub(a: &Product<W>, b: &Product<W>) -> Self {
        unsafe {
            Self::carried(each_limb!(I, {
                let double = W::add(a.0[I], a.0[I]);
                W::sub(W::add(double, W::splat(much_p(I))), b.0[I])
            }))
        }
    }
}
