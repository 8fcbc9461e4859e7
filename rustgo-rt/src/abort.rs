//! How a guest dies: one trapping instruction per processor, because there is no system to call.

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

/// Stops the program with an illegal-instruction fault (`SIGILL` on Unix), at the caller's place in the backtrace.
///
/// Runs no destructor and prints nothing.
#[inline(always)]
pub fn abort() -> ! {
    // SAFETY: the instruction is defined to fault, so control does not come back.
    unsafe { asm!(trap!(), options(noreturn, nomem, nostack)) }
}
