//! Counts in an atomic that lies in a section named like those of constants, in a function that gets its address.
//@ rule: mutable-static
//@ says: COUNT`, a mutable static
//@ in: count
//@ on: amd64 arm64
#![no_std]

use core::sync::atomic::{AtomicU32, Ordering};

#[cfg(bad)]
#[unsafe(link_section = ".rodata.count")]
static COUNT: AtomicU32 = AtomicU32::new(0);

#[inline(never)]
fn bump(counter: &AtomicU32) -> u32 {
    let count = counter.load(Ordering::Relaxed);
    counter.store(count.wrapping_add(1), Ordering::Relaxed);
    count
}

#[rustgo_rt::export]
pub extern "C" fn count(from: u32) -> u32 {
    let own = AtomicU32::new(from);
    #[cfg(bad)]
    bump(&COUNT);
    bump(&own);
    own.into_inner()
}
