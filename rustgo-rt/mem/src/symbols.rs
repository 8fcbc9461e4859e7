//! The memory functions under their C names: a thin table over the plain Rust functions.

use core::ffi::{c_char, c_int, c_void};

/// Defines functions under their C names. Callers keep what the C standard requires.
///
/// The symbols are hidden: otherwise a program that is linked with the C library dynamically would give them to every
/// other library in place of its own.
macro_rules! symbols {
    ($(fn $name:ident($($arg:ident: $type:ty),*) -> $ret:ty { $body:expr })*) => {$(
        #[cfg(not(any(target_vendor = "apple", windows)))]
        core::arch::global_asm!(concat!(".hidden ", stringify!($name)));
        #[cfg(target_vendor = "apple")]
        core::arch::global_asm!(concat!(".private_extern _", stringify!($name)));
        #[unsafe(no_mangle)]
        unsafe extern "C" fn $name($($arg: $type),*) -> $ret {
            // SAFETY: the C standard requires of the caller what the plain function requires.
            unsafe { $body }
        }
    )*};
}

#[cfg(target_vendor = "apple")]
mod apple;

symbols! {
    fn memcpy(dst: *mut c_void, src: *const c_void, n: usize) -> *mut c_void {
        { super::processor::copy(dst.cast(), src.cast(), n); dst }
    }
    fn memmove(dst: *mut c_void, src: *const c_void, n: usize) -> *mut c_void {
        { super::processor::copy(dst.cast(), src.cast(), n); dst }
    }
    fn memset(dst: *mut c_void, byte: c_int, n: usize) -> *mut c_void {
        { super::processor::fill(dst.cast(), byte as u8, n); dst }
    }
    fn memcmp(a: *const c_void, b: *const c_void, n: usize) -> c_int {
        super::processor::compare(a.cast(), b.cast(), n)
    }
    fn bcmp(a: *const c_void, b: *const c_void, n: usize) -> c_int {
        super::processor::compare(a.cast(), b.cast(), n)
    }
    fn strlen(s: *const c_char) -> usize {
        super::length(s.cast())
    }
}
