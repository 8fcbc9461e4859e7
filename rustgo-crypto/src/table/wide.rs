//! The table for scalars side by side in the lanes of vectors. They select from the same row, by permutations of whole
//! registers, which allows wider windows.

use super::{WORDS, multiples};

/// Bits per window, and what follows from it: the number of positions for 257 bits, and of entries.
pub const WINDOW: u32 = 6;
pub const POSITIONS: usize = 257usize.div_ceil(WINDOW as usize);
const ENTRIES: usize = 1 << (WINDOW - 1);

/// The multiples of one position, by word of an entry and by entry.
pub type Row = [[u64; ENTRIES]; WORDS];

/// Aligned for vectors and cache lines.
#[repr(C, align(64))]
pub struct Table(pub [Row; POSITIONS]);

// It takes some seconds, which the lint considers long.
#[allow(long_running_const_eval)]
pub static TABLE: Table = {
    let multiples = multiples::<POSITIONS, ENTRIES>(WINDOW);
    let mut rows = [[[0; ENTRIES]; WORDS]; POSITIONS];
    let mut i = 0;
    while i < POSITIONS * WORDS * ENTRIES {
        let (position, word, entry) = (i / WORDS / ENTRIES, i / ENTRIES % WORDS, i % ENTRIES);
        rows[position][word][entry] = multiples[position][entry][word];
        i += 1;
    }
    Table(rows)
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_those_of_dalek() {
        // The highest windows reach beyond a scalar's bits; their positions are computed all the same.
        for position in 0..POSITIONS - 1 {
            for entry in 0..ENTRIES {
                let words = TABLE.0[position].map(|entries| entries[entry]);
                super::super::tests::check(&words, entry, WINDOW * position as u32);
            }
        }
    }
}
