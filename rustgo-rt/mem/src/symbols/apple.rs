//! Functions that the compiler calls on Apple's systems in addition to the standard ones.

use core::ffi::c_void;

symbols! {
    // `memset` to zero, under the name that the compiler uses for arm64.
    fn bzero(dst: *mut c_void, n: usize) -> () {
        crate::processor::fill(dst.cast(), 0, n)
    }
    // The same, under the name that the compiler uses for x86-64.
    fn __bzero(dst: *mut c_void, n: usize) -> () {
        crate::processor::fill(dst.cast(), 0, n)
    }
    // For loops that store the same 16 bytes repeatedly.
    fn memset_pattern16(dst: *mut c_void, pattern: *const c_void, n: usize) -> () {
        crate::fill_pattern(dst.cast(), pattern.cast(), n)
    }
}
