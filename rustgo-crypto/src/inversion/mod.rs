//! Inversion modulo p = 2^255 - 19 by constant-time divsteps, in a third of the time of the power p - 2.
//!
//! Bernstein and Yang, "Fast constant-time gcd computation and modular inversion" (2019,
//! <https://eprint.iacr.org/2019/266>): a matrix is computed from the low bits alone, and applied to the whole numbers
//! once per round (section 9). In Pieter Wuille's variant, whose δ starts at 1/2, 590 divsteps suffice for moduli of
//! 256 bits (<https://github.com/bitcoin-core/secp256k1/blob/master/doc/safegcd_implementation.md>, section 8; the
//! bound is from convex hulls, <https://github.com/sipa/safegcd-bounds>). Here there are 600, in ten rounds of 60.

mod divsteps;
mod signed;

use crate::field::FieldElement;
use divsteps::Divsteps;

pub use divsteps::Matrix;
pub use signed::{P_INVERSE, Serial, Signed};

/// Divsteps per round. A round divides by a shift of whole limbs, of 60 bits or of 30.
pub const ROUND: u32 = 60;
const ROUNDS: usize = 10;

/// The numbers that divsteps work on, for one way to apply a matrix: f and g, which a divstep makes smaller, and d and
/// e, which keep f ≡ d·x and g ≡ e·x (mod p), as each round divides both sides by 2^60.
///
/// # Safety
///
/// All functions require the processor features of the implementation.
pub trait Numbers {
    /// f = p, g = x, d = 0, e = 1; x below p, in 256-bit little-endian words.
    unsafe fn new(x: &[u64; 4]) -> Self;

    /// f and g modulo 2^60, with anything above.
    unsafe fn low(&self) -> (i64, i64);

    /// Multiplies (f, g) by the matrix, and (d, e) too, and divides them by 2^60: (d, e) modulo p.
    ///
    /// Only `low` has to be right immediately. The rest may be left to `catch_up`, to run alongside the next divsteps.
    unsafe fn apply(&mut self, matrix: &Matrix);

    /// Does half of the work that `apply` left, the first half first.
    unsafe fn catch_up(&mut self, half: Half);

    /// d, with the sign of f, as a number below p. `catch_up` has done both halves.
    unsafe fn quotient(self) -> [u64; 4];
}

/// One half of the work that `apply` left.
#[derive(Clone, Copy)]
pub enum Half {
    First,
    Second,
}

/// The inverse, and 0 for 0. Constant time.
///
/// # Safety
///
/// The processor has the features that `N` requires.
#[inline(always)]
pub unsafe fn invert<N: Numbers>(x: &FieldElement) -> FieldElement {
    let mut divsteps = Divsteps::new();
    // SAFETY: the caller guarantees the features that `N` requires.
    unsafe {
        let mut numbers = N::new(&x.to_words());
        for _ in 0..ROUNDS {
            let (f, g) = numbers.low();
            let first = divsteps.steps(f, g);
            let (f, g) = first.low(f, g);
            numbers.catch_up(Half::First);
            let second = divsteps.steps(f, g);
            let (f, g) = second.low(f, g);
            numbers.catch_up(Half::Second);
            let third = divsteps.steps(f, g);
            numbers.apply(&third.after(&second.after(&first)));
        }
        numbers.catch_up(Half::First);
        numbers.catch_up(Half::Second);
        // Now g = 0 and f = ±gcd(p, x), which is ±1, or ±p for x = 0, where d = 0.
        FieldElement(numbers.quotient())
    }
}

#[cfg(test)]
mod tests {
    /// 540 divsteps suffice for every number compared here, so no comparison would notice that they are too few.
    #[test]
    fn divsteps_suffice() {
        const PROVEN: usize = 590;
        assert!(super::ROUNDS * super::ROUND as usize >= PROVEN);
        assert_eq!(super::ROUND % 20, 0);
    }

    #[test]
    fn inverses_are_those_of_fermat() {
        // SAFETY: needs no features.
        crate::reference::check_inversion(|x| unsafe { super::invert::<super::Serial>(x) });
    }
}
