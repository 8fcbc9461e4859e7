//! Calls a method of one of several trait objects, one of which takes more stack than the budget allows.
//@ on: amd64 arm64
//@ rule: budget
//@ says: more than its budget of 192
//@ in: area
//@ bound: measure 192
#![no_std]

use core::hint::black_box;

trait Shape: Sync {
    fn area(&self, x: u64) -> u64;
}

struct Square;
struct Strip(u64);
struct Large;

impl Shape for Square {
    #[inline(never)]
    fn area(&self, x: u64) -> u64 {
        x * x
    }
}

impl Shape for Strip {
    #[inline(never)]
    fn area(&self, x: u64) -> u64 {
        x * self.0
    }
}

impl Shape for Large {
    #[inline(never)]
    fn area(&self, x: u64) -> u64 {
        black_box([x; if cfg!(bad) { 32 } else { 4 }])[1]
    }
}

static SHAPES: [&dyn Shape; 4] = [&Square, &Strip(3), &Large, &Strip(9)];

#[rustgo_rt::export(stack = 192)]
pub extern "C" fn measure(which: u64, x: u64) -> u64 {
    match SHAPES.get(which as usize) {
        Some(shape) => shape.area(x) + 1,
        None => 0,
    }
}
