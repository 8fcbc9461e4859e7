//! Divsteps on the low bits of f and g, and the matrix that they amount to.
//!
//! A divstep maps (δ, f, g), f odd, to (1 - δ, g, (g - f)/2) where δ > 0 and g is odd, and to (1 + δ, f, (g + f)/2) or
//! (1 + δ, f, g/2) else.
//!
//! The matrix grows by a bit a step. For 20 steps its columns fit above the low bits of f and g, in the same words, so
//! that one addition does the work of three: the packing of Pornin, "Optimized binary GCD for modular inversion" (2020,
//! <https://eprint.iacr.org/2020/972>), section 3, for divsteps as in s2n-bignum's `bignum_inv_p25519`
//! (<https://github.com/awslabs/s2n-bignum>).

use core::hint::black_box;

/// Divsteps at a time.
const STEPS: u32 = 20;
/// Where the columns of the matrix are after these steps, above the low bits and each other: a bit for the sign.
const FIRST: u32 = STEPS + 1;
const SECOND: u32 = 2 * FIRST;

/// What some divsteps do: 2^steps·(f', g') = ((u, v), (q, r))·(f, g).
#[derive(Clone, Copy)]
pub struct Matrix {
    pub u: i64,
    pub v: i64,
    pub q: i64,
    pub r: i64,
}

impl Matrix {
    /// This matrix after another.
    #[inline(always)]
    pub fn after(&self, first: &Self) -> Self {
        Self {
            u: self.u * first.u + self.v * first.q,
            v: self.u * first.v + self.v * first.r,
            q: self.q * first.u + self.r * first.q,
            r: self.q * first.v + self.r * first.r,
        }
    }

    /// f' and g' of 20 divsteps, in as many low bits as f and g have less 20.
    #[inline(always)]
    pub fn low(&self, f: i64, g: i64) -> (i64, i64) {
        let row = |a: i64, b: i64| a.wrapping_mul(f).wrapping_add(b.wrapping_mul(g)) >> STEPS;
        (row(self.u, self.v), row(self.q, self.r))
    }
}

/// The state that divsteps carry on.
pub struct Divsteps {
    /// -(δ + 1/2), so that the sign bit tells δ > 0.
    zeta: i64,
    /// The number 1, which the compiler must not know: else it sees that masks made with it are conditions, and turns
    /// them into longer chains, or into branches on secrets.
    one: i64,
}

impl Divsteps {
    /// δ = 1/2.
    #[inline(always)]
    pub fn new() -> Self {
        Self {
            zeta: -1,
            one: black_box(1),
        }
    }

    /// Does 20 divsteps. The matrix comes out negated, and so will f, g, d and e, all four.
    ///
    /// A word starts as 20 bits of f less the unit of the first column, or of g less that of the second. Divsteps are
    /// linear, so it ends as (low bits) - (first column)·2^21 - (second column)·2^42, with the low bits less than 2^20
    /// either way. Columns lie in (-2^20, 2^20], so that negated they fit into 21 bits.
    #[inline(always)]
    pub fn steps(&mut self, f: i64, g: i64) -> Matrix {
        const LOW: i64 = (1 << STEPS) - 1;
        // The odd f is held as (f - 1)/2, which makes for a shorter step.
        let mut f = ((f & LOW) - (1 << (FIRST + STEPS))) >> 1;
        let mut g = (g & LOW) - (1 << (SECOND + STEPS));
        for _ in 0..STEPS {
            let odd = 0i64.wrapping_sub(g & self.one);
            let positive = self.zeta >> 63;
            let swap = odd & positive;
            let half = g >> 1;
            // (g ± f)/2 of odd numbers is ⌊g/2⌋ ± (f - 1)/2, and 1 more for the plus.
            g = half.wrapping_sub(odd).wrapping_add((f ^ positive) & odd);
            f ^= (f ^ half) & swap;
            self.zeta = (self.zeta ^ swap).wrapping_sub(1);
        }
        let f = f.wrapping_mul(2).wrapping_add(1);
        // Half a unit rounds a column to the nearest number: what is below it amounts to less.
        let first = |word: i64| word.wrapping_add(1 << (FIRST - 1)) << (64 - SECOND) >> (64 - SECOND + FIRST);
        let second = |word: i64| word.wrapping_add((1 << (FIRST - 1)) + (1 << (SECOND - 1))) >> SECOND;
        Matrix {
            u: first(f),
            v: second(f),
            q: first(g),
            r: second(g),
        }
    }
}
