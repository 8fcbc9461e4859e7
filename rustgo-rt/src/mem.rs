//! The memory functions of C, as plain Rust functions.
//!
//! Feature `mem` puts them under their C names, for the calls that the compiler makes on its own. They read and
//! write no byte outside the ranges that they are given.

mod access;
mod small;
#[cfg(all(feature = "mem", not(feature = "compiler-builtins-mem")))]
mod symbols;

// Miri interprets no inline assembly, so it checks the portable functions, and `small` with them.
#[cfg_attr(all(target_arch = "x86_64", not(miri)), path = "mem/x86_64.rs")]
#[cfg_attr(all(target_arch = "aarch64", not(miri)), path = "mem/aarch64.rs")]
#[cfg_attr(
    any(miri, not(any(target_arch = "x86_64", target_arch = "aarch64"))),
    path = "mem/portable.rs"
)]
mod processor;
#[cfg(all(any(target_arch = "x86_64", target_arch = "aarch64"), not(miri)))]
mod vectors;

/// Copies `n` bytes from `src` to `dst`; the two may overlap.
///
/// # Safety
/// - `src` is readable and `dst` writable for `n` bytes.
pub unsafe fn copy(dst: *mut u8, src: *const u8, n: usize) {
    // SAFETY: as the caller vouches.
    unsafe { processor::copy(dst, src, n) }
}

/// Sets `n` bytes at `dst` to `byte`.
///
/// # Safety
/// - `dst` is writable for `n` bytes.
pub unsafe fn fill(dst: *mut u8, byte: u8, n: usize) {
    // SAFETY: as the caller vouches.
    unsafe { processor::fill(dst, byte, n) }
}

/// Compares `n` bytes as unsigned numbers, first to last: negative, zero or positive, as `a` is below, equal to or
/// above `b`. Takes longer the later the two differ: not for secrets.
///
/// # Safety
/// - `a` and `b` are readable for `n` bytes.
pub unsafe fn compare(a: *const u8, b: *const u8, n: usize) -> i32 {
    // SAFETY: as the caller vouches.
    unsafe { processor::compare(a, b, n) }
}

/// Counts the bytes before the first zero byte.
///
/// One by one, because a wider load could reach past the zero byte.
///
/// # Safety
/// - `s` is readable up to and including a zero byte.
pub unsafe fn length(s: *const u8) -> usize {
    let mut n = 0;
    // SAFETY: no byte past the zero byte is read.
    while unsafe { access::load::<u8>(s, n) } != 0 {
        n += 1;
    }
    n
}
