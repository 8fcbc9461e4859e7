//! Fills, at every alignment and up against the protected pages.

use core::ffi::c_int;

use super::{Effort, Failure, Outcome, Room, SOME_ALIGNMENTS};

type Fill = unsafe extern "C" fn(*mut u8, c_int, usize) -> *mut u8;

/// Of the int that `memset` takes only the low byte counts.
const INTS: [c_int; 4] = [0, 0xa5, -1, 0x15a];

pub fn all(fill: Fill, room: &mut Room, effort: Effort) -> Outcome {
    let end = room.len();
    let mut once = |to: usize, int: c_int, n: usize| {
        // SAFETY: `at` checks that the range is within the room.
        let returned = unsafe { fill(room.at(to, n), int, n) };
        let start = room.at(to, n);
        // SAFETY: `at` checks that the range is within the room, and `i` is below `n`.
        let filled = (0..n).all(|i| unsafe { *start.wrapping_add(i) } == int as u8);
        let right = returned == start && filled && room.holds(to, n, start);
        room.restore(to, n);
        if right {
            Ok(())
        } else {
            Err(Failure {
                what: "memset",
                n,
                first: to,
                second: 0,
            })
        }
    };
    for n in effort.small() {
        for int in INTS {
            for to in effort.alignments() {
                once(128 + to, int, n)?;
            }
            once(0, int, n)?;
            once(end - n, int, n)?;
        }
    }
    for n in effort.large() {
        for to in SOME_ALIGNMENTS {
            once(128 + to, 0xa5, n)?;
        }
        once(0, 0xa5, n)?;
        once(end - n, 0xa5, n)?;
    }
    Ok(())
}
