//! Runs `tests/checks` on the memory functions that this program is linked with; says what is wrong on standard error
//! and exits with 1, or exits with 0.
#![no_std]
// The checks must not use what they check.
#![no_builtins]

#[path = "../../checks/mod.rs"]
mod checks;
mod pages;
mod sys;

use core::ffi::c_int;
use core::fmt::{self, Write};

use checks::{Effort, Functions};

unsafe extern "C" {
    fn memcpy(dst: *mut u8, src: *const u8, n: usize) -> *mut u8;
    fn memmove(dst: *mut u8, src: *const u8, n: usize) -> *mut u8;
    fn memset(dst: *mut u8, byte: c_int, n: usize) -> *mut u8;
    fn memcmp(a: *const u8, b: *const u8, n: usize) -> c_int;
    fn bcmp(a: *const u8, b: *const u8, n: usize) -> c_int;
    fn strlen(s: *const u8) -> usize;
}

/// Where `_start` goes, with the stack as the C ABI wants it.
#[unsafe(no_mangle)]
extern "C" fn run() -> ! {
    let functions = Functions {
        memcpy,
        memmove,
        memset,
        memcmp,
        bcmp,
        strlen,
    };
    let (mut dst, mut src) = (pages::room(10), pages::room(100));
    let status = match checks::all(&functions, &mut dst, &mut src, Effort::Full) {
        Ok(()) => 0,
        Err(failure) => {
            let _ = writeln!(Stderr, "wrong: {failure}");
            1
        }
    };
    sys::exit(status)
}

struct Stderr;

impl Write for Stderr {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        sys::write(2, text);
        Ok(())
    }
}
