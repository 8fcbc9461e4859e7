//! Signed numbers of about 256 bits, in limbs of 60 bits: applies a matrix without vectors.

use core::hint::black_box;

use super::divsteps::Matrix;
use super::{Half, Numbers, ROUND};

/// The sum of limb·2^(60·i): all but the last in [0, 2^60), the last signed.
#[derive(Clone, Copy)]
pub struct Signed(pub [i64; 5]);

const MASK: i64 = (1 << ROUND) - 1;

/// p = 2^255 - 19 adds to the lowest limb and the highest one.
const LOWEST: i64 = -19;
const TOP_BIT: u32 = 255 - 4 * ROUND;

/// The inverse of p modulo 2^60, by Newton's iteration: each round doubles the number of correct bits.
pub const P_INVERSE: i64 = {
    let mut inverse = LOWEST;
    let mut bits = 3;
    while bits < ROUND {
        inverse = inverse.wrapping_mul(2i64.wrapping_sub(LOWEST.wrapping_mul(inverse)));
        bits *= 2;
    }
    inverse & MASK
};

#[inline(always)]
fn product(a: i64, b: i64) -> i128 {
    i128::from(a) * i128::from(b)
}

impl Signed {
    pub const ZERO: Self = Self([0; 5]);
    pub const ONE: Self = Self([1, 0, 0, 0, 0]);
    pub const P: Self = Self([MASK + 1 + LOWEST, MASK, MASK, MASK, (1 << TOP_BIT) - 1]);

    /// From 256-bit little-endian words.
    #[inline(always)]
    pub fn from_words(w: &[u64; 4]) -> Self {
        let mask = MASK as u64;
        Self([
            (w[0] & mask) as i64,
            ((w[0] >> 60 | w[1] << 4) & mask) as i64,
            ((w[1] >> 56 | w[2] << 8) & mask) as i64,
            ((w[2] >> 52 | w[3] << 12) & mask) as i64,
            (w[3] >> 48) as i64,
        ])
    }

    /// To 256-bit little-endian words, of a number in [0, 2^255).
    #[inline(always)]
    pub fn to_words(self) -> [u64; 4] {
        let limb = self.0.map(|limb| limb as u64);
        [
            limb[0] | limb[1] << 60,
            limb[1] >> 4 | limb[2] << 56,
            limb[2] >> 8 | limb[3] << 52,
            limb[3] >> 12 | limb[4] << 48,
        ]
    }

    /// The same number in limbs of 30 bits.
    #[inline(always)]
    pub fn halves(&self) -> [i64; 9] {
        let mut halves = [0; 9];
        for i in 0..4 {
            halves[2 * i] = self.0[i] & (MASK >> 30);
            halves[2 * i + 1] = self.0[i] >> 30;
        }
        halves[8] = self.0[4];
        halves
    }

    /// From limbs of 30 bits.
    #[inline(always)]
    pub fn from_halves(halves: &[i64; 9]) -> Self {
        let mut limbs = [halves[8]; 5];
        for i in 0..4 {
            limbs[i] = halves[2 * i] + (halves[2 * i + 1] << 30);
        }
        Self(limbs)
    }

    /// The number modulo 2^64.
    #[inline(always)]
    pub fn low(&self) -> i64 {
        self.0[0].wrapping_add(self.0[1] << ROUND)
    }

    /// All ones for a negative number, else 0.
    #[inline(always)]
    pub fn sign(&self) -> i64 {
        self.0[4] >> 63
    }

    /// A number in (-2p, p), negated where `sign` is all ones, modulo p.
    #[inline(always)]
    pub fn normalize(self, sign: i64) -> Self {
        // Otherwise the compiler may branch on it.
        let sign = black_box(sign);
        let limbs = self.add_p_if_negative().0.map(|limb| (limb ^ sign) - sign);
        Self(limbs).carry().add_p_if_negative().carry()
    }

    #[inline(always)]
    fn add_p_if_negative(mut self) -> Self {
        let sign = black_box(self.sign());
        self.0[0] += LOWEST & sign;
        self.0[4] += (1 << TOP_BIT) & sign;
        self
    }

    #[inline(always)]
    fn carry(mut self) -> Self {
        for i in 0..4 {
            self.0[i + 1] += self.0[i] >> ROUND;
            self.0[i] &= MASK;
        }
        self
    }
}

/// f, g, d and e in general-purpose registers.
pub struct Serial {
    f: Signed,
    g: Signed,
    d: Signed,
    e: Signed,
}

impl Numbers for Serial {
    #[inline(always)]
    unsafe fn new(x: &[u64; 4]) -> Self {
        Self {
            f: Signed::P,
            g: Signed::from_words(x),
            d: Signed::ZERO,
            e: Signed::ONE,
        }
    }

    #[inline(always)]
    unsafe fn low(&self) -> (i64, i64) {
        (self.f.low(), self.g.low())
    }

    #[inline(always)]
    unsafe fn apply(&mut self, &Matrix { u, v, q, r }: &Matrix) {
        // f and g first: the next round waits for them alone, and the processor computes d and e meanwhile.
        (self.f, self.g) = (
            divide(u, v, &self.f, &self.g, 0),
            divide(q, r, &self.f, &self.g, 0),
        );
        (self.d, self.e) = (
            divide_mod_p(u, v, &self.d, &self.e),
            divide_mod_p(q, r, &self.d, &self.e),
        );
    }

    #[inline(always)]
    unsafe fn catch_up(&mut self, _: Half) {}

    #[inline(always)]
    unsafe fn quotient(self) -> [u64; 4] {
        self.d.normalize(self.f.sign()).to_words()
    }
}

/// (a·x + b·y + m·p)/2^60, which leaves no remainder.
#[inline(always)]
fn divide(a: i64, b: i64, x: &Signed, y: &Signed, m: i64) -> Signed {
    let column = |i: usize| product(a, x.0[i]) + product(b, y.0[i]);
    let mut carry = (column(0) + product(LOWEST, m)) >> ROUND;
    let mut quotient = [0; 5];
    for i in 1..5 {
        carry += column(i);
        if i == 4 {
            carry += i128::from(m) << TOP_BIT;
        }
        quotient[i - 1] = carry as i64 & MASK;
        carry >>= ROUND;
    }
    quotient[4] = carry as i64;
    Signed(quotient)
}

/// (a·x + b·y)/2^60 modulo p: adds the multiple of p that leaves no remainder, and a + b more for negative x and y.
#[inline(always)]
fn divide_mod_p(a: i64, b: i64, x: &Signed, y: &Signed) -> Signed {
    let add = (a & x.sign()) + (b & y.sign());
    let low = a.wrapping_mul(x.0[0]).wrapping_add(b.wrapping_mul(y.0[0]));
    let m = add - (P_INVERSE.wrapping_mul(low).wrapping_add(add) & MASK);
    divide(a, b, x, y, m)
}
