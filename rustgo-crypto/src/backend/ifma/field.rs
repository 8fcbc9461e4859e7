//! A field element in each lane, in radix 2^51, multiplied by the 52-bit multiply-and-add of AVX-512 IFMA.
//!
//! The instructions were proposed by Gueron and Krasnov, "Software implementation of modular exponentiation, using
//! advanced vector instructions architectures" (2012, <https://doi.org/10.1007/978-3-642-31662-3_9>). Radix 2^51
//! instead of 2^52 leaves a bit for carries, as in curve25519-dalek's backend.

use super::word::Word;
use crate::edwards::Lanes;
use crate::field::{LIMB_BITS, LIMBS, MASK, P};

/// The sum of limb·2^(51·i), modulo p, in limbs below 2^52, which a multiplication accepts. Carrying leaves limbs
/// slightly above 2^51.
#[derive(Clone, Copy)]
pub struct Field<W>(pub [W; LIMBS]);

/// The same in limbs below 2^59.5, as a multiplication leaves it if one of its factors is carried.
#[derive(Clone, Copy)]
pub struct Product<W>(pub [W; LIMBS]);

/// A limb of 512p, which is at least any limb of a product.
pub const fn much_p(i: usize) -> u64 {
    512 * P[i]
}

impl<W: Word> Field<W> {
    /// Carries limbs of any size.
    ///
    /// # Safety
    ///
    /// Those of `Word`. The other functions require them too.
    #[inline(always)]
    pub unsafe fn carried(limb: [W; LIMBS]) -> Self {
        // SAFETY: the caller guarantees AVX-512F, VL and IFMA, which the called functions need.
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
        // SAFETY: the caller guarantees AVX-512F, VL and IFMA, which the called functions need.
        unsafe { Self(each_limb!(I, W::splat(limbs[I]))) }
    }

    #[inline(always)]
    unsafe fn mul(a: &Self, b: &Self) -> Product<W> {
        // SAFETY: the caller guarantees AVX-512F, VL and IFMA, which the called functions need.
        unsafe {
            let mut column = [W::splat(0); 10];
            let mut i = 0;
            while i < 5 {
                let mut j = 0;
                while j < 5 {
                    column[i + j + 1] = W::add_high(column[i + j + 1], a.0[i], b.0[j]);
                    j += 1;
                }
                i += 1;
            }
            // High halves have weight 2^52, which is twice that of a limb.
            i = 1;
            while i < 10 {
                column[i] = W::add(column[i], column[i]);
                i += 1;
            }
            i = 0;
            while i < 5 {
                let mut j = 0;
                while j < 5 {
                    column[i + j] = W::add_low(column[i + j], a.0[i], b.0[j]);
                    j += 1;
                }
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
        // SAFETY: the caller guarantees AVX-512F, VL and IFMA, which the called functions need.
        unsafe { Self::carried(a.0) }
    }

    #[inline(always)]
    unsafe fn product(a: &Self) -> Product<W> {
        Product(a.0)
    }

    #[inline(always)]
    unsafe fn add(a: &Product<W>, b: &Product<W>) -> Self {
        // SAFETY: the caller guarantees AVX-512F, VL and IFMA, which the called functions need.
        unsafe { Self::carried(each_limb!(I, W::add(a.0[I], b.0[I]))) }
    }

    #[inline(always)]
    unsafe fn sub(a: &Product<W>, b: &Product<W>) -> Self {
        // SAFETY: the caller guarantees AVX-512F, VL and IFMA, which the called functions need.
        unsafe { Self::carried(each_limb!(I, W::sub(W::add(a.0[I], W::splat(much_p(I))), b.0[I]))) }
    }

    #[inline(always)]
    unsafe fn double_add(a: &Product<W>, b: &Product<W>) -> Self {
        // SAFETY: the caller guarantees AVX-512F, VL and IFMA, which the called functions need.
        unsafe { Self::carried(each_limb!(I, W::add(W::add(a.0[I], a.0[I]), b.0[I]))) }
    }

    #[inline(always)]
    unsafe fn double_sub(a: &Product<W>, b: &Product<W>) -> Self {
        // SAFETY: the caller guarantees AVX-512F, VL and IFMA, which the called functions need.
        unsafe {
            Self::carried(each_limb!(I, {
                let double = W::add(a.0[I], a.0[I]);
                W::sub(W::add(double, W::splat(much_p(I))), b.0[I])
            }))
        }
    }
}

#[cfg(test)]
mod tests {
    use core::arch::x86_64::*;
    use core::array::from_fn;
    use std::vec::Vec;

    use fastrand::Rng;

    use super::*;
    use crate::reference::{from_limbs, p, skipped};

    /// Further operations that the tests need.
    trait Lanewise: Word {
        const LANES: usize;

        fn load(words: impl Fn(usize) -> u64) -> Self;
        fn lane(self, lane: usize) -> u64;
    }

    macro_rules! lanewise {
        ($vector:ty, $lanes:literal) => {
            impl Lanewise for $vector {
                const LANES: usize = $lanes;

                fn load(words: impl Fn(usize) -> u64) -> Self {
                    let words: [u64; $lanes] = from_fn(words);
                    // SAFETY: both types have the same size, and every bit pattern is a value of either.
                    unsafe { core::mem::transmute(words) }
                }

                fn lane(self, lane: usize) -> u64 {
                    // SAFETY: both types have the same size, and every bit pattern is a value of either.
                    let words: [u64; $lanes] = unsafe { core::mem::transmute(self) };
                    words[lane]
                }
            }
        };
    }

    lanewise!(__m256i, 4);
    lanewise!(__m512i, 8);

    /// The largest limb of a carried element, of a factor that is not carried, and of a product.
    const CARRIED: u64 = (1 << 51) + (1 << 18);
    const FACTOR: u64 = (1 << 52) - 1;
    const PRODUCT: u64 = 512 * P[0];

    fn limbs<W: Lanewise>(most: u64, random: &mut Rng) -> Vec<[u64; LIMBS]> {
        let mut lane = || {
            let kind = random.u8(0..4);
            from_fn(|_| match kind {
                0 => most,
                1 => [0, most][random.usize(0..2)],
                _ => random.u64(0..=most),
            })
        };
        (0..W::LANES).map(|_| lane()).collect()
    }

    fn vectors<W: Lanewise>(limbs: &[[u64; LIMBS]]) -> [W; LIMBS] {
        from_fn(|i| W::load(|lane| limbs[lane][i]))
    }

    fn check<W: Lanewise>(result: [W; LIMBS], most: u64, wanted: impl Fn(usize) -> num_bigint::BigUint) {
        for lane in 0..W::LANES {
            let limbs = result.map(|vector| vector.lane(lane));
            assert_eq!(from_limbs(&limbs, |i| 51 * i), wanted(lane) % p(), "lane {lane}");
            assert!(limbs.iter().all(|limb| *limb <= most), "lane {lane}: {limbs:x?}");
        }
    }

    /// # Safety
    ///
    /// The processor has the features.
    unsafe fn arithmetic<W: Lanewise>() {
        let mut random = Rng::with_seed(7);
        for _ in 0..50_000 {
            let (a, b) = (limbs::<W>(CARRIED, &mut random), limbs::<W>(FACTOR, &mut random));
            let of = |limbs: &[[u64; LIMBS]], lane: usize| from_limbs(&limbs[lane], |i| 51 * i);
            // SAFETY: the caller guarantees AVX-512F, VL and IFMA, which the called functions need.
            unsafe {
                let product = Field::<W>::mul(&Field(vectors(&a)), &Field(vectors(&b)));
                check(product.0, PRODUCT, |lane| of(&a, lane) * of(&b, lane));

                let (a, b) = (limbs::<W>(PRODUCT, &mut random), limbs::<W>(PRODUCT, &mut random));
                let (x, y) = (Product(vectors::<W>(&a)), Product(vectors::<W>(&b)));
                check(Field::carry(&x).0, CARRIED, |lane| of(&a, lane));
                check(Field::add(&x, &y).0, CARRIED, |lane| of(&a, lane) + of(&b, lane));
                check(Field::sub(&x, &y).0, CARRIED, |lane| {
                    of(&a, lane) + p() - of(&b, lane)
                });
                check(Field::double_add(&x, &y).0, CARRIED, |lane| {
                    of(&a, lane) * 2u8 + of(&b, lane)
                });
                check(Field::double_sub(&x, &y).0, CARRIED, |lane| {
                    of(&a, lane) * 2u8 + p() - of(&b, lane)
                });
            }
        }
    }

    #[test]
    fn arithmetic_at_the_bounds() {
        if !super::super::tests::has_features() {
            return skipped("ifma: field");
        }
        // SAFETY: the processor has the features.
        unsafe {
            arithmetic::<__m256i>();
            arithmetic::<__m512i>();
        }
    }
}
