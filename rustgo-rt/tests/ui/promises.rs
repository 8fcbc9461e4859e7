#[allow(non_camel_case_types)]
type u64 = core::primitive::u32;

type Text = str;

#[rustgo_rt::export]
pub extern "C" fn shadowed(_value: u64) {}

#[rustgo_rt::export]
pub extern "C" fn shadowed_result() -> u64 {
    0
}

#[rustgo_rt::export]
pub extern "C" fn unsized_alias(_value: *const Text) {}

#[rustgo_rt::export]
pub extern "C" fn unsized_reference(_value: &Text) {}

fn main() {}
