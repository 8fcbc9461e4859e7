//! A guest that says which build of it runs, and counts bits with what the processor has for that.
#![no_std]

/// Returns the number of the build that runs: 0 is the portable one.
#[rustgo_rt::export(stack = 256)]
pub extern "C" fn which() -> u32 {
    match (cfg!(target_feature = "avx512f"), cfg!(target_feature = "avx2"), cfg!(target_feature = "popcnt")) {
        (true, _, _) => 3,
        (_, true, _) => 2,
        (_, _, true) => 1,
        _ => 0,
    }
}

/// Counts the bits that differ between two blocks, each weighted by its place: enough work to be vectorized, and enough
/// arguments to see that none is lost on the way.
///
/// # Safety
///
/// - `a` and `b` are valid for reads of 512 bytes.
#[rustgo_rt::export(stack = 2048)]
pub unsafe extern "C" fn distance(
    a: *const [u8; 512],
    b: *const [u8; 512],
    first: u64,
    second: u64,
    third: u64,
    fourth: u64,
    scale: f64,
) -> u64 {
    // SAFETY: the caller guarantees the blocks.
    let (a, b) = unsafe { (&*a, &*b) };
    let mut sum = 0u64;
    for (place, (a, b)) in a.iter().zip(b).enumerate() {
        sum = sum.wrapping_add(u64::from((a ^ b).count_ones()) * place as u64);
    }
    for (place, number) in [first, second, third, fourth].into_iter().enumerate() {
        sum = sum.wrapping_mul(31).wrapping_add(number << place);
    }
    sum.wrapping_add((scale * 1000.0) as u64)
}
