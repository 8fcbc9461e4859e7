#[rustgo_rt::export]
pub struct Point {
    x: f64,
}

#[rustgo_rt::export]
pub static ANSWER: u64 = 42;

#[rustgo_rt::export]
mod inner {}

#[rustgo_rt::export]
unsafe extern "C" {
    fn elsewhere();
}

fn main() {}
