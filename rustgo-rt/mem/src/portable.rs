//! Memory functions for processors that have no file of their own, word by word.

use super::access::{Bytes, load, store};
use super::small;

type Word = usize;
const WORD: usize = size_of::<Word>();

/// See [`super::copy`].
#[inline(always)]
pub unsafe fn copy(dst: *mut u8, src: *const u8, n: usize) {
    // SAFETY: the caller guarantees n bytes at each pointer, and offsets stay below n. A store overwrites no byte still
    // to be loaded: the copy runs forwards if dst lies before src or past its end, and backwards if it lies inside.
    unsafe {
        if n <= 16 {
            small::copy(dst, src, n);
        } else if dst.addr().wrapping_sub(src.addr()) >= n {
            let tail: Bytes<Word> = load(src, n - WORD);
            let mut i = 0;
            while i < n - WORD {
                store(dst, i, load::<Bytes<Word>>(src, i));
                i += WORD;
            }
            store(dst, n - WORD, tail);
        } else {
            let head: Bytes<Word> = load(src, 0);
            let mut i = n;
            while i > WORD {
                i -= WORD;
                store(dst, i, load::<Bytes<Word>>(src, i));
            }
            store(dst, 0, head);
        }
    }
}

/// See [`super::fill`].
#[inline(always)]
pub unsafe fn fill(dst: *mut u8, byte: u8, n: usize) {
    let word = byte as Word * (Word::MAX / 0xff);
    // SAFETY: the caller guarantees n bytes at each pointer, and every offset stays below n.
    unsafe {
        if n <= 16 {
            return small::fill(dst, byte, n);
        }
        let mut i = 0;
        while i < n - WORD {
            store(dst, i, word);
            i += WORD;
        }
        store(dst, n - WORD, word);
    }
}

/// See [`super::compare`].
#[inline(always)]
pub unsafe fn compare(a: *const u8, b: *const u8, n: usize) -> i32 {
    // SAFETY: the caller guarantees n bytes at each pointer, and every offset stays below n.
    unsafe {
        if n <= 16 {
            return small::compare(a, b, n);
        }
        let last = n - WORD;
        let mut i = 0;
        while i < last && load::<Word>(a, i) == load::<Word>(b, i) {
            i += WORD;
        }
        let i = i.min(last);
        small::compare(a.wrapping_add(i), b.wrapping_add(i), WORD)
    }
}
