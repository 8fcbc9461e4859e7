//! The same function under its mangled name and under its own.
#![no_std]

#[inline(never)]
pub extern "C" fn mangled(a: u64, b: u64) -> u64 {
    a + b
}

#[unsafe(no_mangle)]
pub extern "C" fn unmangled(a: u64, b: u64) -> u64 {
    mangled(a, b)
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}
