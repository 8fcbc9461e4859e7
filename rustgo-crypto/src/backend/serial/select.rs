//! Selects four table entries at a time by masks.

use core::hint::black_box;

use crate::edwards::Entry;
use crate::field::{FieldElement, LIMBS};
use crate::table::{ENTRIES, SIDE_BY_SIDE, TABLE, WORDS};

/// Positions handled at a time.
const LANES: usize = 4;
/// How many times that fits into a row of the table.
const TURNS: usize = SIDE_BY_SIDE / LANES;

/// All ones if a and b, both below 2^63, are equal, otherwise 0.
#[inline(always)]
fn equal(a: u64, b: u64) -> u64 {
    ((a ^ b).wrapping_sub(1) as i64 >> 63) as u64
}

/// The entries of the four positions from 4·i on that their windows select, with their signs. Reads all entries.
#[inline(always)]
pub fn select(i: usize, windows: &[u8; LANES]) -> [Entry<FieldElement>; LANES] {
    let mut negative = [0; LANES];
    let mut masks = [[0; LANES]; ENTRIES];
    for lane in 0..LANES {
        let window = u64::from(windows[lane]);
        negative[lane] = equal(window >> 3, 0);
        let index = (window ^ negative[lane]) & 7;
        for (entry, masks) in masks.iter_mut().enumerate() {
            masks[lane] = equal(index, entry as u64);
        }
    }
    // Otherwise the compiler sees that masks are conditions, and branches on them. Once for all of them: `subtle`,
    // which does the same, calls a function for each.
    let (negative, masks) = black_box((negative, masks));
    let mut chosen = [[0; LANES]; WORDS];
    for (word, chosen) in chosen.iter_mut().enumerate() {
        for (masks, words) in masks.iter().zip(&TABLE.0[i / TURNS]) {
            let words = &words[word].as_chunks::<LANES>().0[i % TURNS];
            for lane in 0..LANES {
                chosen[lane] |= masks[lane] & words[lane];
            }
        }
    }
    let mut entries = [const {
        Entry {
            sum: ZERO,
            difference: ZERO,
            product: ZERO,
        }
    }; LANES];
    for (lane, entry) in entries.iter_mut().enumerate() {
        let (sum, difference) = (element(&chosen, 0, lane), element(&chosen, 1, lane));
        let product = element(&chosen, 2, lane);
        // -(x, y) = (-x, y): y + x and y - x are swapped, 2·d·x·y is negated.
        entry.sum = choose(negative[lane], &difference, &sum);
        entry.difference = choose(negative[lane], &sum, &difference);
        entry.product = choose(negative[lane], &ZERO.sub(&product), &product);
    }
    entries
}

const ZERO: FieldElement = FieldElement::ZERO;

/// The first, second or third field element in a lane's words.
#[inline(always)]
fn element(words: &[[u64; LANES]; WORDS], which: usize, lane: usize) -> FieldElement {
    let mut limbs = [0; LIMBS];
    for (k, limb) in limbs.iter_mut().enumerate() {
        *limb = words[LIMBS * which + k][lane];
    }
    FieldElement::from_limbs(&limbs)
}

/// a if the mask is all ones, b if it is 0.
#[inline(always)]
fn choose(mask: u64, a: &FieldElement, b: &FieldElement) -> FieldElement {
    let mut chosen = *b;
    for (chosen, a) in chosen.0.iter_mut().zip(a.0) {
        *chosen ^= mask & (*chosen ^ a);
    }
    chosen
}
