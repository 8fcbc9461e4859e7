#[rustgo_rt::export(stack = 0)]
pub extern "C" fn zero() {}

#[rustgo_rt::export(stack = 8)]
pub extern "C" fn less_than_a_step() {}

#[rustgo_rt::export(stack = 4100)]
pub extern "C" fn between_steps() {}

#[rustgo_rt::export(stack = 16_777_232)]
pub extern "C" fn above_16_mib() {}

#[rustgo_rt::export(stack = 340282366920938463463374607431768211456)]
pub extern "C" fn above_everything() {}

#[rustgo_rt::export(stack = -16)]
pub extern "C" fn negative() {}

#[rustgo_rt::export(stack = 4096u32)]
pub extern "C" fn suffix() {}

#[rustgo_rt::export(stack = "4096")]
pub extern "C" fn text() {}

#[rustgo_rt::export(stack = BUDGET)]
pub extern "C" fn name() {}

#[rustgo_rt::export(stack)]
pub extern "C" fn nothing() {}

fn main() {}
