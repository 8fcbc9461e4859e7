//! What the compiler calls on Apple's systems besides the standard functions.

use core::ffi::c_void;

symbols! {
    // `memset` to zero, as the compiler has it for arm64.
    fn bzero(dst: *mut c_void, n: usize) -> () {
        crate::processor::fill(dst.cast(), 0, n)
    }
    // The same for x86-64.
    fn __bzero(dst: *mut c_void, n: usize) -> () {
        crate::processor::fill(dst.cast(), 0, n)
    }
    // For loops that store the same 16 bytes over and over.
    fn memset_pattern16(dst: *mut c_void, pattern: *const c_void, n: usize) -> () {
        crate::fill_pattern(dst.cast(), pattern.cast(), n)
    }
}
