//! Inversion modulo p = 2^255 - 19 by constant-time divsteps, instead of the power p - 2: a third of its time.
//!
//! Bernstein and Yang, "Fast constant-time gcd computation and modular inversion" (2019,
//! <https://eprint.iacr.org/2019/266>): a matrix comes of divsteps on the low bits alone, and is applied to the whole
//! numbers once in a round (section 9). In the variant whose δ starts at 1/2, of Pieter Wuille, 590 divsteps suffice for
//! moduli of 256 bits (<https://github.com/bitcoin-core/secp256k1/blob/master/doc/safegcd_implementation.md>, section 8;
//! its bound comes of convex hulls, <https://github.com/sipa/safegcd-bounds>). Here they are 600, in ten rounds of 60.

mod divsteps;
mod signed;

use crate::field::FieldElement;
use divsteps::Divsteps;

pub use divsteps::Matrix;
pub use signed::{P_INVERSE, Serial, Signed};

/// Divsteps in a round: what a round divides by is a shift by whole limbs, of 60 bits or of 30.
pub const ROUND: u32 = 60;
const ROUNDS: usize = 10;

/// The numbers that divsteps work on, for one way to apply a matrix: f and g, which a divstep makes smaller, and d and e,
/// which keep f ≡ d·x and g ≡ e·x (mod p), as each round divides both sides by 2^60.
///
/// # Safety
///
/// All functions need the processor features of their implementation.
pub trait Numbers {
    /// f = p, g = x, d = 0, e = 1; x below p, in 256-bit little-endian words.
    unsafe fn new(x: &[u64; 4]) -> Self;

    /// f and g modulo 2^60, with anything above.
    unsafe fn low(&self) -> (i64, i64);

    /// Multiplies (f, g) by the matrix, and (d, e) too, and divides them by 2^60: (d, e) modulo p.
    ///
    /// At once only for `low`: the rest may wait for `catch_up`, to be done beside the next divsteps.
    unsafe fn apply(&mut self, matrix: &Matrix);

    /// Does half of what `apply` left to do, the first half first.
    unsafe fn catch_up(&mut self, half: Half);

    /// d, with the sign of f, as a number below p. All is caught up.
    unsafe fn quotient(self) -> [u64; 4];
}

/// Which half.
#[derive(Clone, Copy)]
pub enum Half {
    First,
    Second,
}

/// The inverse, and 0 for 0. Constant time.
///
/// # Safety
///
/// The processor has the features of `N`.
#[inline(always)]
pub unsafe fn invert<N: Numbers>(x: &FieldElement) -> FieldElement {
    let mut divsteps = Divsteps::new();
    // SAFETY: the caller guarantees the features that the number type needs.
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
        // Now g = 0 and f = ±gcd(p, x): ±1, or ±p where x = 0 and with it d.
        FieldElement(numbers.quotient())
    }
}

#[cfg(test)]
mod tests {
    /// 540 are enough for all numbers that are compared here, so that no comparison would notice that there are too few.
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
