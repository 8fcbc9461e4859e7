//! Ranges of up to 16 bytes on every processor, with few branches: by accesses that may overlap.

use core::hint::cold_path;

use super::access::{Bytes, load, store};
use super::overlapping;

/// Copies `n <= 16` bytes. Everything is loaded before anything is stored, so the ranges may overlap.
///
/// # Safety
/// - `src` is readable and `dst` writable for `n` bytes.
#[inline(always)]
pub unsafe fn copy(dst: *mut u8, src: *const u8, n: usize) {
    // SAFETY: each branch stays within n bytes.
    unsafe {
        if n >= 4 {
            overlapping::copy::<u32>(dst, src, n);
        } else if n > 0 {
            cold_path();
            let (middle, last) = (n / 2, n - 1);
            let (a, b, c): (Bytes<u8>, Bytes<u8>, Bytes<u8>) =
                (load(src, 0), load(src, middle), load(src, last));
            store(dst, 0, a);
            store(dst, middle, b);
            store(dst, last, c);
        }
    }
}

/// Sets `n <= 16` bytes.
///
/// # Safety
/// - `dst` is writable for `n` bytes.
#[inline(always)]
pub unsafe fn fill(dst: *mut u8, byte: u8, n: usize) {
    // SAFETY: each branch stays within n bytes.
    unsafe {
        if n >= 4 {
            overlapping::fill(dst, byte as u32 * 0x0101_0101, n);
        } else if n > 0 {
            store(dst, 0, byte);
            store(dst, n / 2, byte);
            store(dst, n - 1, byte);
        }
    }
}

/// Compares `n <= 16` bytes.
///
/// # Safety
/// - `a` and `b` are readable for `n` bytes.
#[inline(always)]
pub unsafe fn compare(a: *const u8, b: *const u8, n: usize) -> i32 {
    // SAFETY: each branch stays within n bytes.
    unsafe {
        if n > 8 {
            sign(words(a, n), words(b, n))
        } else if n >= 4 {
            sign(ends(a, n), ends(b, n))
        } else if n > 0 {
            triple(a, n) - triple(b, n)
        } else {
            0
        }
    }
}

#[inline(always)]
fn sign<T: Ord>(x: T, y: T) -> i32 {
    (x > y) as i32 - (x < y) as i32
}

/// 8 to 16 bytes as a number that orders as they do: the first byte is the most significant. Bytes that occur twice do
/// no harm, since they decide only if they were equal the first time.
#[inline(always)]
unsafe fn words(base: *const u8, n: usize) -> u128 {
    // SAFETY: the caller guarantees n bytes, and n is at least the size of the accesses, which end within them.
    let (head, tail): (u64, u64) = unsafe { (load(base, 0), load(base, n - 8)) };
    (head.to_be() as u128) << 64 | tail.to_be() as u128
}

/// 4 to 8 bytes, likewise.
#[inline(always)]
unsafe fn ends(base: *const u8, n: usize) -> u64 {
    // SAFETY: the caller guarantees n bytes, and n is at least the size of the accesses, which end within them.
    let (head, tail): (u32, u32) = unsafe { (load(base, 0), load(base, n - 4)) };
    (head.to_be() as u64) << 32 | tail.to_be() as u64
}

/// 1 to 3 bytes, likewise.
#[inline(always)]
unsafe fn triple(base: *const u8, n: usize) -> i32 {
    // SAFETY: the caller guarantees n bytes, and n is at least the size of the accesses, which end within them.
    let (head, middle, tail): (u8, u8, u8) = unsafe { (load(base, 0), load(base, n / 2), load(base, n - 1)) };
    (head as i32) << 16 | (middle as i32) << 8 | tail as i32
}
