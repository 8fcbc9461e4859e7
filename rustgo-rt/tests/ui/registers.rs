#[rustgo_rt::export]
pub extern "C" fn seven(_a: u8, _b: &u8, _c: *mut u8, _d: bool, _e: i64, _f: usize, _g: u64) {}

#[rustgo_rt::export]
pub extern "C" fn nine(_a: f32, _b: f64, _c: f64, _d: f64, _e: f64, _f: f64, _g: f64, _h: f64, _i: f64) {}

fn main() {}
