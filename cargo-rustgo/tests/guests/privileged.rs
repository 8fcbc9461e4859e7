//! Waits for an interrupt, as only a kernel may.
//@ rule: system-call
//@ says: `hlt` is a system call, or an instruction for kernels only
//@ in: rest
#![no_std]

#[rustgo_rt::export]
pub extern "C" fn rest() {
    // SAFETY: `pause` does nothing.
    unsafe {
        #[cfg(bad)]
        core::arch::asm!("hlt");
        #[cfg(not(bad))]
        core::arch::asm!("pause");
    }
}
