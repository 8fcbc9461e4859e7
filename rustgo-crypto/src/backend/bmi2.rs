//! The serial backend, compiled for BMI2 and ADX, whose multiplications leave the carry flag alone.

use super::serial;
use crate::compression::Projective;
use crate::field::FieldElement;

/// Multiplies the basepoint by a scalar, and returns the compressed point.
///
/// # Safety
///
/// The processor has BMI1, BMI2 and ADX.
#[target_feature(enable = "bmi1,bmi2,adx")]
pub unsafe fn multiply(scalar: &[u8; 32]) -> [u8; 32] {
    sum(scalar).compress(|x| invert(x))
}

/// Multiplies the basepoint by the scalars of a group, and writes the compressed points. Reads all before it writes.
///
/// # Safety
///
/// - Those of `serial::multiply_group`.
/// - Those of `multiply`.
#[target_feature(enable = "bmi1,bmi2,adx")]
pub unsafe fn multiply_group(dst: *mut [u8; 32], scalars: *const [u8; 32], size: usize) {
    // SAFETY: the caller guarantees `size` readable scalars, `size` writable points, and BMI2 with ADX.
    unsafe { serial::multiply_group_by(dst, scalars, size, |scalar| sum(scalar), |x| invert(x)) }
}

#[inline(never)]
#[target_feature(enable = "bmi1,bmi2,adx")]
fn sum(scalar: &[u8; 32]) -> Projective {
    serial::sum_inlined(scalar)
}

#[inline(never)]
#[target_feature(enable = "bmi1,bmi2,adx")]
fn invert(x: &FieldElement) -> FieldElement {
    serial::invert_inlined(x)
}
