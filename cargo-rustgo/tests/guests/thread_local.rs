//! Keeps state for each thread.
//@ on: amd64 arm64
//@ rule: thread-local
//@ says: SEEN`, a thread-local
//@ in: seen
#![no_std]
#![cfg_attr(bad, feature(thread_local))]

#[cfg(bad)]
#[rustgo_rt::export]
pub extern "C" fn seen(new: u64) -> u64 {
    use core::cell::Cell;
    #[thread_local]
    static SEEN: Cell<u64> = Cell::new(1);
    SEEN.replace(new)
}

#[cfg(not(bad))]
#[rustgo_rt::export]
pub extern "C" fn seen(state: &mut u64, new: u64) -> u64 {
    core::mem::replace(state, new)
}
