#[rustgo_rt::export]
pub extern "C" fn nameless(_: u64) {}

#[rustgo_rt::export]
pub extern "C" fn taken_apart(&byte: &u8) -> u8 {
    byte
}

#[rustgo_rt::export]
pub extern "C" fn by_reference(ref byte: u8) -> u8 {
    *byte
}

#[rustgo_rt::export]
pub extern "C" fn nameless_again(_: *const u8, _: *const u8) {}

fn main() {}
