use std::borrow::Cow;
use std::ffi::{CStr, c_int};
use std::num::NonZeroU32;
use std::ops::Range;
use std::ptr::NonNull;
use std::rc::Rc;
use std::sync::atomic::AtomicU32;
use std::time::Duration;

#[rustgo_rt::export]
#[repr(C)]
pub struct Point {
    x: f64,
}

#[rustgo_rt::export]
pub fn array(_value: [u8; 32]) {}

#[rustgo_rt::export]
pub fn structure(_value: Point) {}

#[rustgo_rt::export]
pub fn wide(_value: u128) {}

#[rustgo_rt::export]
pub fn character(_value: char) {}

#[rustgo_rt::export]
pub fn text(_value: str) {}

#[rustgo_rt::export]
pub fn mutable_text(_value: &mut str) {}

#[rustgo_rt::export]
pub fn string(_value: String) {}

#[rustgo_rt::export]
pub fn string_behind(_value: &String) {}

#[rustgo_rt::export]
pub fn cow(_value: Cow<'static, str>) {}

#[rustgo_rt::export]
pub fn c_text(_value: &CStr) {}

#[rustgo_rt::export]
pub fn vector(_value: Vec<u8>) {}

#[rustgo_rt::export]
pub fn vector_behind(_value: &mut Vec<u16>) {}

#[rustgo_rt::export]
pub fn boxed(_value: Box<Point>) {}

#[rustgo_rt::export]
pub fn counted(_value: Rc<Point>) {}

#[rustgo_rt::export]
pub fn not_null(_value: NonNull<u8>) {}

#[rustgo_rt::export]
pub fn not_zero(_value: NonZeroU32) {}

#[rustgo_rt::export]
pub fn atomic(_value: &AtomicU32) {}

#[rustgo_rt::export]
pub fn optional(_value: Option<u8>) {}

#[rustgo_rt::export]
pub fn result(_value: Result<u8, u8>) {}

#[rustgo_rt::export]
pub fn range(_value: Range<usize>) {}

#[rustgo_rt::export]
pub fn duration(_value: Duration) {}

#[rustgo_rt::export]
pub fn of_c(_value: c_int) {}

#[rustgo_rt::export]
pub fn raw(_value: *const u8) {}

#[rustgo_rt::export]
pub fn tuple(_value: (u8, u16)) {}

#[rustgo_rt::export]
pub fn unit(_value: ()) {}

#[rustgo_rt::export]
pub fn callback(_value: fn(u8) -> u8) {}

#[rustgo_rt::export]
pub fn generic(_value: impl Copy) {}

#[rustgo_rt::export]
pub fn object(_value: &dyn Copy) {}

#[rustgo_rt::export]
pub fn reference_to_reference(_value: &&u8) {}

#[rustgo_rt::export]
pub fn slice_of_slices(_value: &[&[u8]]) {}

#[rustgo_rt::export]
pub fn slice_of_text(_value: &[&str]) {}

#[rustgo_rt::export]
pub fn slice_of_options(_value: &[Option<u8>]) {}

#[rustgo_rt::export]
pub fn slice_of_tuples(_value: &mut [(u8, u8)]) {}

#[rustgo_rt::export]
pub fn slice_of_characters(_value: &[char]) {}

#[rustgo_rt::export]
pub fn generic_structure(_value: &core::cell::Cell<u8>) {}

#[rustgo_rt::export]
pub fn qualified(_value: <u8 as core::ops::Add>::Output) {}

fn main() {}
