//! Runs AVX-512 code that was compiled with `#[target_feature]`, and does not say that hosts have to look for it.
//@ rule: processor-feature
//@ says: export `sum` runs
//@ help: `#[rustgo_rt::export(requires = "avx512f")]`
#![no_std]

use core::arch::x86_64::{_mm512_loadu_si512, _mm512_reduce_add_epi32};

#[target_feature(enable = "avx512f")]
fn add(numbers: &[i32; 16]) -> i32 {
    // SAFETY: the load reads the 64 bytes of the array and needs no alignment.
    _mm512_reduce_add_epi32(unsafe { _mm512_loadu_si512(numbers.as_ptr().cast()) })
}

/// # Safety
///
/// - The processor has AVX-512 F.
#[cfg_attr(bad, rustgo_rt::export)]
#[cfg_attr(not(bad), rustgo_rt::export(requires = "avx512f"))]
pub unsafe extern "C" fn sum(numbers: &[i32; 16]) -> i32 {
    // SAFETY: the caller guarantees the feature.
    unsafe { add(numbers) }
}
