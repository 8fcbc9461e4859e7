#[rustgo_rt::export]
#[repr(C)]
pub struct Point {
    x: f64,
}

#[rustgo_rt::export]
#[repr(i32)]
pub enum Failure {
    /// It failed.
    Failed = 1,
}

#[rustgo_rt::export]
pub fn array() -> [u8; 32] {
    [0; 32]
}

#[rustgo_rt::export]
pub fn slice(value: &[u8]) -> &[u8] {
    value
}

#[rustgo_rt::export]
pub fn text() -> &'static str {
    ""
}

#[rustgo_rt::export]
pub fn string() -> String {
    String::new()
}

#[rustgo_rt::export]
pub fn never() -> ! {
    loop {}
}

#[rustgo_rt::export]
pub fn tuple() -> (u8, u8) {
    (0, 0)
}

#[rustgo_rt::export]
pub fn pointer() -> *const u8 {
    core::ptr::null()
}

#[rustgo_rt::export]
pub fn nothing() -> Option<()> {
    None
}

#[rustgo_rt::export]
pub fn optional_array() -> Option<[u8; 4]> {
    None
}

#[rustgo_rt::export]
pub fn optional_reference(value: &u8) -> Option<&u8> {
    Some(value)
}

#[rustgo_rt::export]
pub fn option_of_result() -> Option<Result<u8, Failure>> {
    None
}

#[rustgo_rt::export]
pub fn result_of_option() -> Result<Option<u8>, Failure> {
    Ok(None)
}

#[rustgo_rt::export]
pub fn result_of_text() -> Result<&'static str, Failure> {
    Ok("")
}

#[rustgo_rt::export]
pub fn error_of_unit() -> Result<u8, ()> {
    Ok(0)
}

#[rustgo_rt::export]
pub fn error_of_text() -> Result<u8, &'static str> {
    Ok(0)
}

#[rustgo_rt::export]
pub fn error_of_string() -> Result<u8, String> {
    Ok(0)
}

#[rustgo_rt::export]
pub fn shorter_result() -> core::fmt::Result {
    Ok(())
}

fn main() {}
