//! AArch64: the registers that are callee-saved in the procedure call standard, and the reserved ones.

use core::arch::{asm, global_asm};

/// x18 to x29, d8 to d15, FPCR, and the change of SP.
pub type Registers = [u64; 22];

const FPCR: usize = 20;
const SP: usize = 21;

/// The value that may be there before a call.
pub fn allowed(number: usize, random: u64) -> u64 {
    match number {
        FPCR => (random & 3) << 22,
        SP => 0,
        _ => random,
    }
}

/// The value that has to be there afterwards.
pub fn expected(_: usize, before: u64) -> u64 {
    before
}

pub const WRITE: usize = 64;
pub const MMAP: usize = 222;
pub const SIGACTION: usize = 134;
pub const SETITIMER: usize = 103;
pub const SIGALTSTACK: usize = 132;
const EXIT: usize = 93;

/// # Safety
///
/// - What the system call requires.
pub unsafe fn system(number: usize, [a, b, c, d, e, f]: [usize; 6]) -> usize {
    let result;
    // SAFETY: the caller guarantees what the system call requires.
    unsafe {
        asm!("svc #0", in("x8") number, inlateout("x0") a => result, in("x1") b, in("x2") c, in("x3") d,
            in("x4") e, in("x5") f, options(nostack));
    }
    result
}

pub fn exit(status: usize) -> ! {
    // SAFETY: the call ends the program.
    unsafe { system(EXIT, [status, 0, 0, 0, 0, 0]) };
    loop {}
}

unsafe extern "C" {
    /// Calls a program with the given stack pointer and registers. Returns 0 with the registers afterwards, or the
    /// number of the signal that ended it.
    pub fn execute(entry: u64, sp: u64, before: *const u64, after: *mut u64) -> u64;
    /// The signal handler.
    pub fn on_signal();
}

global_asm!(
    ".globl _start",
    "_start: mov x29, xzr",
    "bl run",
    ".globl execute",
    "execute:",
    "stp x29, x30, [sp, #-192]!",
    "stp x18, x19, [sp, #16]",
    "stp x20, x21, [sp, #32]",
    "stp x22, x23, [sp, #48]",
    "stp x24, x25, [sp, #64]",
    "stp x26, x27, [sp, #80]",
    "stp x28, x3, [sp, #96]", // results
    "stp d8, d9, [sp, #112]",
    "stp d10, d11, [sp, #128]",
    "stp d12, d13, [sp, #144]",
    "stp d14, d15, [sp, #160]",
    "str x1, [sp, #176]",
    "adrp x9, own",
    "mov x10, sp",
    "str x10, [x9, :lo12:own]",
    "ldr x9, [x2, #160]",
    "msr fpcr, x9",
    "ldp x18, x19, [x2]",
    "ldp x20, x21, [x2, #16]",
    "ldp x22, x23, [x2, #32]",
    "ldp x24, x25, [x2, #48]",
    "ldp x26, x27, [x2, #64]",
    "ldp x28, x29, [x2, #80]",
    "ldp d8, d9, [x2, #96]",
    "ldp d10, d11, [x2, #112]",
    "ldp d12, d13, [x2, #128]",
    "ldp d14, d15, [x2, #144]",
    "mov x9, x0",
    "mov sp, x1",
    "add x0, x19, x20",
    "add x1, x19, x21",
    "add x2, x19, x22",
    "add x3, x19, x23",
    "add x4, x19, x24",
    "add x5, x19, x25",
    "add x6, x20, x21",
    "add x7, x20, x22",
    "add x8, x20, x23",
    "add x10, x20, x24",
    "add x11, x20, x25",
    "add x12, x21, x22",
    "add x13, x21, x23",
    "add x14, x21, x24",
    "add x15, x21, x25",
    "blr x9",
    "mov x4, sp",
    "adrp x9, own",
    "ldr x9, [x9, :lo12:own]",
    "mov sp, x9",
    "ldr x3, [sp, #104]",
    "ldr x9, [sp, #176]",
    "sub x4, x4, x9",
    "str x4, [x3, #168]",
    "stp x18, x19, [x3]",
    "stp x20, x21, [x3, #16]",
    "stp x22, x23, [x3, #32]",
    "stp x24, x25, [x3, #48]",
    "stp x26, x27, [x3, #64]",
    "stp x28, x29, [x3, #80]",
    "stp d8, d9, [x3, #96]",
    "stp d10, d11, [x3, #112]",
    "stp d12, d13, [x3, #128]",
    "stp d14, d15, [x3, #144]",
    "mrs x4, fpcr",
    "str x4, [x3, #160]",
    "mov x0, #0",
    "2: msr fpcr, xzr",
    "ldp x18, x19, [sp, #16]",
    "ldp x20, x21, [sp, #32]",
    "ldp x22, x23, [sp, #48]",
    "ldp x24, x25, [sp, #64]",
    "ldp x26, x27, [sp, #80]",
    "ldr x28, [sp, #96]",
    "ldp d8, d9, [sp, #112]",
    "ldp d10, d11, [sp, #128]",
    "ldp d12, d13, [sp, #144]",
    "ldp d14, d15, [sp, #160]",
    "ldp x29, x30, [sp], #192",
    "ret",
    ".globl on_signal",
    "on_signal:",
    "and x0, x0, #0xff",
    "adrp x9, own",
    "ldr x9, [x9, :lo12:own]",
    "mov sp, x9",
    "b 2b",
    ".local own",
    ".comm own, 8, 8",
);
