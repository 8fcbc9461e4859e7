//! Linux on x86-64: number in rax, arguments in rdi, rsi, rdx, r10, r8, r9, result in rax.

use core::arch::{asm, global_asm};

pub const WRITE: usize = 1;
pub const MMAP: usize = 9;
pub const MPROTECT: usize = 10;
pub const EXIT: usize = 60;

// The stack pointer is a multiple of 16 here, as it should be before a call.
global_asm!(".globl _start", "_start:", "xor ebp, ebp", "call run");

/// # Safety
/// - The system call does nothing to memory that Rust uses.
pub unsafe fn call(number: usize, [a, b, c, d, e, f]: [usize; 6]) -> isize {
    let result;
    // SAFETY: the caller guarantees that the call leaves memory of Rust alone; it changes the named registers only.
    unsafe {
        asm!("syscall", inout("rax") number => result, in("rdi") a, in("rsi") b, in("rdx") c, in("r10") d,
            in("r8") e, in("r9") f, out("rcx") _, out("r11") _, options(nostack));
    }
    result
}
