//! Types that cross the boundary between a guest and its host.

use static_assertions::{assert_eq_align, assert_eq_size, const_assert_eq};

/// A Go slice, `[]T`, as it lies in memory.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct GoSlice<T> {
    /// The first element; may be null when `cap` is 0.
    pub data: *mut T,
    /// Elements in use.
    pub len: isize,
    /// Elements that the array behind it has room for.
    pub cap: isize,
}

/// A Go string, `string`, as it lies in memory.
#[repr(C)]
#[derive(Debug, Clone, Copy)]
pub struct GoString {
    /// The first byte; may be null when `len` is 0.
    pub data: *const u8,
    /// Bytes.
    pub len: isize,
}

assert_eq_size!(GoSlice<u8>, [usize; 3]);
assert_eq_size!(GoString, [usize; 2]);
assert_eq_align!(GoSlice<u8>, GoString, usize);
const_assert_eq!(core::mem::offset_of!(GoSlice<u8>, data), 0);
