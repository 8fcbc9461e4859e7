//! Promises not to panic, and indexes a slice.
//@ on: amd64 arm64
//@ rule: panic
//@ says: export `pick` promises `no_panic`, but can panic
//@ in: rustgo_rt::panic::host::report
#![no_std]

static PRIMES: [u8; 8] = [2, 3, 5, 7, 11, 13, 17, 19];

#[rustgo_rt::export(no_panic)]
pub extern "C" fn pick(n: usize) -> u8 {
    #[cfg(bad)]
    let prime = PRIMES[n];
    #[cfg(not(bad))]
    let prime = *PRIMES.get(n).unwrap_or(&0);
    prime
}
