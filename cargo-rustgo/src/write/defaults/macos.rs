//! The host imports that rustgo provides on macOS when the program does not: libSystem's functions, which every program
//! there is linked with.
//!
//! `cargo rustgo build` compiles this file with the guest's own toolchain, for the same target as the guest: machine
//! code for a processor is the same on every system, and only the branches to libSystem are macOS's own.
#![no_std]

/// Open for reading.
const READ: i32 = 0;
/// Open for writing: create the file, or empty it.
const WRITE: i32 = 1;
/// Open for writing at the end; create the file where there is none.
const APPEND: i32 = 2;

unsafe extern "C" {
    safe fn close(file: i32) -> i32;
    fn read(file: i32, bytes: *mut u8, length: usize) -> isize;
    fn write(file: i32, bytes: *const u8, length: usize) -> isize;
    fn writev(file: i32, parts: *const Part, count: i32) -> isize;
    safe fn abort() -> !;
    /// Where the thread's error number lies.
    safe fn __error() -> *const i32;
    /// The prototype in C ends in `...`, and Apple passes what stands for it on the stack on arm64, behind eight
    /// registers.
    #[cfg(target_arch = "aarch64")]
    #[allow(clippy::too_many_arguments)]
    fn open(
        path: *const u8,
        flags: i32,
        _: usize,
        _: usize,
        _: usize,
        _: usize,
        _: usize,
        _: usize,
        mode: usize,
    ) -> i32;
    #[cfg(target_arch = "x86_64")]
    fn open(path: *const u8, flags: i32, mode: usize) -> i32;
}

/// Writes `length` bytes to an open file; returns how many were written, or a negative error number.
///
/// # Safety
///
/// - `bytes` is valid for reads of `length` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rustgo_write(file: i32, bytes: *const u8, length: usize) -> isize {
    // SAFETY: libSystem reads the bytes that the caller vouches for.
    or_error(unsafe { write(file, bytes, length) })
}

/// Reads at most `length` bytes from an open file; returns how many were read, 0 at the end, or a negative error
/// number.
///
/// # Safety
///
/// - `bytes` is valid for writes of `length` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rustgo_read(file: i32, bytes: *mut u8, length: usize) -> isize {
    // SAFETY: libSystem writes the bytes that the caller vouches for.
    or_error(unsafe { read(file, bytes, length) })
}

/// Opens a file, to read (mode 0), to write from the start (1) or to append (2); returns it, or a negative error number.
///
/// # Safety
///
/// - `path` points to bytes that end with a zero.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rustgo_open(path: *const u8, mode: i32) -> i32 {
    const O_WRONLY: i32 = 0x1;
    const O_APPEND: i32 = 0x8;
    const O_CREAT: i32 = 0x200;
    const O_TRUNC: i32 = 0x400;
    const O_CLOEXEC: i32 = 0x100_0000;
    const EINVAL: i32 = 22;
    const PERMISSIONS: usize = 0o666;
    let flags = O_CLOEXEC
        | match mode {
            READ => 0,
            WRITE => O_WRONLY | O_CREAT | O_TRUNC,
            APPEND => O_WRONLY | O_CREAT | O_APPEND,
            _ => return -EINVAL,
        };
    // SAFETY: libSystem reads the path up to its zero.
    #[cfg(target_arch = "aarch64")]
    let file = unsafe { open(path, flags, 0, 0, 0, 0, 0, 0, PERMISSIONS) };
    // SAFETY: as above.
    #[cfg(target_arch = "x86_64")]
    let file = unsafe { open(path, flags, PERMISSIONS) };
    or_error(file as isize) as i32
}

/// Closes a file; returns 0 or a negative error number.
#[unsafe(no_mangle)]
pub extern "C" fn rustgo_close(file: i32) -> i32 {
    or_error(close(file) as isize) as i32
}

/// What a function of libSystem returned, or the negative error number where that was negative.
fn or_error(result: isize) -> isize {
    if result < 0 {
        // SAFETY: the thread's error number is there as long as the thread.
        unsafe { -(*__error() as isize) }
    } else {
        result
    }
}

/// # Safety
///
/// - The parts are readable.
unsafe fn write_parts(file: i32, parts: *const Part, count: usize) {
    // SAFETY: libSystem reads the parts that the caller vouches for.
    unsafe { writev(file, parts, count as i32) };
}
