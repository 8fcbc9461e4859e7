//! Two functions that do next to nothing, so that a benchmark of them measures the call.
#![no_std]

/// Returns `value + 1`, modulo 2^64.
#[rustgo_rt::export]
pub extern "C" fn increment(value: u64) -> u64 {
    value.wrapping_add(1)
}

/// Returns `value * 2`, modulo 2^64.
#[rustgo_rt::export]
pub extern "C" fn multiply_two(value: u64) -> u64 {
    value.wrapping_mul(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_wrap_around() {
        assert_eq!((increment(41), increment(u64::MAX)), (42, 0));
        assert_eq!((multiply_two(21), multiply_two(1 << 63)), (42, 0));
    }
}
