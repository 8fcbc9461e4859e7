//! Calls a method of a trait object, chosen at run time.
//@ on: amd64 arm64
//@ rule: indirect-call
//@ says: has a target that is only known at run time
//@ in: dyn_call::area
#![no_std]

trait Shape {
    fn area(&self, x: u64) -> u64;
}

struct Square;
struct Strip;

impl Shape for Square {
    #[inline(never)]
    fn area(&self, x: u64) -> u64 {
        x * x
    }
}

impl Shape for Strip {
    #[inline(never)]
    fn area(&self, x: u64) -> u64 {
        x * 3
    }
}

#[cfg(bad)]
#[inline(never)]
fn area(shape: *const [usize; 2], x: u64) -> u64 {
    // SAFETY: the caller guarantees it.
    let shape: &dyn Shape = unsafe { core::mem::transmute(*shape) };
    shape.area(x)
}

#[cfg(not(bad))]
#[inline(never)]
fn area(shape: *const [usize; 2], x: u64) -> u64 {
    if shape.is_null() {
        Square.area(x)
    } else {
        Strip.area(x)
    }
}

#[rustgo_rt::export]
pub unsafe extern "C" fn measure(shape: *const [usize; 2], x: u64) -> u64 {
    area(shape, x) + 1
}
