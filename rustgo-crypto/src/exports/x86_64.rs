//! Exports that require features of an x86-64 processor.

use crate::backend::{avx2, bmi2, ifma, serial};
use crate::batch::in_groups;

/// `scalar_base_mult` for processors with BMI1, BMI2 and ADX.
///
/// # Safety
///
/// - Those of `scalar_base_mult`.
/// - The processor has BMI1, BMI2 and ADX.
#[rustgo_rt::export(stack = 6144, no_panic, requires = "bmi1,bmi2,adx")]
pub unsafe extern "C" fn scalar_base_mult_bmi2(dst: *mut [u8; 32], scalar: *const [u8; 32]) {
    // SAFETY: the caller guarantees both pointers and the features that the documentation of the export names.
    unsafe { dst.write(bmi2::multiply(&scalar.read())) }
}

/// `scalar_base_mult_batch` for processors with BMI1, BMI2 and ADX.
///
/// # Safety
///
/// - Those of `scalar_base_mult_batch`.
/// - The processor has BMI1, BMI2 and ADX.
#[rustgo_rt::export(stack = 6144, no_panic, requires = "bmi1,bmi2,adx")]
pub unsafe extern "C" fn scalar_base_mult_batch_bmi2(
    dst: *mut [u8; 32],
    scalars: *const [u8; 32],
    count: usize,
) {
    // SAFETY: the caller guarantees both pointers and the features that the documentation of the export names.
    unsafe {
        in_groups::<{ serial::GROUP }>(dst, scalars, count, |dst, scalars, size| {
            bmi2::multiply_group(dst, scalars, size);
        });
    }
}

/// `scalar_base_mult` for processors with AVX2, FMA, BMI1 and BMI2.
///
/// # Safety
///
/// - Those of `scalar_base_mult`.
/// - The processor has AVX2, FMA, BMI1 and BMI2, and the system saves its 256-bit vectors.
/// - MXCSR masks floating-point exceptions, as it does when a program starts.
#[rustgo_rt::export(stack = 6144, no_panic, requires = "avx2,fma,bmi1,bmi2")]
pub unsafe extern "C" fn scalar_base_mult_avx2(dst: *mut [u8; 32], scalar: *const [u8; 32]) {
    // SAFETY: the caller guarantees both pointers and the features that the documentation of the export names.
    unsafe { dst.write(avx2::multiply(&scalar.read())) }
}

/// `scalar_base_mult_batch` for processors with AVX2, FMA, BMI1 and BMI2.
///
/// # Safety
///
/// - Those of `scalar_base_mult_batch`.
/// - The processor has AVX2, FMA, BMI1 and BMI2, and the system saves its 256-bit vectors.
/// - MXCSR masks floating-point exceptions, as it does when a program starts.
#[rustgo_rt::export(stack = 6144, no_panic, requires = "avx2,fma,bmi1,bmi2")]
pub unsafe extern "C" fn scalar_base_mult_batch_avx2(
    dst: *mut [u8; 32],
    scalars: *const [u8; 32],
    count: usize,
) {
    // SAFETY: the caller guarantees both pointers and the features that the documentation of the export names.
    unsafe {
        in_groups::<{ avx2::GROUP }>(dst, scalars, count, |dst, scalars, size| {
            avx2::multiply_group(dst, scalars, size);
        });
    }
}

/// `scalar_base_mult` for processors with AVX-512 F, VL and IFMA, BMI1 and BMI2.
///
/// # Safety
///
/// - Those of `scalar_base_mult`.
/// - The processor has AVX-512 F, VL and IFMA, BMI1 and BMI2, and the system saves its 512-bit vectors and masks.
#[rustgo_rt::export(stack = 6144, no_panic, requires = "avx512f,avx512ifma,avx512vl,bmi1,bmi2")]
pub unsafe extern "C" fn scalar_base_mult_ifma(dst: *mut [u8; 32], scalar: *const [u8; 32]) {
    // SAFETY: the caller guarantees both pointers and the features that the documentation of the export names.
    unsafe { dst.write(ifma::multiply(&scalar.read())) }
}

/// `scalar_base_mult_batch` for processors with AVX-512 F, VL and IFMA, BMI1 and BMI2.
///
/// # Safety
///
/// - Those of `scalar_base_mult_batch`.
/// - The processor has AVX-512 F, VL and IFMA, BMI1 and BMI2, and the system saves its 512-bit vectors and masks.
#[rustgo_rt::export(stack = 6144, no_panic, requires = "avx512f,avx512ifma,avx512vl,bmi1,bmi2")]
pub unsafe extern "C" fn scalar_base_mult_batch_ifma(
    dst: *mut [u8; 32],
    scalars: *const [u8; 32],
    count: usize,
) {
    // SAFETY: the caller guarantees both pointers and the features that the documentation of the export names.
    unsafe {
        in_groups::<{ ifma::GROUP }>(dst, scalars, count, |dst, scalars, size| {
            ifma::multiply_group(dst, scalars, size);
        });
    }
}
