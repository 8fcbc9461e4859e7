//! Says hello, through what the host provides: a guest itself makes no system call.
#![no_std]

/// The file number of standard output on every system that has such numbers.
const STDOUT: i32 = 1;

#[rustgo_rt::import]
unsafe extern "C" {
    fn rustgo_write(file: i32, bytes: *const u8, length: usize) -> isize;
}

/// What the host returns where a signal came before a byte was written: `-EINTR`, the same on Linux and on macOS.
const INTERRUPTED: isize = -4;

/// `-EIO`, for a host that writes nothing and does not say why.
const FAILED: i32 = -5;

/// Prints "Hello from Rust!" and a newline on standard output. Returns 0, or a negative error number.
#[rustgo_rt::export(no_panic)]
pub extern "C" fn hello() -> i32 {
    let mut line: &[u8] = b"Hello from Rust!\n";
    while !line.is_empty() {
        // SAFETY: the bytes are a slice's.
        match unsafe { rustgo_write(STDOUT, line.as_ptr(), line.len()) } {
            INTERRUPTED => {}
            // The rest is next, where a pipe or a disk has taken only a part.
            written @ 1.. => line = line.get(written as usize..).unwrap_or_default(),
            0 => return FAILED,
            error => return i32::try_from(error).unwrap_or(FAILED),
        }
    }
    0
}
