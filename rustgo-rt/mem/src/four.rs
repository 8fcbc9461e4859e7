//! From one to four times a piece, in four pieces and without a branch: at both ends, and where there is room for
//! more than two, next to those; where there is none, twice at the same place.

use super::access::{Bytes, load, store};

/// Copies from one to four `T`s' worth of bytes; all is loaded before anything is stored, so the ranges may overlap.
///
/// # Safety
/// - `src` is readable and `dst` writable for `n` bytes, from one to four times a `T`'s size.
#[inline(always)]
pub unsafe fn copy<T: Copy>(dst: *mut u8, src: *const u8, n: usize) {
    let (step, last) = (step::<T>(n), n - size_of::<T>());
    // SAFETY: each piece lies within n bytes.
    unsafe {
        let (a, b): (Bytes<T>, Bytes<T>) = (load(src, 0), load(src, step));
        let (c, d): (Bytes<T>, Bytes<T>) = (load(src, last - step), load(src, last));
        store(dst, 0, a);
        store(dst, step, b);
        store(dst, last - step, c);
        store(dst, last, d);
    }
}

/// Sets from one to four `T`s' worth of bytes.
///
/// # Safety
/// - `dst` is writable for `n` bytes, from one to four times a `T`'s size.
#[inline(always)]
pub unsafe fn fill<T: Copy>(dst: *mut u8, value: T, n: usize) {
    let (step, last) = (step::<T>(n), n - size_of::<T>());
    // SAFETY: each piece lies within n bytes.
    unsafe {
        store(dst, 0, value);
        store(dst, step, value);
        store(dst, last - step, value);
        store(dst, last, value);
    }
}

/// How far the second piece lies from the first, and the third from the last.
///
/// Below four times a piece they come in order: each byte has all those before it in its own piece or in an earlier one.
#[inline(always)]
pub fn step<T>(n: usize) -> usize {
    n / (2 * size_of::<T>()) * size_of::<T>()
}
