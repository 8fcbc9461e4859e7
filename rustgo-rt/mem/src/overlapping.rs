//! Copies and fills of one to four times a type's size, without a branch: by four accesses that may overlap, two
//! anchored at each end.

use super::access::{Bytes, load, store};

/// Copies one to four times `T`'s size. Everything is loaded before anything is stored, so the ranges may overlap.
///
/// # Safety
/// - `src` is readable and `dst` writable for `n` bytes, one to four times `T`'s size.
#[inline(always)]
pub unsafe fn copy<T: Copy>(dst: *mut u8, src: *const u8, n: usize) {
    let (step, last) = (step::<T>(n), n - size_of::<T>());
    // SAFETY: the caller guarantees n bytes, and each access ends within them.
    unsafe {
        let (a, b): (Bytes<T>, Bytes<T>) = (load(src, 0), load(src, step));
        let (c, d): (Bytes<T>, Bytes<T>) = (load(src, last - step), load(src, last));
        store(dst, 0, a);
        store(dst, step, b);
        store(dst, last - step, c);
        store(dst, last, d);
    }
}

/// Sets one to four times `T`'s size.
///
/// # Safety
/// - `dst` is writable for `n` bytes, one to four times `T`'s size.
#[inline(always)]
pub unsafe fn fill<T: Copy>(dst: *mut u8, value: T, n: usize) {
    let (step, last) = (step::<T>(n), n - size_of::<T>());
    // SAFETY: the caller guarantees n bytes, and each access ends within them.
    unsafe {
        store(dst, 0, value);
        store(dst, step, value);
        store(dst, last - step, value);
        store(dst, last, value);
    }
}

/// The distance of the second access from the first, and of the third from the last.
///
/// Below four times `T`'s size they are in order: all bytes before a byte are in its own access or an earlier one.
#[inline(always)]
pub fn step<T>(n: usize) -> usize {
    n / (2 * size_of::<T>()) * size_of::<T>()
}
