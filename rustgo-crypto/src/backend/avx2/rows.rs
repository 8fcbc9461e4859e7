//! Rows of four scalars, each lane of which adds up all positions of one.

use core::mem::MaybeUninit;

use super::LANES;
use super::point::Workspace;
use super::select::select_at;
use crate::compression::Projective;
use crate::recoding::SideBySide;
use crate::table::wide::{POSITIONS, TABLE};

/// Multiplies the basepoint by up to four scalars.
///
/// # Safety
///
/// - `scalars` is valid for reads of `count` scalars.
/// - The processor has AVX2, FMA, BMI1 and BMI2, and the system saves its vectors.
#[inline(never)]
#[target_feature(enable = "avx2,fma,bmi1,bmi2")]
pub unsafe fn multiply(points: &mut [Projective; LANES], scalars: *const [u8; 32], count: usize) {
    let mut waiting = SideBySide::<LANES>::EMPTY;
    for i in 0..count.min(LANES) {
        // SAFETY: the caller guarantees `count` readable scalars, and `i` is below `count`.
        waiting.set(i, &unsafe { scalars.add(i).read() });
    }
    let mut workspace = MaybeUninit::<Workspace>::uninit();
    // SAFETY: numbers, of which each is written before it is read.
    let workspace = unsafe { workspace.assume_init_mut() };
    for position in 0..POSITIONS {
        select_at(&mut workspace.entry, &TABLE.0[position], &waiting.next_window());
        if position == 0 {
            workspace.start();
        } else {
            workspace.add();
        }
    }
    let Workspace { x, y, z, .. } = workspace;
    for (point, x) in points.iter_mut().zip(x.elements()) {
        point.x = x;
    }
    for (point, y) in points.iter_mut().zip(y.elements()) {
        point.y = y;
    }
    for (point, z) in points.iter_mut().zip(z.elements()) {
        point.z = z;
    }
}
