//! Walks a tree of depth n.
//@ on: amd64 arm64
//@ rule: recursion
//@ says: `recursion::walk` calls itself
//@ in: recursion::walk
#![no_std]

#[cfg(bad)]
#[inline(never)]
fn walk(n: u64) -> u64 {
    if n < 2 {
        n
    } else {
        walk(n - 1).wrapping_mul(walk(n - 2) | 1)
    }
}

#[cfg(not(bad))]
#[inline(never)]
fn walk(n: u64) -> u64 {
    (0..n).fold(1, |product, i| product.wrapping_mul(i | 1))
}

#[rustgo_rt::export]
pub extern "C" fn tree(n: u64) -> u64 {
    walk(n)
}
