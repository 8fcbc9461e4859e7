#[rustgo_rt::export]
pub fn no_convention() {}

#[rustgo_rt::export]
pub extern fn no_name() {}

#[rustgo_rt::export]
pub extern "Rust" fn rust() {}

#[rustgo_rt::export]
pub extern "system" fn system() {}

fn main() {}
