//! Code that draws in what a guest can need of `core` and `compiler_builtins`: panics, copies, 128-bit and
//! floating-point arithmetic.
#![cfg_attr(not(test), no_std)]

/// The element of `table` at `index`; panics when there is none.
#[rustgo_rt::export(stack = 4096)]
pub extern "C" fn element(table: &[u32; 8], index: usize) -> u32 {
    table[index]
}

/// `high * 2^64 + low`, divided by `divisor`; panics when that is 0.
#[rustgo_rt::export]
pub extern "C" fn divide(high: u64, low: u64, divisor: u64) -> u64 {
    ((u128::from(high) << 64 | u128::from(low)) / u128::from(divisor)) as u64
}

/// The remainder of `x / y`.
#[rustgo_rt::export]
pub extern "C" fn modulo(x: f64, y: f64) -> f64 {
    x % y
}

/// Copies `len` bytes from `src` to `dst`, which may overlap.
///
/// # Safety
/// - `src` is readable and `dst` writable for `len` bytes.
#[rustgo_rt::export(no_panic)]
pub unsafe extern "C" fn move_bytes(dst: *mut u8, src: *const u8, len: usize) {
    // SAFETY: the caller guarantees `len` bytes at both, and `copy` allows overlap.
    unsafe { core::ptr::copy(src, dst, len) }
}

/// Whether `len` bytes at `a` and `b` are the same.
///
/// # Safety
/// - `a` and `b` are readable for `len` bytes.
#[rustgo_rt::export]
pub unsafe extern "C" fn same(a: *const u8, b: *const u8, len: usize) -> bool {
    // SAFETY: the caller guarantees `len` readable bytes at both.
    unsafe { core::slice::from_raw_parts(a, len) == core::slice::from_raw_parts(b, len) }
}

/// The square of every element: `dst[i] = src[i]²`. `dst` may be `src`.
///
/// # Safety
/// - `src` is readable and `dst` writable for 100 elements.
#[rustgo_rt::export]
pub unsafe extern "C" fn squares(dst: *mut [u64; 100], src: *const [u64; 100]) {
    // SAFETY: the caller guarantees 100 readable elements, which are copied before any is written.
    let mut all = unsafe { *src };
    for item in &mut all {
        *item *= *item;
    }
    // SAFETY: the caller guarantees 100 writable elements.
    unsafe { *dst = all }
}

/// `cargo test --no-default-features`
#[cfg(test)]
mod tests {
    #[test]
    fn divide() {
        assert_eq!(super::divide(1, 0, 2), 1 << 63);
    }
}
