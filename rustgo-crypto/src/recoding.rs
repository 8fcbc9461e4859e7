//! The digits of a scalar: odd, signed, never 0, so that a table needs neither an entry for 0 nor a special case.
//!
//! An odd s is the sum of d·2^(w·i) over n windows of w bits, d = 2·b - (2^w - 1), where the b are the windows of
//! (s + 2^(w·n) - 1)/2 (Hamburg, "Fast and compact elliptic-curve cryptography", 2012,
//! <https://eprint.iacr.org/2012/309>, section 3.2: the signed all-bits set). The order of the basepoint, ℓ, is odd, so
//! subtracting ℓ makes an even s odd. Both together accept any s below 2^256 without a reduction.
//!
//! So a window b is negative if its top bit is 0. It stands for the multiple 2·e + 1, entry e of a table, where e is
//! the lower bits, inverted if the window is negative.

use subtle::{Choice, ConditionallySelectable};

use crate::table::{POSITIONS, wide};

/// (ℓ + 1)/2 with ℓ = 2^252 + 27742317777372353535851937790883648493 (RFC 8032, section 5.1).
const HALF_ORDER: [u64; 4] = [0x2c09318d2e7ae9f7, 0x0a6f7cef517bce6b, 0, 0x0800000000000000];

/// (s + 2^256 - 1)/2 of an odd s, (s - ℓ + 2^256 - 1)/2 of an even one; 256-bit little-endian words.
#[inline(always)]
pub fn halve(scalar: &[u8; 32]) -> [u64; 4] {
    let mut words = [0; 5];
    for (word, bytes) in words.iter_mut().zip(scalar.as_chunks().0) {
        *word = u64::from_le_bytes(*bytes);
    }
    words[4] = 1;
    let odd = Choice::from((words[0] & 1) as u8);
    let mut half = [0; 4];
    let mut borrow = false;
    for i in 0..4 {
        let order = u64::conditional_select(&HALF_ORDER[i], &0, odd);
        (half[i], borrow) = (words[i] >> 1 | words[i + 1] << 63).borrowing_sub(order, borrow);
    }
    half
}

/// The windows of four bits, lowest first.
#[inline(always)]
pub fn windows(scalar: &[u8; 32]) -> [u8; POSITIONS] {
    let mut windows = [0; POSITIONS];
    for (pairs, word) in windows.as_chunks_mut::<16>().0.iter_mut().zip(halve(scalar)) {
        for (pair, byte) in pairs.as_chunks_mut::<2>().0.iter_mut().zip(word.to_le_bytes()) {
            *pair = [byte & 15, byte >> 4];
        }
    }
    windows
}

/// The result of `halve`, for windows that cover 258 bits: (s + 2^258 - 1)/2 for an odd s, and so on.
#[inline(always)]
fn extend([word0, word1, word2, word3]: [u64; 4]) -> [u64; 5] {
    // 2^257 - 2^255 more.
    let (word3, carry) = word3.overflowing_add(1 << 63);
    [word0, word1, word2, word3, 1 + u64::from(carry)]
}

/// Scalars side by side, by word and lane: the result of `extend` without the windows already taken.
pub struct SideBySide<const LANES: usize>([[u64; LANES]; 5]);

impl<const LANES: usize> SideBySide<LANES> {
    /// No scalars.
    pub const EMPTY: Self = Self([[0; LANES]; 5]);

    /// Puts a scalar into a lane.
    #[inline(always)]
    pub fn set(&mut self, lane: usize, scalar: &[u8; 32]) {
        for (lanes, word) in self.0.iter_mut().zip(extend(halve(scalar))) {
            lanes[lane] = word;
        }
    }

    /// Removes the lowest window of six bits, and returns it with the bits above it in the word.
    #[inline(always)]
    pub fn next_window(&mut self) -> [u64; LANES] {
        let mut above = [0; LANES];
        for words in self.0.iter_mut().rev() {
            for (word, above) in words.iter_mut().zip(&mut above) {
                let next = *word >> wide::WINDOW | *above << (64 - wide::WINDOW);
                *above = *word;
                *word = next;
            }
        }
        above
    }
}

#[cfg(test)]
mod tests {
    use fastrand::Rng;
    use num_bigint::BigInt;

    use super::*;

    fn order() -> BigInt {
        (BigInt::from(1) << 252) + 27742317777372353535851937790883648493u128
    }

    /// The sum of the digits of windows of some bits, lowest first.
    fn sum(windows: impl DoubleEndedIterator<Item = u64>, bits: u32) -> BigInt {
        windows.rev().fold(BigInt::ZERO, |sum, window| {
            (sum << bits) + 2 * window - ((1i64 << bits) - 1)
        })
    }

    fn check(scalar: &[u8; 32]) {
        let mut wanted = BigInt::from_bytes_le(num_bigint::Sign::Plus, scalar);
        if scalar[0] & 1 == 0 {
            wanted -= order();
        }
        let four = windows(scalar);
        assert!(four.iter().all(|window| *window < 16));
        assert_eq!(sum(four.into_iter().map(u64::from), 4), wanted, "{scalar:02x?}");

        let mut side_by_side = SideBySide::<1>::EMPTY;
        side_by_side.set(0, scalar);
        let six = [(); wide::POSITIONS].map(|()| side_by_side.next_window()[0] & 63);
        assert_eq!(sum(six.into_iter(), wide::WINDOW), wanted, "{scalar:02x?}");
    }

    #[test]
    fn digits_sum_up_to_the_scalar() {
        let mut random = Rng::with_seed(4);
        for i in 0..100_000 {
            let mut scalar = [0; 32];
            match i % 3 {
                0 => random.fill(&mut scalar),
                1 => {
                    scalar = [0, 0xff][random.usize(0..2)..][..1]
                        .repeat(32)
                        .try_into()
                        .unwrap()
                }
                _ => scalar[random.usize(0..32)] = 1 << random.u8(0..8),
            }
            scalar[0] ^= random.u8(0..4);
            check(&scalar);
        }
    }
}
