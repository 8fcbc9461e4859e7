//! Counts its calls in a static.
//@ on: amd64 arm64
//@ rule: mutable-static
//@ says: COUNT
//@ in: count
#![no_std]

#[cfg(bad)]
#[rustgo_rt::export]
pub extern "C" fn count() -> u64 {
    static mut COUNT: u64 = 0;
    // SAFETY: a race only loses counts.
    unsafe {
        COUNT += 1;
        COUNT
    }
}

#[cfg(not(bad))]
#[rustgo_rt::export]
pub extern "C" fn count(count: u64) -> u64 {
    count + 1
}
