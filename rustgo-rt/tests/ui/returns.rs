#[repr(C)]
pub struct Point {
    x: f64,
}

#[rustgo_rt::export]
pub extern "C" fn never() -> ! {
    loop {}
}

#[rustgo_rt::export]
pub extern "C" fn reference(value: &u8) -> &u8 {
    value
}

#[rustgo_rt::export]
pub extern "C" fn array() -> [u8; 32] {
    [0; 32]
}

#[rustgo_rt::export]
pub extern "C" fn structure() -> Point {
    Point { x: 0.0 }
}

#[rustgo_rt::export]
pub extern "C" fn wide() -> u128 {
    0
}

#[rustgo_rt::export]
pub extern "C" fn tuple() -> (u8, u8) {
    (0, 0)
}

#[rustgo_rt::export]
pub extern "C" fn hidden() -> impl Copy {
    0
}

fn main() {}
