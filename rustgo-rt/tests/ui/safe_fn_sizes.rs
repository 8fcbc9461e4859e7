#[rustgo_rt::export]
#[repr(C)]
pub struct Large {
    x: [u64; 3],
}

#[rustgo_rt::export]
pub fn large() -> Large {
    Large { x: [0; 3] }
}

#[rustgo_rt::export]
pub fn large_option() -> Option<Large> {
    None
}

#[rustgo_rt::export]
pub fn no_elements(_value: &[u8; 0]) {}

fn main() {}
