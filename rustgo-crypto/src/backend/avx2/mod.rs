//! Four points at a time, with AVX2.

mod combine;
mod field;
mod inversion;
mod point;
mod rows;
mod select;

use core::mem::MaybeUninit;

use super::Aligned;
use super::prefetch::prefetch;
use crate::compression::{Projective, compress_all};
use crate::recoding::windows;
use crate::table::POSITIONS;
pub use inversion::invert;
use point::Workspace;
use select::select;

/// Positions of a scalar, or scalars, side by side.
const LANES: usize = 4;

/// Scalars that share an inversion.
pub const GROUP: usize = 4 * LANES;

/// Multiplies the basepoint by a scalar, and returns the compressed point.
///
/// # Safety
///
/// The processor has AVX2, FMA, BMI1 and BMI2, and the system saves its vectors.
#[target_feature(enable = "avx2,fma,bmi1,bmi2")]
pub unsafe fn multiply(scalar: &[u8; 32]) -> [u8; 32] {
    let sum = Aligned(spread(scalar));
    sum.0.compress(|x| invert(x))
}

/// Multiplies the basepoint by the scalars of a group, and writes the compressed points. Reads all before it writes.
///
/// # Safety
///
/// - `scalars` is valid for reads of `size` scalars, at most `GROUP`, `dst` for writes of `size` points.
/// - Those of `multiply`.
#[target_feature(enable = "avx2,fma,bmi1,bmi2")]
pub unsafe fn multiply_group(dst: *mut [u8; 32], scalars: *const [u8; 32], size: usize) {
    let mut points = Aligned([Projective::IDENTITY; GROUP]);
    let mut rest = size.min(GROUP);
    let mut scalars = scalars;
    for points in points.0.as_chunks_mut().0 {
        let count = LANES.min(rest);
        // SAFETY: the caller guarantees `size` readable scalars and writable points, and the features of `multiply`.
        unsafe {
            // Up to two scalars are faster one by one than in a row with idle lanes.
            if count > 2 {
                rows::multiply(points, scalars, count);
            } else {
                for i in 0..count {
                    points[i] = spread(&scalars.add(i).read());
                }
            }
            scalars = scalars.add(count);
        }
        rest -= count;
    }
    // SAFETY: the caller guarantees `size` readable scalars and writable points, and the features of `multiply`.
    unsafe { compress_group(dst, &points.0, size) }
}

/// Does what `compress_all` does, in a frame of its own.
///
/// # Safety
///
/// - Those of `compress_all`.
#[inline(never)]
#[target_feature(enable = "avx2,fma,bmi1,bmi2")]
unsafe fn compress_group(dst: *mut [u8; 32], points: &[Projective; GROUP], size: usize) {
    // SAFETY: the caller guarantees `size` readable scalars and writable points, and the features of `multiply`.
    unsafe { compress_all(dst, points, size, |x| invert(x)) }
}

/// One scalar: each lane adds up a quarter of its positions.
#[inline(never)]
#[target_feature(enable = "avx2,fma,bmi1,bmi2")]
fn spread(scalar: &[u8; 32]) -> Projective {
    let mut workspace = MaybeUninit::uninit();
    combine::sum(accumulate(&mut workspace, &windows(scalar)))
}

/// Adds up the entries that the windows select, lane by lane.
#[inline(never)]
#[target_feature(enable = "avx2,fma,bmi1,bmi2")]
fn accumulate<'a>(workspace: &'a mut MaybeUninit<Workspace>, windows: &[u8; POSITIONS]) -> &'a mut Workspace {
    // SAFETY: numbers, of which each is written before it is read.
    let workspace = unsafe { workspace.assume_init_mut() };
    for (i, windows) in windows.as_chunks().0.iter().enumerate() {
        select(&mut workspace.entry, i, windows);
        prefetch::<{ POSITIONS / LANES }>(i + 1);
        if i == 0 {
            workspace.start();
        } else {
            workspace.add();
        }
    }
    workspace
}

#[cfg(test)]
mod tests {
    /// Whether this processor has the features.
    pub fn has_features() -> bool {
        use std::is_x86_feature_detected as has;
        has!("avx2") && has!("fma") && has!("bmi1") && has!("bmi2")
    }
}
