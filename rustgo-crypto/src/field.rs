//! Integers modulo p = 2^255 - 19, in four words of 64 bits, in plain Rust.

/// A little-endian number below 2^256, for its remainder modulo p. Every operation accepts every representative.
#[derive(Clone, Copy)]
pub struct FieldElement(pub [u64; 4]);

/// The number of limbs, for the backends and the table, which use limbs rather than words.
pub const LIMBS: usize = 5;
pub const LIMB_BITS: u32 = 51;
pub const MASK: u64 = (1 << LIMB_BITS) - 1;

/// p in limbs.
pub const P: [u64; LIMBS] = [MASK - 18, MASK, MASK, MASK, MASK];

/// 2^256 = 38 (mod p).
const WRAP: u64 = 38;

/// The sum, and its carry.
#[inline(always)]
fn add(a: [u64; 4], b: [u64; 4]) -> ([u64; 4], bool) {
    let (word0, carry) = a[0].carrying_add(b[0], false);
    let (word1, carry) = a[1].carrying_add(b[1], carry);
    let (word2, carry) = a[2].carrying_add(b[2], carry);
    let (word3, carry) = a[3].carrying_add(b[3], carry);
    ([word0, word1, word2, word3], carry)
}

/// The difference, and its borrow.
#[inline(always)]
fn sub(a: [u64; 4], b: [u64; 4]) -> ([u64; 4], bool) {
    let (word0, borrow) = a[0].borrowing_sub(b[0], false);
    let (word1, borrow) = a[1].borrowing_sub(b[1], borrow);
    let (word2, borrow) = a[2].borrowing_sub(b[2], borrow);
    let (word3, borrow) = a[3].borrowing_sub(b[3], borrow);
    ([word0, word1, word2, word3], borrow)
}

/// A word times four words, in five: one carry chain, instead of additions after each multiplication.
#[inline(always)]
fn times(a: u64, b: [u64; 4]) -> ([u64; 4], u64) {
    let (low0, high0) = wide(a, b[0]);
    let (low1, high1) = wide(a, b[1]);
    let (low2, high2) = wide(a, b[2]);
    let (low3, high3) = wide(a, b[3]);
    let (word1, carry) = high0.carrying_add(low1, false);
    let (word2, carry) = high1.carrying_add(low2, carry);
    let (word3, carry) = high2.carrying_add(low3, carry);
    ([low0, word1, word2, word3], high3 + carry as u64)
}

/// The product of two words: the low word and the high word.
#[inline(always)]
fn wide(a: u64, b: u64) -> (u64, u64) {
    let product = a as u128 * b as u128;
    (product as u64, (product >> 64) as u64)
}

impl FieldElement {
    pub const ZERO: Self = Self::small(0);
    pub const ONE: Self = Self::small(1);

    pub const fn small(n: u64) -> Self {
        Self([n, 0, 0, 0])
    }

    /// From limbs of 51 bits; the top one may have 52.
    #[inline(always)]
    pub fn from_limbs(limb: &[u64; LIMBS]) -> Self {
        Self([
            limb[0] | limb[1] << 51,
            limb[1] >> 13 | limb[2] << 38,
            limb[2] >> 26 | limb[3] << 25,
            limb[3] >> 39 | limb[4] << 12,
        ])
    }

    /// From limbs below 2^52.
    #[inline(always)]
    pub fn from_loose_limbs(mut limb: [u64; LIMBS]) -> Self {
        for i in 0..4 {
            limb[i + 1] += limb[i] >> LIMB_BITS;
            limb[i] &= MASK;
        }
        Self::wrap(Self::from_limbs(&limb).0, limb[4] >> 52)
    }

    /// The number below p, in limbs of 51 bits.
    pub fn to_limbs(self) -> [u64; LIMBS] {
        let word = self.to_words();
        [
            word[0] & MASK,
            (word[0] >> 51 | word[1] << 13) & MASK,
            (word[1] >> 38 | word[2] << 26) & MASK,
            (word[2] >> 25 | word[3] << 39) & MASK,
            word[3] >> 12,
        ]
    }

    /// The number below p.
    #[inline(always)]
    pub fn to_words(self) -> [u64; 4] {
        const BELOW_TOP: u64 = u64::MAX >> 1;
        // 2^255 = 19 (mod p), which leaves a number below p + 38.
        let [word0, word1, word2, word3] = self.0;
        let (word, _) = add(
            [word0, word1, word2, word3 & BELOW_TOP],
            [19 * (word3 >> 63), 0, 0, 0],
        );
        // It is p or more exactly if adding 19 reaches 2^255. Then adding 19 and clearing that bit subtracts p.
        let (above, _) = add(word, [19, 0, 0, 0]);
        let (word, _) = add(word, [19 * (above[3] >> 63), 0, 0, 0]);
        [word[0], word[1], word[2], word[3] & BELOW_TOP]
    }

    #[inline(always)]
    pub fn add(&self, other: &Self) -> Self {
        let (sum, carry) = add(self.0, other.0);
        Self::wrap(sum, carry as u64)
    }

    #[inline(always)]
    pub fn sub(&self, other: &Self) -> Self {
        let (difference, borrow) = sub(self.0, other.0);
        let (mut word, borrow) = sub(difference, [WRAP * borrow as u64, 0, 0, 0]);
        // If it borrows again, it is close below 2^256, so the lowest word can't borrow.
        word[0] -= WRAP * borrow as u64;
        Self(word)
    }

    /// word + 2^256·carry.
    #[inline(always)]
    fn wrap(word: [u64; 4], carry: u64) -> Self {
        let (mut word, carry) = add(word, [WRAP * carry, 0, 0, 0]);
        // If it carries again, it is small, so the lowest word can't carry.
        word[0] += WRAP * carry as u64;
        Self(word)
    }

    #[inline(always)]
    pub fn mul(&self, other: &Self) -> Self {
        let (a, b) = (self.0, other.0);
        let ([word0, word1, word2, word3], word4) = times(a[0], b);
        let (row, high) = times(a[1], b);
        let ([word1, word2, word3, word4], carry) = add([word1, word2, word3, word4], row);
        let word5 = high + carry as u64;
        let (row, high) = times(a[2], b);
        let ([word2, word3, word4, word5], carry) = add([word2, word3, word4, word5], row);
        let word6 = high + carry as u64;
        let (row, high) = times(a[3], b);
        let ([word3, word4, word5, word6], carry) = add([word3, word4, word5, word6], row);
        let word7 = high + carry as u64;
        // The words above 2^256 are added back 38-fold.
        let (row, high) = times(WRAP, [word4, word5, word6, word7]);
        let (word, carry) = add([word0, word1, word2, word3], row);
        Self::wrap(word, high + carry as u64)
    }
}

#[cfg(test)]
mod tests {
    use fastrand::Rng;
    use num_bigint::BigUint;

    use super::*;
    use crate::reference::{element, from_limbs, from_words, p, value};

    #[test]
    fn arithmetic() {
        let mut random = Rng::with_seed(1);
        for i in 0..200_000 {
            let (a, b) = (element(i, &mut random), element(i / 16, &mut random));
            let (x, y) = (value(&a), value(&b));
            assert_eq!(value(&a.add(&b)), (&x + &y) % p(), "{:x?} + {:x?}", a.0, b.0);
            assert_eq!(
                value(&a.sub(&b)),
                (&x + p() - &y) % p(),
                "{:x?} - {:x?}",
                a.0,
                b.0
            );
            assert_eq!(value(&a.mul(&b)), x * y % p(), "{:x?} · {:x?}", a.0, b.0);
        }
    }

    #[test]
    fn one_way_to_write_a_number() {
        let mut random = Rng::with_seed(2);
        for i in 0..200_000 {
            let a = element(i, &mut random);
            assert_eq!(from_words(&a.to_words()), value(&a), "{:x?}", a.0);
            let limbs = a.to_limbs();
            assert!(limbs.iter().all(|limb| *limb <= MASK));
            assert_eq!(from_limbs(&limbs, |i| 51 * i), value(&a), "{:x?}", a.0);
            assert_eq!(value(&FieldElement::from_limbs(&limbs)), value(&a), "{:x?}", a.0);
        }
        let p_words = [u64::MAX - 18, u64::MAX, u64::MAX, u64::MAX >> 1];
        assert_eq!(FieldElement(p_words).to_words(), [0; 4]);
    }

    #[test]
    fn loose_limbs() {
        const LARGEST: u64 = (1 << 52) - 1;
        let mut random = Rng::with_seed(3);
        for _ in 0..200_000 {
            let limbs = [(); LIMBS].map(|()| match random.u8(0..4) {
                0 => LARGEST,
                1 => MASK,
                _ => random.u64(0..=LARGEST),
            });
            let wanted = from_limbs(&limbs, |i| 51 * i);
            assert_eq!(
                value(&FieldElement::from_loose_limbs(limbs)),
                wanted,
                "{limbs:x?}"
            );
        }
        assert_eq!(value(&FieldElement::from_loose_limbs([0; LIMBS])), BigUint::ZERO);
    }
}
