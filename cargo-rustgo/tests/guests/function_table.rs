//! Calls through a table of functions, one of which calls the export again.
//@ on: amd64 arm64
//@ rule: recursion
//@ says: `function_table::again` calls itself
//@ in: again
//@ bound: apply 224
#![no_std]

use core::hint::black_box;

type Operation = fn(u64, u64) -> u64;

static TABLE: [Operation; 3] = [add, multiply, FIRST];

#[cfg(bad)]
const FIRST: Operation = again;
#[cfg(not(bad))]
const FIRST: Operation = deep;

#[inline(never)]
fn add(a: u64, b: u64) -> u64 {
    a.wrapping_add(b)
}

#[inline(never)]
fn multiply(a: u64, b: u64) -> u64 {
    a.wrapping_mul(b)
}

#[inline(never)]
fn deep(a: u64, b: u64) -> u64 {
    let row = black_box([a, b, a, b, a, b, a, b]);
    row[0] ^ row[7]
}

#[inline(never)]
fn again(a: u64, b: u64) -> u64 {
    apply(b, a, 1)
}

#[rustgo_rt::export]
pub extern "C" fn apply(which: u64, a: u64, b: u64) -> u64 {
    match TABLE.get(which as usize) {
        Some(operation) => operation(a, b) + 1,
        None => 0,
    }
}
