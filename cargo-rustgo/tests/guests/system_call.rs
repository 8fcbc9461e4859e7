//! Asks Linux for the process's number.
//@ rule: system-call
//@ says: `syscall` is a system call, or an instruction for kernels only
//@ in: process
#![no_std]

#[rustgo_rt::export]
pub extern "C" fn process() -> u64 {
    let number: u64;
    #[cfg(bad)]
    // SAFETY: getpid does nothing else.
    unsafe {
        core::arch::asm!("syscall", inout("rax") 39u64 => number, out("rcx") _, out("r11") _)
    };
    #[cfg(not(bad))]
    {
        number = 1;
    }
    number
}
