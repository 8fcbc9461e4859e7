pub struct Unknown {
    _x: f64,
}

#[rustgo_rt::export]
#[repr(C)]
pub struct Point {
    x: f64,
}

pub enum Failure {
    Failed = 1,
}

#[rustgo_rt::export]
pub fn unknown(_value: &Unknown) {}

#[rustgo_rt::export]
pub fn unknown_elements(_value: &[Unknown]) {}

#[rustgo_rt::export]
pub fn unknown_error() -> Result<(), Failure> {
    Ok(())
}

#[rustgo_rt::export]
pub fn someone_elses_error() -> Result<(), core::num::ParseIntError> {
    Ok(())
}

fn main() {}
