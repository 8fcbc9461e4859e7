//! The same function with Rust's calling convention and with C's.
#![no_std]

/// Three words, too many for C to pass in registers.
#[repr(C)]
pub struct Triple {
    pub a: u64,
    pub b: u64,
    pub c: u64,
}

#[unsafe(no_mangle)]
pub fn rust_abi(triple: Triple) -> u64 {
    triple.c
}

#[unsafe(no_mangle)]
pub extern "C" fn c_abi(triple: Triple) -> u64 {
    triple.c
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}
