#[rustgo_rt::import(stack = 16)]
unsafe extern "C" {
    fn argument();
}

#[rustgo_rt::import]
pub extern "C" fn a_function() {}

#[rustgo_rt::import]
unsafe extern "system" {
    fn system();
}

#[rustgo_rt::import]
unsafe extern "C" {
    static VALUE: u64;
}

#[rustgo_rt::import]
unsafe extern "C" {
    fn small(byte: u8);
}

fn main() {}
