//! Promises not to panic, and waits for ever.
//@ on: amd64 arm64
//@ rule: panic
//@ says: export `wait` promises `no_panic`, but can enter an endless loop
//@ in: wait
#![no_std]

#[rustgo_rt::export(no_panic)]
pub extern "C" fn wait(n: u64) -> u64 {
    if n == 77 {
        #[cfg(bad)]
        loop {
            core::hint::spin_loop();
        }
        #[cfg(not(bad))]
        for _ in 0..n {
            core::hint::spin_loop();
        }
    }
    n + 1
}
