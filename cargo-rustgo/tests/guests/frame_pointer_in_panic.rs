//! Leaves a number in rbp when it panics: what unwinds the panic follows it.
//@ rule: frame-pointer
//@ says: `mov rbp, 0x7b7b7b7b` writes another value to it
//@ in: superstitious
#![no_std]

#[rustgo_rt::export]
pub extern "C" fn superstitious(n: u64) -> u64 {
    if n == 13 {
        #[cfg(bad)]
        // SAFETY: none; rbp is the frame pointer.
        unsafe {
            core::arch::asm!("mov rbp, 0x7b7b7b7b", options(nostack));
        }
        panic!("thirteen is not a number");
    }
    n
}
