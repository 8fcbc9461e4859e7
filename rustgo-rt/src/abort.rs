//! How a guest aborts: by one trapping instruction per processor, because an image makes no system calls.

use core::arch::asm;

#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
macro_rules! trap {
    () => {
        "ud2"
    };
}

#[cfg(any(target_arch = "aarch64", target_arch = "arm"))]
macro_rules! trap {
    () => {
        "udf #0"
    };
}

#[cfg(any(target_arch = "riscv32", target_arch = "riscv64"))]
macro_rules! trap {
    () => {
        "unimp"
    };
}

#[cfg(feature = "panic-handler")]
pub(crate) use trap;

/// Stops the program with an illegal-instruction fault (`SIGILL` on Unix), at the caller's line in the backtrace.
///
/// Runs no destructor and prints nothing.
#[inline(always)]
pub fn abort() -> ! {
    // SAFETY: the instruction always faults, so control does not return.
    unsafe { asm!(trap!(), options(noreturn, nomem, nostack)) }
}
