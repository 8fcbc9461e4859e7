//! Loops of calls by name.

use std::ffi::c_int;

/// One implementation: each function, called a number of times, with the result of the last call.
///
/// [`functions!`](crate::functions) makes it.
#[derive(Clone, Copy)]
pub struct Functions {
    /// `void *memcpy(void *dst, const void *src, size_t n)`
    pub memcpy: unsafe fn(*mut u8, *const u8, usize, u64) -> *mut u8,
    /// `void *memmove(void *dst, const void *src, size_t n)`
    pub memmove: unsafe fn(*mut u8, *const u8, usize, u64) -> *mut u8,
    /// `void *memset(void *dst, int byte, size_t n)`
    pub memset: unsafe fn(*mut u8, c_int, usize, u64) -> *mut u8,
    /// `int memcmp(const void *a, const void *b, size_t n)`
    pub memcmp: unsafe fn(*const u8, *const u8, usize, u64) -> c_int,
}

/// The [`Functions`] of four names, which are part of the program or of a shared library.
#[macro_export]
macro_rules! functions {
    ($place:ident: $memcpy:path, $memmove:path, $memset:path, $memcmp:path) => {
        $crate::Functions {
            memcpy: $crate::repeated!($place $memcpy[*mut u8, *const u8] -> *mut u8),
            memmove: $crate::repeated!($place $memmove[*mut u8, *const u8] -> *mut u8),
            memset: $crate::repeated!($place $memset[*mut u8, ::std::ffi::c_int] -> *mut u8),
            memcmp: $crate::repeated!($place $memcmp[*const u8, *const u8] -> ::std::ffi::c_int),
        }
    };
}

/// A function that calls another one a number of times.
///
/// Eight calls follow each other, with a jump among them, at the same place of a cache line in every program. In a loop around a
/// single call that call and the loop's own branch fall together in the processor's predictor or they don't: short calls took
/// two cycles of six more or less on Zen 5, depending on where the loop lay and on what had run before. The calls are assembly,
/// because the compiler knows what these functions do, and would do it once.
#[macro_export]
macro_rules! repeated {
    ($place:ident $function:path[$a:ty, $b:ty] -> $result:ty) => {{
        unsafe fn repeated(a: $a, b: $b, size: usize, calls: u64) -> $result {
            let mut result = ::std::mem::MaybeUninit::<$result>::zeroed();
            // SAFETY: the caller guarantees the memory. The other directives pad with instructions that do nothing, and jump
            // to the next one.
            unsafe {
                for _ in 0..calls % 8 {
                    result.write($crate::called!($place $function[a, b, size]));
                }
                ::std::arch::asm!(".p2align 6", options(nomem, nostack, preserves_flags));
                for _ in 0..calls / 8 {
                    let _: $result = $crate::called!($place $function[a, b, size]);
                    let _: $result = $crate::called!($place $function[a, b, size]);
                    let _: $result = $crate::called!($place $function[a, b, size]);
                    let _: $result = $crate::called!($place $function[a, b, size]);
                    $crate::jump!();
                    let _: $result = $crate::called!($place $function[a, b, size]);
                    let _: $result = $crate::called!($place $function[a, b, size]);
                    let _: $result = $crate::called!($place $function[a, b, size]);
                    result.write($crate::called!($place $function[a, b, size]));
                }
            }
            // SAFETY: all zeros are a null pointer or the number 0.
            unsafe { result.assume_init() }
        }
        repeated
    }};
}
