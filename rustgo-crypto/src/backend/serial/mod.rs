//! One point at a time, in plain Rust, for every processor.

mod field;
mod select;

use crate::compression::{Projective, compress_all};
use crate::edwards::Point;
use crate::field::FieldElement;
use crate::inversion::{self, Serial};
use crate::recoding::windows;

/// Scalars that share an inversion.
pub const GROUP: usize = 16;

/// Multiplies the basepoint by a scalar, and returns the compressed point.
pub fn multiply(scalar: &[u8; 32]) -> [u8; 32] {
    sum(scalar).compress(invert)
}

/// Multiplies the basepoint by the scalars of a group, and writes the compressed points. Reads all before it writes.
///
/// # Safety
///
/// - `scalars` is valid for reads of `size` scalars, at most `GROUP`, `dst` for writes of `size` points.
pub unsafe fn multiply_group(dst: *mut [u8; 32], scalars: *const [u8; 32], size: usize) {
    // SAFETY: the caller guarantees `size` readable scalars and `size` writable points; indices stay below.
    unsafe { multiply_group_by(dst, scalars, size, sum, invert) }
}

/// Does what `multiply_group` does, with the functions of another backend.
///
/// # Safety
///
/// Those of `multiply_group`.
#[inline(always)]
pub unsafe fn multiply_group_by(
    dst: *mut [u8; 32],
    scalars: *const [u8; 32],
    size: usize,
    sum: impl Fn(&[u8; 32]) -> Projective,
    invert: impl Fn(&FieldElement) -> FieldElement,
) {
    let size = size.min(GROUP);
    let mut points = [Projective::IDENTITY; GROUP];
    for i in 0..size {
        // SAFETY: the caller guarantees `size` readable scalars and `size` writable points; indices stay below.
        points[i] = sum(&unsafe { scalars.add(i).read() });
    }
    // SAFETY: the caller guarantees `size` readable scalars and `size` writable points; indices stay below.
    unsafe { compress_all(dst, &points, size, invert) }
}

#[inline(never)]
fn sum(scalar: &[u8; 32]) -> Projective {
    sum_inlined(scalar)
}

#[inline(never)]
fn invert(x: &FieldElement) -> FieldElement {
    invert_inlined(x)
}

/// Adds up the entries that a scalar's windows select.
#[inline(always)]
pub fn sum_inlined(scalar: &[u8; 32]) -> Projective {
    let (zero, one) = (FieldElement::ZERO, FieldElement::ONE);
    let mut sum = Point::<FieldElement> {
        x: zero,
        y: one,
        z: one,
        t: zero,
    };
    let windows = windows(scalar);
    for (i, windows) in windows.as_chunks().0.iter().enumerate() {
        for entry in &select::select(i, windows) {
            // SAFETY: needs no features.
            sum = unsafe { sum.add_entry(entry) };
        }
    }
    Projective {
        x: sum.x,
        y: sum.y,
        z: sum.z,
    }
}

/// The inverse, and 0 for 0.
#[inline(always)]
pub fn invert_inlined(x: &FieldElement) -> FieldElement {
    // SAFETY: needs no features.
    unsafe { inversion::invert::<Serial>(x) }
}
