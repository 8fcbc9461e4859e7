//! Counts in an atomic that lies in a section named like those of constants that hold addresses.
//@ rule: mutable-static
//@ says: COUNT`, a mutable static
//@ in: COUNT
//@ on: amd64 arm64
#![no_std]

use core::hint::black_box;
use core::sync::atomic::{AtomicU32, Ordering};

#[cfg(bad)]
#[unsafe(link_section = ".data.rel.ro.count")]
static COUNT: AtomicU32 = AtomicU32::new(0);

/// A constant that holds addresses may be there.
#[unsafe(link_section = ".data.rel.ro.names")]
static NAMES: [&str; 2] = ["one", "two"];

#[rustgo_rt::export]
pub extern "C" fn count(from: u32) -> u32 {
    let own = AtomicU32::new(from);
    #[cfg(bad)]
    let own = {
        // Behind an address that is not followed, the address of a reference.
        let counter: &AtomicU32 = *black_box(&&COUNT);
        counter.store(from, Ordering::Relaxed);
        own
    };
    own.into_inner() + black_box(&NAMES)[1].len() as u32
}
