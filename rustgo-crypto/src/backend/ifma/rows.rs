//! Rows of eight scalars, each lane of which adds up all positions of one.

use super::row::Row;
use super::select::select_at;
use super::{GROUP, LANES, ROWS};
use crate::recoding::SideBySide;
use crate::table::wide::{POSITIONS, TABLE};

/// Sets the points to the entries of position 0.
///
/// # Safety
///
/// The processor has AVX-512 F, VL and IFMA, BMI1 and BMI2.
#[inline(never)]
#[target_feature(enable = "avx512f,avx512vl,avx512ifma,bmi1,bmi2")]
unsafe fn start(row: &mut Row, scalars: &mut SideBySide<LANES>) {
    // SAFETY: the caller guarantees AVX-512F, VL and IFMA, which the called functions need.
    unsafe { row.start(&select_at(&TABLE.0[0], &scalars.next_window())) }
}

/// Adds the entries of a position to the points.
///
/// # Safety
///
/// Those of `start`.
#[inline(never)]
#[target_feature(enable = "avx512f,avx512vl,avx512ifma,bmi1,bmi2")]
unsafe fn add(row: &mut Row, scalars: &mut SideBySide<LANES>, position: usize) {
    // SAFETY: the caller guarantees AVX-512F, VL and IFMA, which the called functions need.
    unsafe { row.add(&select_at(&TABLE.0[position % POSITIONS], &scalars.next_window())) }
}

/// Multiplies the basepoint by the scalars.
///
/// # Safety
///
/// - `scalars` is valid for reads of `size` scalars, at most `GROUP`.
/// - Those of `start`.
#[inline(never)]
#[target_feature(enable = "avx512f,avx512vl,avx512ifma,bmi1,bmi2")]
pub unsafe fn accumulate(rows: &mut [Row; ROWS], scalars: *const [u8; 32], size: usize) {
    let size = size.min(GROUP);
    // SAFETY: the caller guarantees AVX-512F, VL and IFMA, and `size` readable scalars; indices stay below `size`.
    unsafe {
        let mut waiting = [const { SideBySide::EMPTY }; ROWS];
        for i in 0..size {
            waiting[i / LANES].set(i % LANES, &scalars.add(i).read());
        }
        for position in 0..POSITIONS {
            // Row by row, while the entries are in the nearest cache.
            for (row, waiting) in rows.iter_mut().zip(&mut waiting).take(size.div_ceil(LANES)) {
                if position == 0 {
                    start(row, waiting);
                } else {
                    add(row, waiting, position);
                }
            }
        }
    }
}
