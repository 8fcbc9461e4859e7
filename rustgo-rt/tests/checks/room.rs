//! Memory to work in, and the same bytes a second time, to tell what has changed.

/// Writable bytes, between two protected pages where the system has such, and their reference.
///
/// Between two cases the room is as its reference.
pub struct Room {
    memory: *mut u8,
    reference: *mut u8,
    len: usize,
}

/// Bytes on both sides of a range that must stay as they are.
const CANARY: usize = 72;

impl Room {
    /// Bytes that [`Effort::Full`](super::Effort::Full) needs: 256 KiB, twice over for copies by up to their own length,
    /// with space for alignment and canaries.
    #[allow(dead_code, reason = "Miri needs less")]
    pub const LEN: usize = (2 * 256 + 16) * 1024;

    /// Fills memory and reference with bytes that look random; `salt` makes those of two rooms different.
    ///
    /// # Safety
    /// - `len` bytes at `memory` and at `reference` are writable while the room lives, and nothing else uses them.
    pub unsafe fn new(memory: *mut u8, reference: *mut u8, len: usize, salt: u8) -> Self {
        let room = Self {
            memory,
            reference,
            len,
        };
        for offset in 0..len {
            let byte = ((offset % 251) as u8).wrapping_mul(97).wrapping_add(salt);
            // SAFETY: within the room.
            unsafe { *room.reference.wrapping_add(offset) = byte };
        }
        put(memory, reference, len);
        room
    }

    pub fn len(&self) -> usize {
        self.len
    }

    /// `n` bytes at `offset`.
    pub fn at(&self, offset: usize, n: usize) -> *mut u8 {
        assert!(offset + n <= self.len);
        self.memory.wrapping_add(offset)
    }

    /// What the `n` bytes at `offset` were at first.
    pub fn reference(&self, offset: usize, n: usize) -> *const u8 {
        assert!(offset + n <= self.len);
        self.reference.wrapping_add(offset)
    }

    pub fn set(&mut self, offset: usize, byte: u8) {
        // SAFETY: `at` checks that the byte lies in the room.
        unsafe { *self.at(offset, 1) = byte }
    }

    /// Whether `n` bytes at `offset` equal those at `expected`, and the bytes around them are as before.
    pub fn holds(&self, offset: usize, n: usize, expected: *const u8) -> bool {
        let (before, after) = (offset.min(CANARY), CANARY.min(self.len - offset - n));
        let canary = |at, n| same(self.at(at, n), self.reference(at, n), n);
        same(self.at(offset, n), expected, n) && canary(offset - before, before) && canary(offset + n, after)
    }

    /// Makes `n` bytes at `offset` what they were at first.
    pub fn restore(&mut self, offset: usize, n: usize) {
        put(self.at(offset, n), self.reference(offset, n), n);
    }
}

/// Eight bytes at any address.
#[derive(Clone, Copy)]
#[repr(C, packed)]
struct Word(u64);

/// Whether `n` bytes are equal.
pub fn same(a: *const u8, b: *const u8, n: usize) -> bool {
    let mut i = 0;
    // SAFETY: within the rooms that the callers take the ranges from.
    unsafe {
        while i + 8 <= n {
            if (*a.wrapping_add(i).cast::<Word>()).0 != (*b.wrapping_add(i).cast::<Word>()).0 {
                return false;
            }
            i += 8;
        }
        while i < n {
            if *a.wrapping_add(i) != *b.wrapping_add(i) {
                return false;
            }
            i += 1;
        }
    }
    true
}

/// Copies `n` bytes between ranges that don't overlap.
pub fn put(dst: *mut u8, src: *const u8, n: usize) {
    let mut i = 0;
    // SAFETY: within the rooms that the callers take the ranges from.
    unsafe {
        while i + 8 <= n {
            *dst.wrapping_add(i).cast::<Word>() = *src.wrapping_add(i).cast::<Word>();
            i += 8;
        }
        while i < n {
            *dst.wrapping_add(i) = *src.wrapping_add(i);
            i += 1;
        }
    }
}
