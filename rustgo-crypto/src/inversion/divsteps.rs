//! Divsteps on the low bits of f and g, and the matrix that has the same effect.
//!
//! A divstep maps (δ, f, g), f odd, to (1 - δ, g, (g - f)/2) if δ > 0 and g is odd, and otherwise to (1 + δ, f, (g +
//! f)/2) or (1 + δ, f, g/2).
//!
//! The matrix grows by one bit per step. For 20 steps its columns fit above the low bits of f and g in the same words,
//! so that one addition does the work of three. This is the packing of Pornin, "Optimized binary GCD for modular
//! inversion" (2020, <https://eprint.iacr.org/2020/972>), section 3, for divsteps as in s2n-bignum's
//! `bignum_inv_p25519` (<https://github.com/awslabs/s2n-bignum>).

use core::hint::black_box;

/// Divsteps per matrix of one word.
const STEPS: u32 = 20;
/// Where the columns of the matrix are after these steps, above the low bits and each other. One bit is for the sign.
const FIRST: u32 = STEPS + 1;
const SECOND: u32 = 2 * FIRST;

/// The effect of some divsteps: 2^steps·(f', g') = ((u, v), (q, r))·(f, g).
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

    /// f' and g' after 20 divsteps, with 20 correct low bits fewer than f and g.
    #[inline(always)]
    pub fn low(&self, f: i64, g: i64) -> (i64, i64) {
        let row = |a: i64, b: i64| a.wrapping_mul(f).wrapping_add(b.wrapping_mul(g)) >> STEPS;
        (row(self.u, self.v), row(self.q, self.r))
    }
}

/// The state that is carried from one divstep to the next.
pub struct Divsteps {
    /// -(δ + 1/2), whose sign bit says whether δ > 0.
    zeta: i64,
    /// The number 1, hidden from the compiler: otherwise it sees that masks made with it are conditions, and turns them
    /// into longer dependency chains, or into branches on secrets.
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

    /// Does 20 divsteps. The matrix comes out negated, and so will all four of f, g, d and e.
    ///
    /// A word starts as 20 bits of f minus the unit of the first column, or of g minus that of the second. Divsteps are
    /// linear, so it ends as (low bits) - (first column)·2^21 - (second column)·2^42, with the low bits below 2^20 in
    /// absolute value. Columns lie in (-2^20, 2^20], so negated they fit into 21 bits.
    #[inline(always)]
    pub fn steps(&mut self, f: i64, g: i64) -> Matrix {
        const LOW: i64 = (1 << STEPS) - 1;
        // The odd f is held as (f - 1)/2, which makes the step shorter.
        let mut f = ((f & LOW) - (1 << (FIRST + STEPS))) >> 1;
        let mut g = (g & LOW) - (1 << (SECOND + STEPS));
        for _ in 0..STEPS {
            let odd = 0i64.wrapping_sub(g & self.one);
            let positive = self.zeta >> 63;
            let swap = odd & positive;
            let half = g >> 1;
            // (g ± f)/2 of odd numbers is ⌊g/2⌋ ± (f - 1)/2, plus 1 for the plus sign.
            g = half.wrapping_sub(odd).wrapping_add((f ^ positive) & odd);
            f ^= (f ^ half) & swap;
            self.zeta = (self.zeta ^ swap).wrapping_sub(1);
        }
        let f = f.wrapping_mul(2).wrapping_add(1);
        // Half a unit rounds a column to the nearest number: everything below it is less than that.
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

#[cfg(test)]
mod tests {
    use fastrand::Rng;

    use super::*;

    /// 20 divsteps by their definition, one by one: the matrix, times 2^20, and 2·δ. `twice_delta` is odd.
    fn reference(mut twice_delta: i64, mut f: i64, mut g: i64) -> ([i64; 4], i64) {
        let [mut u, mut v, mut q, mut r] = [1, 0, 0, 1];
        for _ in 0..STEPS {
            if g & 1 == 0 {
                twice_delta += 2;
            } else if twice_delta > 0 {
                twice_delta = 2 - twice_delta;
                (f, g) = (g, g - f);
                [u, v, q, r] = [q, r, q - u, r - v];
            } else {
                twice_delta += 2;
                g += f;
                [q, r] = [q + u, r + v];
            }
            g >>= 1;
            [u, v] = [2 * u, 2 * v];
        }
        ([u, v, q, r], twice_delta)
    }

    fn check(divsteps: &mut Divsteps, f: i64, g: i64) {
        let twice_delta = -2 * divsteps.zeta - 1;
        let (wanted, twice_delta) = reference(twice_delta, f, g);
        let Matrix { u, v, q, r } = divsteps.steps(f, g);
        assert_eq!([u, v, q, r], wanted.map(|entry| -entry), "{f:#x} {g:#x}");
        assert_eq!(-2 * divsteps.zeta - 1, twice_delta, "{f:#x} {g:#x}");
    }

    /// The columns are largest if g has many zeros or ones, or if f and g are alike.
    #[test]
    fn matrices_are_those_of_single_steps() {
        let mut random = Rng::with_seed(8);
        for i in 0..300_000 {
            let f = random.i64(..) >> 3 | 1;
            let low = random.u32(0..40);
            let g = random.i64(..) >> 3;
            let g = match i % 6 {
                0 => 0,
                1 => g & (-1 << low),
                2 => g | !(-1 << low),
                3 => f ^ (g & (-1 << low)),
                4 => -f + (g & (-1 << low)),
                _ => g,
            };
            let f = if i % 7 == 0 { 1 - 2 * (f & 1) } else { f };
            // From any δ that some steps lead to.
            let mut divsteps = Divsteps::new();
            divsteps.zeta = random.i64(-600..600);
            check(&mut divsteps, f, g);
            check(&mut Divsteps::new(), f, g);
        }
    }
}
