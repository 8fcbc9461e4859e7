//! Promises not to panic, and aborts.
//@ on: amd64 arm64
//@ rule: panic
//@ says: export `halve` promises `no_panic`, but can reach a trap instruction
//@ in: halve
#![no_std]

#[rustgo_rt::export(no_panic)]
pub extern "C" fn halve(n: u64) -> u64 {
    #[cfg(bad)]
    if n % 2 == 1 {
        rustgo_rt::abort();
    }
    n / 2
}
