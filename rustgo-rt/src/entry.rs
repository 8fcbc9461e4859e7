//! What the entries that `#[export]` writes look at before Rust has to believe a host. Not part of the public interface,
//! but for the numbers of [`Misuse`].

use core::slice;

/// How an argument can be one that no reference may be made of. The numbers are what a C function with a status returns;
/// `rustgo-record` has them for the tool's headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i32)]
pub enum Misuse {
    /// A reference would be null, or a slice that is not empty.
    Null = -1,
    /// The address is no multiple of what the type asks for.
    Misaligned = -2,
    /// More elements than memory can hold.
    TooLong = -3,
    /// Two arguments share memory, and one of them is written to.
    Overlap = -4,
    /// Text is not UTF-8.
    NotUtf8 = -5,
}

/// The bytes that an argument is about: an address that is not null and aligned, and a length that memory can have.
#[derive(Debug, Clone, Copy)]
pub struct Region {
    start: usize,
    bytes: usize,
}

impl Region {
    /// Whether the two share a byte. What is empty shares none.
    #[inline(always)]
    pub fn overlaps(self, other: Self) -> bool {
        // The distance from one to the other, modulo the size of memory, is less than a length of at most half of it
        // where one begins inside the other, and only there.
        (other.start.wrapping_sub(self.start) < self.bytes && other.bytes > 0)
            || (self.start.wrapping_sub(other.start) < other.bytes && self.bytes > 0)
    }
}

/// The region of one value.
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

/// The region of a number of values. Of none, the address may be anything.
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

/// The slice of a region that [`many`] has found.
///
/// # Safety
/// - [`many`] has found nothing wrong with the two.
/// - The values can be read, and nobody writes to them while the result lives.
#[inline(always)]
pub unsafe fn slice<'a, T>(data: *const T, length: usize) -> &'a [T] {
    if length == 0 {
        return &[];
    }
    // SAFETY: the caller has `many` check address and length, and the host guarantees the elements.
    unsafe { slice::from_raw_parts(data, length) }
}

/// The slice of a region that [`many`] has found, to write to.
///
/// # Safety
/// - [`many`] has found nothing wrong with the two.
/// - The values can be read and written, and nobody else does while the result lives.
#[inline(always)]
pub unsafe fn slice_mut<'a, T>(data: *mut T, length: usize) -> &'a mut [T] {
    if length == 0 {
        return &mut [];
    }
    // SAFETY: the caller has `many` check address and length, and the host guarantees the elements.
    unsafe { slice::from_raw_parts_mut(data, length) }
}

/// Writes a result to where the caller wants it; nowhere, if that is null.
///
/// # Safety
/// - The place is null, or writable for a value. It need not be aligned.
#[inline(always)]
pub unsafe fn give<T>(out: *mut T, value: T) {
    if !out.is_null() {
        // SAFETY: the host guarantees the place; it need not be aligned, and null was excluded above.
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
