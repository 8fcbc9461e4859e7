use std::ffi::c_int;
use std::ptr::NonNull;

#[repr(C)]
pub struct Point {
    x: f64,
}

#[rustgo_rt::export]
pub extern "C" fn wide(_value: u128) {}

#[rustgo_rt::export]
pub extern "C" fn wide_pointer(_value: *const i128) {}

#[rustgo_rt::export]
pub extern "C" fn character(_value: char) {}

#[rustgo_rt::export]
pub extern "C" fn text(_value: &str) {}

#[rustgo_rt::export]
pub extern "C" fn slice(_value: &[u8]) {}

#[rustgo_rt::export]
pub extern "C" fn raw_slice(_value: *mut [Point]) {}

#[rustgo_rt::export]
pub extern "C" fn tuple(_value: (u8, u8)) {}

#[rustgo_rt::export]
pub extern "C" fn unit(_value: ()) {}

#[rustgo_rt::export]
pub extern "C" fn string(_value: String) {}

#[rustgo_rt::export]
pub extern "C" fn vector(_value: *mut std::vec::Vec<u8>) {}

#[rustgo_rt::export]
pub extern "C" fn boxed(_value: Box<Point>) {}

#[rustgo_rt::export]
pub extern "C" fn array(_value: [u8; 32]) {}

#[rustgo_rt::export]
pub extern "C" fn structure(_value: Point) {}

#[rustgo_rt::export]
pub extern "C" fn optional(_value: Option<&u8>) {}

#[rustgo_rt::export]
pub extern "C" fn not_null(_value: NonNull<u8>) {}

#[rustgo_rt::export]
pub extern "C" fn of_c(_value: c_int) {}

#[rustgo_rt::export]
pub extern "C" fn callback(_value: extern "C" fn(u8)) {}

#[rustgo_rt::export]
pub extern "C" fn object(_value: &dyn Copy) {}

#[rustgo_rt::export]
pub extern "C" fn associated(_value: *const <u8 as Iterator>::Item) {}

fn main() {}
