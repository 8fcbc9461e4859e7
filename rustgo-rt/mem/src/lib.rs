//! The memory functions of C, as plain Rust functions; use them as `rustgo_rt::mem`.
//!
//! The feature `symbols`, which is `rustgo-rt`'s feature `mem`, defines them under their C names, for calls that the
//! compiler inserts. They access no byte outside the ranges that they are given.
//!
//! This is a crate of its own because of `no_builtins`. That attribute also keeps the linker from inlining functions,
//! and a panic handler has to be inlined so that the formatting of its message is dead code.
#![no_std]
// Keeps the compiler from turning the memory functions into calls to themselves.
#![no_builtins]

mod access;
mod overlapping;
mod small;
#[cfg(all(feature = "symbols", not(feature = "compiler-builtins")))]
mod symbols;

// Miri does not interpret inline assembly, so it checks the portable functions, `small` and `overlapping`.
#[cfg_attr(all(target_arch = "x86_64", not(miri)), path = "x86_64.rs")]
#[cfg_attr(all(target_arch = "aarch64", not(miri)), path = "aarch64.rs")]
#[cfg_attr(
    any(miri, not(any(target_arch = "x86_64", target_arch = "aarch64"))),
    path = "portable.rs"
)]
mod processor;
#[cfg(all(any(target_arch = "x86_64", target_arch = "aarch64"), not(miri)))]
mod vectors;

use access::{Bytes, load, store};

/// Copies `n` bytes from `src` to `dst`; the two may overlap.
///
/// # Safety
/// - `src` is readable and `dst` writable for `n` bytes.
pub unsafe fn copy(dst: *mut u8, src: *const u8, n: usize) {
    // SAFETY: the caller guarantees n bytes at each pointer, which is what the called function needs.
    unsafe { processor::copy(dst, src, n) }
}

/// Sets `n` bytes at `dst` to `byte`.
///
/// # Safety
/// - `dst` is writable for `n` bytes.
pub unsafe fn fill(dst: *mut u8, byte: u8, n: usize) {
    // SAFETY: the caller guarantees n bytes at each pointer, which is what the called function needs.
    unsafe { processor::fill(dst, byte, n) }
}

/// Sets `n` bytes at `dst` to repetitions of the 16 at `pattern`, the last of which may be cut short.
///
/// # Safety
/// - `dst` is writable for `n` bytes and `pattern` readable for 16, and the two don't overlap.
pub unsafe fn fill_pattern(dst: *mut u8, pattern: *const u8, n: usize) {
    // SAFETY: the caller guarantees n bytes; every offset stays below n.
    unsafe {
        let (head, tail): (Bytes<u64>, Bytes<u64>) = (load(pattern, 0), load(pattern, 8));
        let mut i = 0;
        while n - i >= 16 {
            store(dst, i, head);
            store(dst, i + 8, tail);
            i += 16;
        }
        processor::copy(dst.wrapping_add(i), pattern, n - i);
    }
}

/// Compares `n` bytes as unsigned numbers, first to last. Returns a negative number, zero or a positive number if `a`
/// is below, equal to or above `b`. Takes longer the later the two differ: not for secrets.
///
/// # Safety
/// - `a` and `b` are readable for `n` bytes.
pub unsafe fn compare(a: *const u8, b: *const u8, n: usize) -> i32 {
    // SAFETY: the caller guarantees n bytes at each pointer, which is what the called function needs.
    unsafe { processor::compare(a, b, n) }
}

/// Counts the bytes before the first zero byte.
///
/// It goes byte by byte, because a wider load could reach beyond the zero byte.
///
/// # Safety
/// - `s` is readable up to and including a zero byte.
pub unsafe fn length(s: *const u8) -> usize {
    let mut n = 0;
    // SAFETY: the caller guarantees the bytes up to the zero byte, and none after it is read.
    while unsafe { load::<u8>(s, n) } != 0 {
        n += 1;
    }
    n
}
