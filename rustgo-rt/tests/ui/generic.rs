#[rustgo_rt::export]
pub extern "C" fn of_type<T>(_value: *const T) {}

#[rustgo_rt::export]
pub extern "C" fn of_constant<const N: usize>(_value: *const [u8; N]) {}

#[rustgo_rt::export]
pub extern "C" fn of_lifetime<'a>(_value: &'a u8) {}

#[rustgo_rt::export]
pub extern "C" fn with_clause(_value: u8)
where
    u8: Copy,
{
}

#[rustgo_rt::export]
pub extern "C" fn hidden(_value: impl Copy) {}

fn main() {}
