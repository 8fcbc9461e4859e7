#[rustgo_rt::export]
pub enum NoNumber {
    /// It failed.
    Failed = 1,
}

#[rustgo_rt::export]
#[repr(u8)]
pub enum FieldsOfNumber {
    Failed(u8),
}

#[rustgo_rt::export]
#[repr(u8)]
pub enum NoNumberAtAll {}

#[rustgo_rt::export]
#[repr(i32)]
pub enum Fields {
    /// It failed.
    Failed(u8),
}

#[rustgo_rt::export]
#[repr(i32)]
pub enum NoText {
    Failed = 1,
}

#[rustgo_rt::export]
#[repr(i32)]
pub enum NoVariant {}

#[rustgo_rt::export]
#[repr(i32)]
pub enum Generic<T> {
    /// It failed.
    Failed = 1,
}

#[rustgo_rt::export(no_panic)]
#[repr(i32)]
pub enum Promise {
    /// It failed.
    Failed = 1,
}

fn main() {}
