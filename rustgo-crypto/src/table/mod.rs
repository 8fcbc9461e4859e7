//! Multiples of the basepoint, computed when this crate is compiled.
//!
//! A window of w bits of the scalar at position i takes an odd multiple of 2^(w·i)·B, up to 2^w - 1, with a sign: see
//! [`recoding`](crate::recoding). A multiple (x, y) is kept as y + x, y - x and 2·d·x·y, which is what a mixed addition
//! multiplies by (Bernstein et al. 2011, section 4), each as five limbs of 51 bits.

mod field;
mod point;

use crate::field::LIMBS;
use point::Extended;
pub use point::{INVERSE_D, TWICE_D};

/// Words in an entry: the limbs of three field elements.
pub const WORDS: usize = 3 * LIMBS;

/// Bits in a window of the table that all kernels share but IFMA's batch.
pub const WINDOW: u32 = 4;
pub const POSITIONS: usize = 64;
pub const ENTRIES: usize = 8;

/// Positions side by side in the shared table, for the lanes of a vector.
pub const LANES: usize = 4;
pub const STEPS: usize = POSITIONS / LANES;

/// The four positions from 4·i on: by entry, word of the entry, and position.
pub type Step = [[[u64; LANES]; WORDS]; ENTRIES];

/// All multiples that four windows at a time choose from. Aligned for vectors and cache lines.
#[repr(C, align(64))]
pub struct Table(pub [Step; STEPS]);

// It takes a second or two, which the lint calls long.
#[allow(long_running_const_eval)]
pub static TABLE: Table = {
    let multiples = multiples::<POSITIONS, ENTRIES>(WINDOW);
    let mut steps = [[[[0; LANES]; WORDS]; ENTRIES]; STEPS];
    let mut i = 0;
    while i < POSITIONS * ENTRIES * WORDS {
        let (position, entry, word) = (i / ENTRIES / WORDS, i / WORDS % ENTRIES, i % WORDS);
        steps[position / LANES][entry][word][position % LANES] = multiples[position][entry][word];
        i += 1;
    }
    Table(steps)
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
