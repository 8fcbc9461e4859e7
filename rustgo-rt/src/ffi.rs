//! Go's slice and string as they lie in memory, for hosts that pass them by pointer.
//!
//! The memory belongs to the host. A guest accesses it during the call only, and keeps none of the pointers.
//!
//! ```
//! use rustgo_rt::ffi::{GoSlice, GoString};
//!
//! /// Writes as many of the string's bytes as fit to the slice, and returns how many.
//! ///
//! /// # Safety
//! /// - The two point to a Go slice and a Go string that don't overlap.
//! #[rustgo_rt::export]
//! pub unsafe extern "C" fn put(dst: *mut GoSlice<u8>, text: *const GoString) -> usize {
//!     // SAFETY: the caller guarantees both, and that they do not overlap.
//!     let (dst, text) = unsafe { ((*dst).as_mut_slice(), (*text).as_bytes()) };
//!     for (to, from) in dst.iter_mut().zip(text) {
//!         *to = *from;
//!     }
//!     dst.len().min(text.len())
//! }
//! ```

use core::mem::offset_of;
use core::slice;

use static_assertions::{assert_eq_align, assert_eq_size, const_assert_eq};

/// A Go slice, `[]T`: 24 bytes on a 64-bit processor.
///
/// Source: `type slice struct` in the Go runtime's `slice.go`, and `unsafe.SliceData`, `len` and `cap` in Go's
/// specification.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct GoSlice<T> {
    /// The first element. Null in a nil slice.
    pub data: *mut T,
    /// The number of elements in use, never negative.
    pub len: isize,
    /// The number of elements that fit from `data` on, at least `len`.
    pub cap: isize,
}

/// A Go string, `string`: 16 bytes on a 64-bit processor.
///
/// Its bytes are usually UTF-8, but need not be. Nothing writes to them.
///
/// Source: `type stringStruct struct` in the Go runtime's `string.go`.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct GoString {
    /// The first byte. May be null if `len` is 0.
    pub data: *const u8,
    /// The number of bytes, never negative.
    pub len: isize,
}

impl<T> GoSlice<T> {
    /// The elements in use. A nil slice has none.
    ///
    /// # Safety
    /// - Go made the slice, and its elements are initialised values of `T`.
    /// - Nothing writes to them while the result lives.
    pub unsafe fn as_slice<'a>(&self) -> &'a [T] {
        if self.len == 0 {
            return &[];
        }
        // SAFETY: the caller guarantees a slice of Go, whose elements are valid and which is not null if it has any.
        unsafe { slice::from_raw_parts(self.data, self.len as usize) }
    }

    /// The elements in use, mutable. A nil slice has none.
    ///
    /// # Safety
    /// - Go made the slice, and its elements are initialised values of `T`.
    /// - Nothing else accesses them while the result lives.
    pub unsafe fn as_mut_slice<'a>(&mut self) -> &'a mut [T] {
        if self.len == 0 {
            return &mut [];
        }
        // SAFETY: the caller guarantees a slice of Go, whose elements are valid and which is not null if it has any.
        unsafe { slice::from_raw_parts_mut(self.data, self.len as usize) }
    }
}

impl GoString {
    /// The string's bytes.
    ///
    /// # Safety
    /// - Go made the string.
    /// - Nothing writes to its bytes while the result lives.
    pub unsafe fn as_bytes<'a>(&self) -> &'a [u8] {
        if self.len == 0 {
            return &[];
        }
        // SAFETY: the caller guarantees a string of Go, whose bytes are valid and which is not null if it has any.
        unsafe { slice::from_raw_parts(self.data, self.len as usize) }
    }
}

// The layout depends on the pointer's size alone, not on the type of the elements.
assert_eq_size!(GoSlice<u8>, GoSlice<[u64; 8]>, [usize; 3]);
assert_eq_size!(GoString, [usize; 2]);
assert_eq_align!(GoSlice<u8>, GoSlice<[u64; 8]>, GoString, usize);
const_assert_eq!(offset_of!(GoSlice<u8>, data), 0);
const_assert_eq!(offset_of!(GoSlice<u8>, len), size_of::<usize>());
const_assert_eq!(offset_of!(GoSlice<u8>, cap), 2 * size_of::<usize>());
const_assert_eq!(offset_of!(GoString, data), 0);
const_assert_eq!(offset_of!(GoString, len), size_of::<usize>());

#[cfg(test)]
mod tests {
    use core::ptr::{null, null_mut};

    use super::*;

    #[test]
    fn nil_is_empty() {
        let (mut slice, string) = (
            GoSlice::<u64> {
                data: null_mut(),
                len: 0,
                cap: 0,
            },
            GoString { data: null(), len: 0 },
        );
        // SAFETY: both are Go's zero values.
        unsafe {
            assert!(
                slice.as_slice().is_empty()
                    && slice.as_mut_slice().is_empty()
                    && string.as_bytes().is_empty()
            );
        }
    }

    #[test]
    fn elements_in_use() {
        let mut numbers = [1, 2, 3, 4];
        let mut slice = GoSlice {
            data: numbers.as_mut_ptr(),
            len: 3,
            cap: 4,
        };
        // SAFETY: the slice points to the numbers, which nothing else uses, and the string to constants.
        unsafe {
            slice.as_mut_slice()[2] = 30;
            assert_eq!(slice.as_slice(), [1, 2, 30]);
            assert_eq!(
                GoString {
                    data: b"Gopher".as_ptr(),
                    len: 2
                }
                .as_bytes(),
                b"Go"
            );
        }
    }
}
