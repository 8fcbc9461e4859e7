//! What memory functions promise, checked against byte-by-byte versions: the same files for the plain functions under
//! `std` and Miri, and for the C symbols in a freestanding program on each processor.
//!
//! Uses `core` alone, and nothing of it that the compiler turns into a call to a function under test.

mod compare;
mod copy;
mod fill;
mod room;

pub use room::Room;

use core::ffi::c_int;
use core::fmt;

/// The functions under test, by their C prototypes.
#[derive(Clone, Copy)]
pub struct Functions {
    pub memcpy: unsafe extern "C" fn(*mut u8, *const u8, usize) -> *mut u8,
    pub memmove: unsafe extern "C" fn(*mut u8, *const u8, usize) -> *mut u8,
    pub memset: unsafe extern "C" fn(*mut u8, c_int, usize) -> *mut u8,
    pub memcmp: unsafe extern "C" fn(*const u8, *const u8, usize) -> c_int,
    pub bcmp: unsafe extern "C" fn(*const u8, *const u8, usize) -> c_int,
    pub strlen: unsafe extern "C" fn(*const u8) -> usize,
}

/// How much is tried: an interpreter takes a thousand times as long as a processor.
#[derive(Clone, Copy, PartialEq, Eq)]
#[allow(dead_code, reason = "each program makes one choice")]
pub enum Effort {
    /// Every size to 256 bytes at every alignment to 63 of both ends; doubling sizes to 256 KiB.
    Full,
    /// Every size to 40 bytes, and some to 589, at some alignments.
    Sample,
}

/// The first case that went wrong.
pub struct Failure {
    /// The function.
    pub what: &'static str,
    /// Bytes that it was to work on.
    pub n: usize,
    /// Offset of the destination, or of the first operand, in its room.
    pub first: usize,
    /// Offset of the source, or of the second operand, in its room.
    pub second: usize,
}

impl fmt::Display for Failure {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            to,
            "{} of {} bytes at offsets {} and {}",
            self.what, self.n, self.first, self.second
        )
    }
}

pub type Outcome = Result<(), Failure>;

/// Runs every check. Where the system has protected pages, both rooms lie between such.
pub fn all(functions: &Functions, dst: &mut Room, src: &mut Room, effort: Effort) -> Outcome {
    copy::apart("memcpy", functions.memcpy, dst, src, effort)?;
    copy::apart("memmove", functions.memmove, dst, src, effort)?;
    copy::overlapping(functions.memmove, dst, effort)?;
    fill::all(functions.memset, dst, effort)?;
    compare::memcmp(functions.memcmp, dst, src, effort)?;
    compare::bcmp(functions.bcmp, dst, src, effort)?;
    compare::strlen(functions.strlen, dst, effort)
}

impl Effort {
    /// Sizes in bytes that are tried at every alignment.
    fn small(self) -> impl Iterator<Item = usize> {
        let step = if self == Effort::Full { 1 } else { 13 };
        (0..=40).chain((41..=256).step_by(step))
    }

    /// Longer ones: around doubling sizes, to 256 KiB.
    fn large(self) -> impl Iterator<Item = usize> {
        let most = if self == Effort::Full { 18 } else { 9 };
        (8..=most).flat_map(|power| [(1 << power) - 1, 1 << power, (1 << power) + 1, (1 << power) + 77])
    }

    /// Distances in bytes between two overlapping ranges of `n`.
    fn distances(self, n: usize) -> impl Iterator<Item = usize> {
        let step = if self == Effort::Full { 1 } else { 7 };
        (0..=70)
            .step_by(step)
            .chain([n / 2, n.saturating_sub(1), n, n + 1])
    }

    /// Places in `n` bytes for a difference to be at.
    fn places(self, n: usize) -> impl Iterator<Item = usize> {
        (0..n).step_by(if self == Effort::Full { 1 } else { 7 })
    }

    /// Alignments in bytes, for small sizes.
    fn alignments(self) -> impl Iterator<Item = usize> {
        (0..64).step_by(if self == Effort::Full { 1 } else { 21 })
    }
}

/// Alignments in bytes, for large sizes.
const SOME_ALIGNMENTS: [usize; 6] = [0, 1, 8, 15, 33, 63];
