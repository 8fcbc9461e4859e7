//! Eight points at a time, with AVX-512 IFMA.
//!
//! Everything is inlined into the functions of this file, which alone enable the processor features: code that is not
//! inlined is compiled without them, and takes ten times as long.

mod combine;
mod compression;
mod field;
mod row;
mod rows;
mod select;
mod word;

use core::hint::black_box;

use super::Aligned;
use super::avx2::invert;
use super::prefetch::prefetch;
use crate::recoding::windows;
use crate::table::{POSITIONS, TABLE};
use compression::compress;
use row::Row;
use rows::accumulate;

/// Positions of a scalar, or scalars, side by side.
const LANES: usize = 8;

/// Rows of scalars that share an inversion.
const ROWS: usize = 2;

/// Scalars that share an inversion.
pub const GROUP: usize = ROWS * LANES;

/// Multiplies the basepoint by a scalar, and returns the compressed point.
///
/// # Safety
///
/// The processor has AVX-512 F, VL and IFMA, BMI1 and BMI2, and the system saves its vectors and masks.
#[target_feature(enable = "avx512f,avx512vl,avx512ifma,bmi1,bmi2")]
pub unsafe fn multiply(scalar: &[u8; 32]) -> [u8; 32] {
    // SAFETY: the caller guarantees AVX-512F, VL and IFMA, which the called functions need.
    let point = Aligned(unsafe { spread(scalar) });
    // Otherwise the compiler splits the structure, and does not align it.
    black_box(&point).0
}

/// One scalar: each lane adds up an eighth of its positions.
///
/// # Safety
///
/// Those of `multiply`.
#[inline(never)]
#[target_feature(enable = "avx512f,avx512vl,avx512ifma,bmi1,bmi2")]
unsafe fn spread(scalar: &[u8; 32]) -> [u8; 32] {
    // SAFETY: the caller guarantees AVX-512F, VL and IFMA, which the called functions need.
    unsafe {
        let mut row = Row::identity();
        add_all(&mut row, scalar);
        combine::sum(&row).compress(|z| invert(z))
    }
}

/// Adds the entries that the scalar's windows select to the neutral points of a row.
///
/// # Safety
///
/// Those of `multiply`.
#[inline(never)]
#[target_feature(enable = "avx512f,avx512vl,avx512ifma,bmi1,bmi2")]
unsafe fn add_all(row: &mut Row, scalar: &[u8; 32]) {
    let windows = windows(scalar);
    for (i, (entries, windows)) in TABLE.0.iter().zip(windows.as_chunks().0).enumerate() {
        // SAFETY: the caller guarantees AVX-512F, VL and IFMA, which the called functions need.
        unsafe {
            let entry = select::select(entries, windows);
            prefetch::<{ POSITIONS / LANES }>(i + 1);
            if i == 0 {
                row.start(&entry);
            } else {
                row.add(&entry);
            }
        }
    }
}

/// Multiplies the basepoint by the scalars of a group, and writes the compressed points. Reads all before it writes.
///
/// # Safety
///
/// - `scalars` is valid for reads of `size` scalars, at most `GROUP`, `dst` for writes of `size` points.
/// - Those of `multiply`.
#[target_feature(enable = "avx512f,avx512vl,avx512ifma,bmi1,bmi2")]
pub unsafe fn multiply_group(dst: *mut [u8; 32], scalars: *const [u8; 32], size: usize) {
    let size = size.min(GROUP);
    // Up to two scalars are faster one by one than in a row with idle lanes.
    let in_rows = if size % LANES <= 2 {
        size - size % LANES
    } else {
        size
    };
    // SAFETY: the caller guarantees `size` readable scalars and writable points, and the features of `multiply`.
    unsafe {
        let mut rest = Aligned([[0; 32]; 2]);
        for i in in_rows..size {
            rest.0[i % 2] = spread(&scalars.add(i).read());
        }
        black_box(&rest);
        if in_rows > 0 {
            multiply_rows(dst, scalars, in_rows);
        }
        for i in in_rows..size {
            dst.add(i).write(rest.0[i % 2]);
        }
    }
}

/// Does what `multiply_group` does, all of it in rows, and in a frame of its own.
///
/// # Safety
///
/// Those of `multiply_group`.
#[inline(never)]
#[target_feature(enable = "avx512f,avx512vl,avx512ifma,bmi1,bmi2")]
unsafe fn multiply_rows(dst: *mut [u8; 32], scalars: *const [u8; 32], size: usize) {
    // SAFETY: the caller guarantees `size` readable scalars and writable points, and the features of `multiply`.
    unsafe {
        let mut rows = [Row::identity(), Row::identity()];
        accumulate(&mut rows, scalars, size);
        compress(dst, &rows, size);
    }
}

#[cfg(test)]
mod tests {
    /// Whether this processor has the features.
    pub fn has_features() -> bool {
        use std::is_x86_feature_detected as has;
        has!("avx512f") && has!("avx512vl") && has!("avx512ifma") && has!("bmi1") && has!("bmi2")
    }
}
