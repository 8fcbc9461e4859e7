//! The four system calls of Linux that the program makes.

#[cfg_attr(target_arch = "x86_64", path = "sys/x86_64.rs")]
#[cfg_attr(target_arch = "aarch64", path = "sys/aarch64.rs")]
#[cfg_attr(target_arch = "x86", path = "sys/x86.rs")]
mod processor;

use processor::{EXIT, MMAP, MPROTECT, WRITE, call};

const PRIVATE_ANONYMOUS: usize = 0x02 | 0x20;
const NO_FILE: usize = usize::MAX;

pub fn exit(status: usize) -> ! {
    // SAFETY: ends the program.
    unsafe { call(EXIT, [status, 0, 0, 0, 0, 0]) };
    rustgo_rt::abort()
}

pub fn write(file: usize, text: &str) {
    // SAFETY: only reads the text.
    unsafe { call(WRITE, [file, text.as_ptr() as usize, text.len(), 0, 0, 0]) };
}

/// Maps `len` bytes of fresh memory; returns their address.
pub fn map(len: usize, protection: usize) -> usize {
    // SAFETY: the kernel chooses addresses that are free.
    let base = unsafe { call(MMAP, [0, len, protection, PRIVATE_ANONYMOUS, NO_FILE, 0]) };
    // The kernel returns errors as -4095 to -1.
    assert!(!(-4095..0).contains(&base), "mmap failed");
    base as usize
}

pub fn protect(base: usize, len: usize, protection: usize) {
    // SAFETY: the pages come from `map`, and nothing has used them yet.
    let error = unsafe { call(MPROTECT, [base, len, protection, 0, 0, 0]) };
    assert!(error == 0, "mprotect failed");
}
