//! Keeps the last argument in an atomic, which needs no `mut`.
//@ rule: mutable-static
//@ says: LAST`, a mutable static
//@ in: swap
#![no_std]

use core::sync::atomic::{AtomicU64, Ordering};

#[cfg(bad)]
#[rustgo_rt::export]
pub extern "C" fn swap(new: u64) -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(1);
    LAST.swap(new, Ordering::Relaxed)
}

#[cfg(not(bad))]
#[rustgo_rt::export]
pub extern "C" fn swap(new: u64) -> u64 {
    let last = AtomicU64::new(1);
    last.swap(new, Ordering::Relaxed)
}
