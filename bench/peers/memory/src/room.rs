//! The memory that the functions work on, alike in every program.

use std::alloc::{Layout, alloc, handle_alloc_error};

use crate::FILL;
use crate::cases::{Case, LARGEST, Operation, Placement};

/// A page, to which both places are aligned.
const PAGE: usize = 4096;
/// The second place is this far from a page's start, so that equal offsets do not fall on equal places of two pages: a
/// load would then wait for a store that only looks as if it came before it (4K aliasing).
const APART: usize = 2048;
/// Room for one operand, with what the placements add.
const PLACE: usize = LARGEST + PAGE;
/// Both places.
const SIZE: usize = 2 * PLACE + PAGE;
const WORD: usize = size_of::<u64>();
/// A word of what memset writes.
const FILLED: u64 = u64::from_ne_bytes([FILL as u8; WORD]);
/// Spreads a word's bits over all of it: 2^64 over the golden ratio.
const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15;

/// Two places in one block.
///
/// While no answer is requested, every byte is what memset writes. No measured call changes that, so memcmp
/// always finds equal bytes.
pub struct Room {
    block: *mut u8,
}

impl Room {
    /// Every page is there.
    pub fn new() -> Self {
        let layout = Layout::from_size_align(SIZE, PAGE).expect("the size is right");
        // SAFETY: the layout is not empty.
        let block = unsafe { alloc(layout) };
        if block.is_null() {
            handle_alloc_error(layout);
        }
        let room = Self { block };
        for i in 0..SIZE / WORD {
            room.set_word(i, FILLED);
        }
        room
    }

    /// The destination.
    pub fn dst(&self, case: &Case) -> *mut u8 {
        self.at(match case.placement {
            Placement::Apart { dst, .. } => dst,
            Placement::Up => case.size / 2,
            Placement::Down => 0,
        })
    }

    /// The source.
    pub fn src(&self, case: &Case) -> *mut u8 {
        self.at(match case.placement {
            Placement::Apart { src, .. } => PLACE + APART + src,
            Placement::Up => 0,
            Placement::Down => case.size / 2,
        })
    }

    /// What the call returns and makes of the memory at and behind both places: for each call a digest and the
    /// result, 8 bytes each.
    ///
    /// memcmp is called three times: on equal bytes, and with a difference either way in the last byte. Only the sign
    /// of what it returns is promised.
    pub fn answer(&self, case: &Case, call: impl Fn() -> i64) -> Vec<u8> {
        let reach = (case.size + PAGE).next_multiple_of(WORD);
        let places = [0, PLACE + APART].map(|start| start / WORD..(start + reach) / WORD);
        let mut answer = Vec::new();
        let is_comparison = case.operation == Operation::Compare;
        for difference in [0, 1, 255].into_iter().take(if is_comparison { 3 } else { 1 }) {
            for i in places.clone().into_iter().flatten() {
                self.set_word(i, (i as u64).wrapping_mul(MULTIPLIER));
            }
            if is_comparison {
                self.make_equal(case, difference);
            }
            let result = call();
            let digest = places.clone().into_iter().flatten().fold(0, |digest: u64, i| {
                (digest ^ self.word(i)).wrapping_mul(MULTIPLIER).rotate_left(29)
            });
            answer.extend(digest.to_be_bytes());
            answer.extend(if is_comparison { result.signum() } else { result }.to_be_bytes());
        }
        for i in places.into_iter().flatten() {
            self.set_word(i, FILLED);
        }
        answer
    }

    /// Makes the operands equal, but for the last byte's difference.
    fn make_equal(&self, case: &Case, difference: u8) {
        let (dst, src) = (self.dst(case), self.src(case));
        for i in 0..case.size {
            let is_last = i == case.size - 1;
            // SAFETY: both places have room for `size` bytes and overlap for memmove alone.
            unsafe {
                let byte = src.add(i).read_volatile();
                dst.add(i)
                    .write_volatile(byte.wrapping_add(if is_last { difference } else { 0 }));
            }
        }
    }

    fn at(&self, offset: usize) -> *mut u8 {
        assert!(offset < SIZE);
        // SAFETY: the block is larger than that.
        unsafe { self.block.add(offset) }
    }

    // One volatile word after another: anything else may become a call of the functions that are in question.

    fn word(&self, i: usize) -> u64 {
        // SAFETY: `at` gives a place in the block, which is a page's multiple; all of it has been written.
        unsafe { self.at(i * WORD).cast::<u64>().read_volatile() }
    }

    fn set_word(&self, i: usize, word: u64) {
        // SAFETY: as for reading.
        unsafe { self.at(i * WORD).cast::<u64>().write_volatile(word) }
    }
}

impl Default for Room {
    fn default() -> Self {
        Self::new()
    }
}
