#[rustgo_rt::export(stak = 4096)]
pub extern "C" fn unknown() {}

#[rustgo_rt::export(stack = 4096, no_panic, stack = 4096)]
pub extern "C" fn stack_twice() {}

#[rustgo_rt::export(no_panic, no_panic)]
pub extern "C" fn no_panic_twice() {}

#[rustgo_rt::export(no_panic = true)]
pub extern "C" fn flag_with_value() {}

#[rustgo_rt::export(4096)]
pub extern "C" fn no_name() {}

#[rustgo_rt::export(name = "my-hash")]
pub fn no_name() {}

#[rustgo_rt::export(name = hash)]
pub fn no_string() {}

#[cfg(target_arch = "x86_64")]
#[rustgo_rt::export(requires = "bmi1")]
#[target_feature(enable = "avx2,bmi1")]
pub fn compiled_for_more() {}

fn main() {}
