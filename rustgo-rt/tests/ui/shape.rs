#[rustgo_rt::export]
pub async extern "C" fn later() {}

#[rustgo_rt::export]
pub unsafe extern "C" fn any_number(_first: u8, _rest: ...) {}

#[rustgo_rt::export]
#[unsafe(no_mangle)]
pub extern "C" fn named() {}

#[rustgo_rt::export]
#[unsafe(export_name = "other")]
pub extern "C" fn renamed() {}

struct Counter(u64);

impl Counter {
    #[rustgo_rt::export]
    pub extern "C" fn method(&self) -> u64 {
        self.0
    }
}

fn main() {}
