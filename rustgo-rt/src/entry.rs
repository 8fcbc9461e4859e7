//! Checks that the entries written by `#[export]` run on arguments before any reference to them exists. Not part of the
//! public interface, except for the numbers of [`Misuse`].

use core::slice;

use rustgo_record::misuse::{MISALIGNED, NO_VALUE, NOT_UTF8, NULL, OVERLAP, TOO_LONG};

/// A reason why no reference may be made of an argument. A C function with a status returns these numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i32)]
pub enum Misuse {
    /// A reference is null, or a slice that is not empty has a null address.
    Null = NULL.status,
    /// The address is not a multiple of the type's alignment.
    Misaligned = MISALIGNED.status,
    /// The slice has more elements than memory can hold.
    TooLong = TOO_LONG.status,
    /// Two arguments overlap in memory, and one of them is written to.
    Overlap = OVERLAP.status,
    /// A text is not UTF-8.
    NotUtf8 = NOT_UTF8.status,
    /// A number that is no value of its enum.
    NoValue = NO_VALUE.status,
}

/// The memory that an argument covers: an aligned address that is not null, and a size that fits into memory.
#[derive(Debug, Clone, Copy)]
pub struct Region {
    start: usize,
    bytes: usize,
}

impl Region {
    /// Whether the two regions share a byte. An empty region shares none.
    #[inline(always)]
    pub fn overlaps(self, other: Self) -> bool {
        // One region starts inside the other exactly if the distance of their starts, modulo the size of memory, is
        // less than the other's size, which is at most half of memory.
        (other.start.wrapping_sub(self.start) < self.bytes && other.bytes > 0)
            || (self.start.wrapping_sub(other.start) < other.bytes && self.bytes > 0)
    }
}

/// Checks a reference, and returns its region.
#[inline(always)]
pub fn one<T>(at: *const T) -> Result<Region, Misuse> {
    if at.is_null() {
        return Err(Misuse::Null);
    }
    if !at.is_aligned() {
        return Err(Misuse::Misaligned);
    }
    Ok(Region {
        start: at.addr(),
        bytes: size_of::<T>(),
    })
}

/// Checks a slice, and returns its region. An empty slice may have any address.
#[inline(always)]
pub fn many<T>(data: *const T, length: usize) -> Result<Region, Misuse> {
    if length == 0 {
        return Ok(Region {
            start: data.addr(),
            bytes: 0,
        });
    }
    if length > isize::MAX as usize / size_of::<T>() {
        return Err(Misuse::TooLong);
    }
    let region = one(data)?;
    Ok(Region {
        bytes: length * size_of::<T>(),
        ..region
    })
}

/// Makes the slice whose region [`many`] returned.
///
/// # Safety
/// - [`many`] returned a region for this address and length.
/// - The values are readable, and nothing writes to them while the result lives.
#[inline(always)]
pub unsafe fn slice<'a, T>(data: *const T, length: usize) -> &'a [T] {
    if length == 0 {
        return &[];
    }
    // SAFETY: `many` has checked address and length, and the host guarantees the elements.
    unsafe { slice::from_raw_parts(data, length) }
}

/// Makes the mutable slice whose region [`many`] returned.
///
/// # Safety
/// - [`many`] returned a region for this address and length.
/// - The values are readable and writable, and nothing else accesses them while the result lives.
#[inline(always)]
pub unsafe fn slice_mut<'a, T>(data: *mut T, length: usize) -> &'a mut [T] {
    if length == 0 {
        return &mut [];
    }
    // SAFETY: `many` has checked address and length, and the host guarantees the elements.
    unsafe { slice::from_raw_parts_mut(data, length) }
}

/// Writes a result through `out`, unless that is null.
///
/// # Safety
/// - `out` is null, or writable for a value. It need not be aligned.
#[inline(always)]
pub unsafe fn give<T>(out: *mut T, value: T) {
    if !out.is_null() {
        // SAFETY: `out` is not null, and the caller guarantees that it is writable; the write needs no alignment.
        unsafe { out.write_unaligned(value) }
    }
}

#[cfg(test)]
mod tests {
    use core::ptr::{null, without_provenance as at};

    use super::*;

    fn region(start: usize, length: usize) -> Region {
        many(at::<u8>(start), length).unwrap()
    }

    #[test]
    fn regions_overlap_where_they_share_a_byte() {
        for (a, b, shared) in [
            ((10, 5), (15, 5), false),
            ((10, 5), (14, 5), true),
            ((10, 5), (10, 5), true),
            ((10, 5), (11, 1), true),
            ((10, 5), (12, 0), false),
            ((10, 0), (10, 0), false),
            ((usize::MAX - 4, 5), (1, 4), false),
            ((usize::MAX - 4, 5), (usize::MAX, 1), true),
            ((1, isize::MAX as usize), (1 << 63, 1), false),
            ((1, isize::MAX as usize), ((1 << 63) - 1, 1), true),
        ] {
            let (a, b) = (region(a.0, a.1), region(b.0, b.1));
            assert_eq!((a.overlaps(b), b.overlaps(a)), (shared, shared), "{a:?} {b:?}");
        }
    }

    #[test]
    fn what_no_reference_can_be_made_of() {
        assert_eq!(one(null::<u8>()).unwrap_err(), Misuse::Null);
        assert_eq!(one(at::<u32>(6)).unwrap_err(), Misuse::Misaligned);
        assert_eq!(many(null::<u8>(), 1).unwrap_err(), Misuse::Null);
        assert_eq!(many(at::<u32>(6), 1).unwrap_err(), Misuse::Misaligned);
        assert_eq!(many(at::<u8>(8), 1 << 63).unwrap_err(), Misuse::TooLong);
        assert_eq!(many(at::<u64>(8), 1 << 60).unwrap_err(), Misuse::TooLong);
        assert!(many(at::<u64>(8), (1 << 60) - 1).is_ok());
        assert!(many(null::<u32>(), 0).is_ok() && many(at::<u32>(6), 0).is_ok());
    }
}
