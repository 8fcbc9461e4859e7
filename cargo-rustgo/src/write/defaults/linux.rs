//! The host imports that rustgo provides on Linux when the program does not: plain system calls, no libc.
//!
//! `cargo rustgo build` compiles this file with the guest's own toolchain and puts each function that the guest imports
//! into an archive member of its own, which a program replaces by defining the function itself.
#![no_std]

use core::arch::asm;

/// Open for reading.
const READ: i32 = 0;
/// Open for writing: create the file, or empty it.
const WRITE: i32 = 1;
/// Open for writing at the end; create the file where there is none.
const APPEND: i32 = 2;

/// Writes `length` bytes to an open file; returns how many were written, or a negative error number.
///
/// # Safety
///
/// - `bytes` is valid for reads of `length` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rustgo_write(file: i32, bytes: *const u8, length: usize) -> isize {
    // SAFETY: the kernel reads the bytes that the caller vouches for.
    unsafe { call(number::WRITE, file as isize, bytes as isize, length as isize, 0) }
}

/// Reads at most `length` bytes from an open file; returns how many were read, 0 at the end, or a negative error
/// number.
///
/// # Safety
///
/// - `bytes` is valid for writes of `length` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rustgo_read(file: i32, bytes: *mut u8, length: usize) -> isize {
    // SAFETY: the kernel writes the bytes that the caller vouches for.
    unsafe { call(number::READ, file as isize, bytes as isize, length as isize, 0) }
}

/// Opens a file, to read (mode 0), to write from the start (1) or to append (2); returns it, or a negative error number.
///
/// # Safety
///
/// - `path` points to bytes that end with a zero.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rustgo_open(path: *const u8, mode: i32) -> i32 {
    const O_WRONLY: isize = 0o1;
    const O_CREAT: isize = 0o100;
    const O_TRUNC: isize = 0o1000;
    const O_APPEND: isize = 0o2000;
    const O_CLOEXEC: isize = 0o2000000;
    const CURRENT_FOLDER: isize = -100;
    const EINVAL: i32 = 22;
    let flags = match mode {
        READ => 0,
        WRITE => O_WRONLY | O_CREAT | O_TRUNC,
        APPEND => O_WRONLY | O_CREAT | O_APPEND,
        _ => return -EINVAL,
    };
    // SAFETY: the kernel reads the path up to its zero.
    unsafe { call(number::OPENAT, CURRENT_FOLDER, path as isize, flags | O_CLOEXEC, 0o666) as i32 }
}

/// Closes a file; returns 0 or a negative error number.
#[unsafe(no_mangle)]
pub extern "C" fn rustgo_close(file: i32) -> i32 {
    // SAFETY: closing touches no memory.
    unsafe { call(number::CLOSE, file as isize, 0, 0, 0) as i32 }
}

/// # Safety
///
/// - The parts are readable.
unsafe fn write_parts(file: i32, parts: *const Part, count: usize) {
    // SAFETY: the kernel reads the parts that the caller vouches for.
    unsafe { call(number::WRITEV, file as isize, parts as isize, count as isize, 0) };
}

/// Ends the process as C's `abort` does, or by a trap where the signal is blocked or handled.
fn abort() -> ! {
    const SIGABRT: isize = 6;
    // SAFETY: neither system call touches memory, and the trap ends the process.
    unsafe {
        let (process, thread) = (call(number::GETPID, 0, 0, 0, 0), call(number::GETTID, 0, 0, 0, 0));
        call(number::TGKILL, process, thread, SIGABRT, 0);
        #[cfg(target_arch = "x86_64")]
        asm!("ud2", options(noreturn, nomem, nostack));
        #[cfg(target_arch = "aarch64")]
        asm!("udf #0", options(noreturn, nomem, nostack));
    }
}

#[cfg(target_arch = "x86_64")]
mod number {
    pub const READ: isize = 0;
    pub const WRITE: isize = 1;
    pub const CLOSE: isize = 3;
    pub const WRITEV: isize = 20;
    pub const GETPID: isize = 39;
    pub const GETTID: isize = 186;
    pub const TGKILL: isize = 234;
    pub const OPENAT: isize = 257;
}

#[cfg(target_arch = "aarch64")]
mod number {
    pub const OPENAT: isize = 56;
    pub const CLOSE: isize = 57;
    pub const READ: isize = 63;
    pub const WRITE: isize = 64;
    pub const WRITEV: isize = 66;
    pub const TGKILL: isize = 131;
    pub const GETPID: isize = 172;
    pub const GETTID: isize = 178;
}

/// # Safety
///
/// - The call does to memory what its caller vouches for.
#[cfg(target_arch = "x86_64")]
unsafe fn call(number: isize, a: isize, b: isize, c: isize, d: isize) -> isize {
    let result;
    // SAFETY: the kernel keeps every register but rax, rcx and r11.
    unsafe {
        asm!("syscall", inlateout("rax") number => result, in("rdi") a, in("rsi") b, in("rdx") c, in("r10") d,
             lateout("rcx") _, lateout("r11") _, options(nostack));
    }
    result
}

/// # Safety
///
/// - The call does to memory what its caller vouches for.
#[cfg(target_arch = "aarch64")]
unsafe fn call(number: isize, a: isize, b: isize, c: isize, d: isize) -> isize {
    let result;
    // SAFETY: the kernel keeps every register but x0.
    unsafe {
        asm!("svc 0", in("x8") number, inlateout("x0") a => result, in("x1") b, in("x2") c, in("x3") d,
             options(nostack));
    }
    result
}
