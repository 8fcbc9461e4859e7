#[rustgo_rt::export]
pub struct NoLayout {
    x: u8,
}

#[rustgo_rt::export]
#[repr(C, packed)]
pub struct Packed {
    x: u8,
}

#[rustgo_rt::export]
#[repr(C)]
pub struct Tuple(u8, u8);

#[rustgo_rt::export]
#[repr(C)]
pub struct Unit;

#[rustgo_rt::export]
#[repr(C)]
pub struct Empty {}

#[rustgo_rt::export]
#[repr(C)]
pub struct Generic<T> {
    x: T,
}

#[rustgo_rt::export]
#[repr(C)]
pub struct Fields<'a> {
    text: &'a str,
}

#[rustgo_rt::export]
#[repr(C)]
pub struct WithPointer {
    data: *const u8,
    wide: u128,
    letter: char,
    option: Option<u8>,
    list: Vec<u8>,
}

#[rustgo_rt::export(stack = 64)]
#[repr(C)]
pub struct Budget {
    x: u8,
}

fn main() {}
