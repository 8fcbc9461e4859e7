#[rustgo_rt::export(requires = "")]
pub extern "C" fn empty() {}

#[rustgo_rt::export(requires = "avx2;bmi2")]
pub extern "C" fn no_comma() {}

#[rustgo_rt::export(requires = "avx2, bmi2")]
pub extern "C" fn space() {}

#[rustgo_rt::export(requires = "avx2,")]
pub extern "C" fn trailing_comma() {}

#[rustgo_rt::export(requires = "+avx2")]
pub extern "C" fn flag() {}

#[rustgo_rt::export(requires = "AVX2")]
pub extern "C" fn capitals() {}

#[rustgo_rt::export(requires = "sse2")]
pub extern "C" fn baseline() {}

#[rustgo_rt::export(requires = "avx2,bmi2,avx2")]
pub extern "C" fn named_twice() {}

#[rustgo_rt::export(requires = "avx2", requires = "bmi2")]
pub extern "C" fn given_twice() {}

#[rustgo_rt::export(requires)]
pub extern "C" fn nothing() {}

#[rustgo_rt::export(requires = avx2)]
pub extern "C" fn no_text() {}

fn main() {}
