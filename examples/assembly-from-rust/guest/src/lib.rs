//! Rust between two others: a host calls it, and it calls a routine in assembly that is sealed together with it.
#![no_std]

unsafe extern "C" {
    /// Adds two numbers and returns the carry, 0 or 1; see `add_256.asm`.
    ///
    /// # Safety
    /// - `sum` is writable, and `a` and `b` are readable; they may be the same.
    fn add_256(sum: *mut [u64; 4], a: *const [u64; 4], b: *const [u64; 4]) -> u64;
}

/// Sums `count` numbers of 256 bits, each four words, lowest first. Returns what does not fit into the sum: the bits
/// from 256 on.
///
/// # Safety
/// - `sum` is writable, and `numbers` are readable, `count` of them; `sum` is none of them.
#[rustgo_rt::export(no_panic)]
pub unsafe extern "C" fn sum_256(sum: *mut [u64; 4], numbers: *const [u64; 4], count: usize) -> u64 {
    let mut overflow = 0u64;
    // SAFETY: `sum` is writable.
    unsafe { sum.write([0; 4]) };
    for index in 0..count {
        // SAFETY: there are `count` numbers, and the routine asks for no more than that.
        overflow = overflow.wrapping_add(unsafe { add_256(sum, sum, numbers.add(index)) });
    }
    overflow
}
