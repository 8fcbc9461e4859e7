//! Memory functions for every processor without a file of its own: word by word, no vectors.

use super::access::{Bytes, load, store};

type Word = usize;
const WORD: usize = size_of::<Word>();

/// Copies `n` bytes from `src` to `dst`; the two may overlap.
///
/// # Safety
/// - `src` is readable and `dst` writable for `n` bytes.
#[inline(always)]
pub unsafe fn copy(dst: *mut u8, src: *const u8, n: usize) {
    // SAFETY: every offset below stays within n bytes. All of a piece that a store may overwrite has been loaded
    // before: forward when dst lies below src or past its end, backward when it lies inside.
    unsafe {
        if n < WORD {
            return copy_bytes(dst, src, n);
        }
        if dst.addr().wrapping_sub(src.addr()) >= n {
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

#[inline(always)]
unsafe fn copy_bytes(dst: *mut u8, src: *const u8, n: usize) {
    // SAFETY: as in `copy`.
    unsafe {
        if dst.addr().wrapping_sub(src.addr()) >= n {
            let mut i = 0;
            while i < n {
                store(dst, i, load::<Bytes<u8>>(src, i));
                i += 1;
            }
        } else {
            let mut i = n;
            while i > 0 {
                i -= 1;
                store(dst, i, load::<Bytes<u8>>(src, i));
            }
        }
    }
}

/// Sets `n` bytes at `dst` to `byte`.
///
/// # Safety
/// - `dst` is writable for `n` bytes.
#[inline(always)]
pub unsafe fn fill(dst: *mut u8, byte: u8, n: usize) {
    // SAFETY: every offset stays within n bytes.
    unsafe {
        if n < WORD {
            let mut i = 0;
            while i < n {
                store(dst, i, byte);
                i += 1;
            }
            return;
        }
        let word = Word::from_ne_bytes([byte; WORD]);
        let mut i = 0;
        while i < n - WORD {
            store(dst, i, word);
            i += WORD;
        }
        store(dst, n - WORD, word);
    }
}

/// Compares `n` bytes as unsigned numbers, first to last: negative, zero or positive, as `a` is below, equal to or
/// above `b`.
///
/// # Safety
/// - `a` and `b` are readable for `n` bytes.
#[inline(always)]
pub unsafe fn compare(a: *const u8, b: *const u8, n: usize) -> i32 {
    // SAFETY: every offset stays within n bytes.
    unsafe {
        let mut i = 0;
        while i < n {
            let (x, y): (u8, u8) = (load(a, i), load(b, i));
            if x != y {
                return x as i32 - y as i32;
            }
            i += 1;
        }
        0
    }
}

/// Counts the bytes before the first zero byte.
///
/// # Safety
/// - `s` is readable up to and including a zero byte.
#[inline(always)]
pub unsafe fn length(s: *const u8) -> usize {
    let mut n = 0;
    // SAFETY: no byte past the zero byte is read.
    while unsafe { load::<u8>(s, n) } != 0 {
        n += 1;
    }
    n
}
