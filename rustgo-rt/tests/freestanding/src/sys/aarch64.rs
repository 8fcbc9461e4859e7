//! Linux on arm64: number in x8, arguments in x0 to x5, result in x0.

use core::arch::{asm, global_asm};

pub const WRITE: usize = 64;
pub const MMAP: usize = 222;
pub const MPROTECT: usize = 226;
pub const EXIT: usize = 93;

global_asm!(".globl _start", "_start:", "mov x29, xzr", "bl run");

/// # Safety
/// - The system call does nothing to memory that Rust uses.
pub unsafe fn call(number: usize, [a, b, c, d, e, f]: [usize; 6]) -> isize {
    let result;
    // SAFETY: the caller guarantees that the call leaves memory of Rust alone; it changes the named registers only.
    unsafe {
        asm!("svc #0", in("x8") number, inout("x0") a => result, in("x1") b, in("x2") c, in("x3") d, in("x4") e,
            in("x5") f, options(nostack));
    }
    result
}
