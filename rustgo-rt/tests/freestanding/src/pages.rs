//! Rooms between protected pages, from Linux itself.

use crate::checks::Room;
use crate::sys;

/// A multiple of every page size that Linux uses on these processors.
const PAGE: usize = 64 * 1024;
const LEN: usize = Room::LEN.next_multiple_of(PAGE);

const NONE: usize = 0;
const READ_WRITE: usize = 1 | 2;

pub fn room(salt: u8) -> Room {
    // The room, its reference, and a protected page on each side of both.
    let base = sys::map(2 * LEN + 3 * PAGE, NONE);
    let (memory, reference) = (base + PAGE, base + LEN + 2 * PAGE);
    sys::protect(memory, LEN, READ_WRITE);
    sys::protect(reference, LEN, READ_WRITE);
    // SAFETY: fresh pages, just made writable.
    unsafe { Room::new(memory as *mut u8, reference as *mut u8, LEN, salt) }
}
