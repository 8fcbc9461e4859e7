//! Unaligned loads and stores, compiled to the processor's own instructions.

use core::mem::MaybeUninit;

#[repr(C, packed)]
struct Unaligned<T>(T);

/// Bytes that are copied unchanged, padding and pointers included.
pub type Bytes<T> = MaybeUninit<T>;

/// Reads a `T` at an offset in bytes from `base`.
///
/// # Safety
/// - The `T`'s bytes at that place are readable. They are initialised, unless `T` is [`Bytes`].
#[inline(always)]
pub unsafe fn load<T: Copy>(base: *const u8, offset: usize) -> T {
    // SAFETY: the caller guarantees the bytes; a packed struct needs no alignment.
    unsafe { (*base.wrapping_add(offset).cast::<Unaligned<T>>()).0 }
}

/// Writes a `T` at an offset in bytes from `base`.
///
/// # Safety
/// - The `T`'s bytes at that place are writable.
#[inline(always)]
pub unsafe fn store<T: Copy>(base: *mut u8, offset: usize, value: T) {
    // SAFETY: the caller guarantees the bytes; a packed struct needs no alignment.
    unsafe { (*base.wrapping_add(offset).cast::<Unaligned<T>>()).0 = value }
}
