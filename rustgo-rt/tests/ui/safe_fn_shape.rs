#[rustgo_rt::export]
pub unsafe fn not_safe(_value: u8) {}

#[rustgo_rt::export]
pub async fn later() {}

#[rustgo_rt::export]
pub fn generic<T>(_value: u8) {}

#[rustgo_rt::export]
pub fn lifetime<'a>(_value: &'a u8) {}

#[rustgo_rt::export]
pub fn pattern([a, b]: &[u8; 2]) -> u8 {
    a + b
}

#[rustgo_rt::export]
pub fn seven_registers(_a: &[u8], _b: &[u8], _c: &str, _d: u8) {}

#[rustgo_rt::export]
pub fn seven_with_the_result(_a: &[u8], _b: &[u8], _c: &[u8]) -> Option<u8> {
    None
}

#[rustgo_rt::export]
#[unsafe(no_mangle)]
pub fn named_twice() {}

fn main() {}
