#[rustgo_rt::export]
#[repr(i32)]
pub enum FromZero {
    /// It failed.
    Failed,
}

#[rustgo_rt::export]
#[repr(i32)]
pub enum Negative {
    /// It failed.
    Failed = -1,
}

#[rustgo_rt::export]
#[repr(i32)]
pub enum TwoTexts {
    /// It failed.
    Failed = 1,
}

impl core::fmt::Display for TwoTexts {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("another text")
    }
}

fn main() {}
