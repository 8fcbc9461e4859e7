//! The table for scalars side by side in the lanes of vectors: they choose from the same row, by permutations of whole
//! registers, so that windows can be wider.

use super::{WORDS, multiples};

/// Bits in a window, and what follows: positions for 256 bits and one, and entries.
pub const WINDOW: u32 = 6;
pub const POSITIONS: usize = 257usize.div_ceil(WINDOW as usize);
const ENTRIES: usize = 1 << (WINDOW - 1);

/// The multiples of one position: by word of an entry, and entry.
pub type Row = [[u64; ENTRIES]; WORDS];

/// Aligned for vectors and cache lines.
#[repr(C, align(64))]
pub struct Table(pub [Row; POSITIONS]);

// It takes some seconds, which the lint calls long.
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
        // The highest windows reach beyond what a scalar has; their positions are computed all the same.
        for position in 0..POSITIONS - 1 {
            for entry in 0..ENTRIES {
                let words = TABLE.0[position].map(|entries| entries[entry]);
                super::super::tests::check(&words, entry, WINDOW * position as u32);
            }
        }
    }
}
