//! Multiples of the basepoint, computed when this crate is compiled.
//!
//! A window of w bits of the scalar at position i selects an odd multiple of 2^(w·i)·B, up to 2^w - 1, with a sign: see
//! [`recoding`](crate::recoding). A multiple (x, y) is stored as y + x, y - x and 2·d·x·y, the factors of a mixed
//! addition (Bernstein et al. 2011, section 4), each as five limbs of 51 bits.

mod field;
mod point;
pub mod wide;

use crate::field::LIMBS;
use point::Extended;
pub use point::{INVERSE_D, TWICE_D};

/// Words in an entry: the limbs of three field elements.
pub const WORDS: usize = 3 * LIMBS;

/// Bits per window of the table for one scalar at a time.
pub const WINDOW: u32 = 4;
pub const POSITIONS: usize = 64;
pub const ENTRIES: usize = 8;

/// Positions side by side in the shared table, for the lanes of the widest vector. Narrower vectors take them in turns.
pub const SIDE_BY_SIDE: usize = 8;

/// The eight positions from 8·i on: by entry, word of the entry, and position.
pub type Row = [[[u64; SIDE_BY_SIDE]; WORDS]; ENTRIES];

/// All multiples that windows select. Aligned for vectors and cache lines.
#[repr(C, align(64))]
pub struct Table(pub [Row; POSITIONS / SIDE_BY_SIDE]);

// It takes a second or two, which the lint considers long.
#[allow(long_running_const_eval)]
pub static TABLE: Table = {
    let multiples = multiples::<POSITIONS, ENTRIES>(WINDOW);
    let mut rows = [[[[0; SIDE_BY_SIDE]; WORDS]; ENTRIES]; POSITIONS / SIDE_BY_SIDE];
    let mut i = 0;
    while i < POSITIONS * ENTRIES * WORDS {
        let (position, entry, word) = (i / ENTRIES / WORDS, i / WORDS % ENTRIES, i % WORDS);
        rows[position / SIDE_BY_SIDE][entry][word][position % SIDE_BY_SIDE] =
            multiples[position][entry][word];
        i += 1;
    }
    Table(rows)
};

/// (2·entry + 1)·2^(window·position)·B for all positions and entries.
pub const fn multiples<const POSITIONS: usize, const ENTRIES: usize>(
    window: u32,
) -> [[[u64; WORDS]; ENTRIES]; POSITIONS] {
    let mut points = [[Extended::BASEPOINT; ENTRIES]; POSITIONS];
    let mut base = Extended::BASEPOINT;
    let mut position = 0;
    while position < POSITIONS {
        let double = base.add(&base);
        let mut multiple = base;
        let mut entry = 0;
        while entry < ENTRIES {
            points[position][entry] = multiple;
            multiple = multiple.add(&double);
            entry += 1;
        }
        let mut bit = 0;
        while bit < window {
            base = base.add(&base);
            bit += 1;
        }
        position += 1;
    }
    point::entries(&points)
}

#[cfg(test)]
pub mod tests {
    use curve25519_dalek::{EdwardsPoint, Scalar};
    use num_bigint::BigUint;

    use super::*;
    use crate::reference::{from_limbs, inverse, p};

    /// Checks the entry for (2·entry + 1)·2^bit·B against dalek.
    pub fn check(words: &[u64; WORDS], entry: usize, bit: u32) {
        assert!(words.iter().all(|word| word >> 51 == 0), "limbs have 51 bits");
        let (elements, _) = words.as_chunks::<LIMBS>();
        let [sum, difference, product] = [0, 1, 2].map(|i| from_limbs(&elements[i], |i| 51 * i));
        let half = inverse(&BigUint::from(2u8));
        let x = (&sum + p() - &difference) * &half % p();
        let y = (sum + difference) * half % p();
        let d = (p() - 121665u32) * inverse(&BigUint::from(121666u32)) % p();
        assert_eq!(product, &x * &y * d * 2u8 % p(), "2·d·x·y");

        let power = Scalar::from_bytes_mod_order(core::array::from_fn(|i| {
            if i == bit as usize / 8 { 1 << (bit % 8) } else { 0 }
        }));
        let wanted = EdwardsPoint::mul_base(&(power * Scalar::from(2 * entry as u64 + 1)));
        let mut compressed = [0; 32];
        for (byte, y) in compressed.iter_mut().zip(y.to_bytes_le()) {
            *byte = y;
        }
        compressed[31] |= u8::from(x.bit(0)) << 7;
        assert_eq!(
            compressed,
            wanted.compress().to_bytes(),
            "entry {entry}, bit {bit}"
        );
    }

    #[test]
    fn entries_are_those_of_dalek() {
        for position in 0..POSITIONS {
            for entry in 0..ENTRIES {
                let words =
                    TABLE.0[position / SIDE_BY_SIDE][entry].map(|words| words[position % SIDE_BY_SIDE]);
                check(&words, entry, WINDOW * position as u32);
            }
        }
    }
}
