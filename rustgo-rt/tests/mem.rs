//! The memory functions as plain Rust functions, on this processor and under Miri, with nightly's components `miri`
//! and `rust-src`: `MIRIFLAGS=-Zmiri-ignore-leaks cargo +nightly miri test -p rustgo-rt --test mem` (some minutes).
//!
//! `tests/freestanding.rs` runs the same checks on the C symbols.

mod checks;

use std::ffi::c_int;

use checks::{Effort, Functions, Room};
use rustgo_rt::mem;

extern "C" fn copy(dst: *mut u8, src: *const u8, n: usize) -> *mut u8 {
    // SAFETY: the checks hand out ranges within their rooms.
    unsafe { mem::copy(dst, src, n) };
    dst
}

extern "C" fn fill(dst: *mut u8, byte: c_int, n: usize) -> *mut u8 {
    // SAFETY: as in `copy`.
    unsafe { mem::fill(dst, byte as u8, n) };
    dst
}

extern "C" fn compare(a: *const u8, b: *const u8, n: usize) -> c_int {
    // SAFETY: as in `copy`.
    unsafe { mem::compare(a, b, n) }
}

extern "C" fn length(s: *const u8) -> usize {
    // SAFETY: the checks end each string with a zero byte.
    unsafe { mem::length(s) }
}

const PLAIN: Functions = Functions {
    memcpy: copy,
    memmove: copy,
    memset: fill,
    memcmp: compare,
    bcmp: compare,
    strlen: length,
};

#[test]
fn plain_functions() {
    let (mut dst, mut src) = (room(10), room(100));
    let effort = if cfg!(miri) { Effort::Sample } else { Effort::Full };
    if let Err(failure) = checks::all(&PLAIN, &mut dst, &mut src, effort) {
        panic!("wrong: {failure}");
    }
}

#[test]
fn fill_pattern() {
    let pattern: [u8; 16] = std::array::from_fn(|i| i as u8 + 1);
    for n in 0..100 {
        let mut bytes = [0; 110];
        // SAFETY: the range lies within the array.
        unsafe { mem::fill_pattern(bytes[5..].as_mut_ptr(), pattern.as_ptr(), n) };
        let expected = |i: usize| {
            if (5..5 + n).contains(&i) {
                ((i - 5) % 16) as u8 + 1
            } else {
                0
            }
        };
        assert_eq!(bytes, std::array::from_fn(expected), "{n} bytes");
    }
}

/// Pages of the room's size between two without access.
#[cfg(not(miri))]
fn room(salt: u8) -> Room {
    const PAGE: usize = 64 * 1024;
    const LEN: usize = Room::LEN.next_multiple_of(PAGE);
    let (usable, private) = (
        libc::PROT_READ | libc::PROT_WRITE,
        libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
    );
    // SAFETY: a fresh mapping, whose first and last page stay protected, and leaked memory of the room's own.
    unsafe {
        let base = libc::mmap(
            std::ptr::null_mut(),
            LEN + 2 * PAGE,
            libc::PROT_NONE,
            private,
            -1,
            0,
        );
        assert_ne!(base, libc::MAP_FAILED, "{}", std::io::Error::last_os_error());
        let memory = base.wrapping_byte_add(PAGE);
        assert_eq!(
            libc::mprotect(memory, LEN, usable),
            0,
            "{}",
            std::io::Error::last_os_error()
        );
        Room::new(memory.cast(), vec![0; LEN].leak().as_mut_ptr(), LEN, salt)
    }
}

/// Memory whose end Miri knows to the byte.
#[cfg(miri)]
fn room(salt: u8) -> Room {
    const LEN: usize = 4096;
    // SAFETY: leaked, and used by this room alone.
    unsafe {
        Room::new(
            vec![0; LEN].leak().as_mut_ptr(),
            vec![0; LEN].leak().as_mut_ptr(),
            LEN,
            salt,
        )
    }
}
