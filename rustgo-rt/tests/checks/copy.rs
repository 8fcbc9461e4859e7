//! Copies: between two rooms, and within one.

use super::{Effort, Failure, Outcome, Room, SOME_ALIGNMENTS};

type Copy = unsafe extern "C" fn(*mut u8, *const u8, usize) -> *mut u8;

const PAGE: usize = 4096;

/// Copies from one room to another: everywhere, and up against the protected pages.
pub fn apart(what: &'static str, copy: Copy, dst: &mut Room, src: &Room, effort: Effort) -> Outcome {
    let mut once = |to: usize, from: usize, n: usize| {
        // SAFETY: `at` checks that both ranges lie within their rooms.
        let returned = unsafe { copy(dst.at(to, n), src.at(from, n), n) };
        let right = returned == dst.at(to, n) && dst.holds(to, n, src.reference(from, n));
        dst.restore(to, n);
        if right {
            Ok(())
        } else {
            Err(Failure {
                what,
                n,
                first: to,
                second: from,
            })
        }
    };
    let end = src.len();
    for n in effort.small() {
        for to in effort.alignments() {
            for from in effort.alignments() {
                once(128 + to, 128 + from, n)?;
            }
            once(to, end - n, n)?;
            once(end - n, to, n)?;
        }
        once(end - n, end - n, n)?;
    }
    for n in effort.large() {
        for to in SOME_ALIGNMENTS {
            for from in SOME_ALIGNMENTS {
                once(128 + to, 128 + from, n)?;
                // The two rooms' addresses agree in their low bits; half a page apart they don't.
                once(128 + to, 128 + from + PAGE / 2, n)?;
            }
            once(to, end - n, n)?;
            once(end - n, to, n)?;
        }
    }
    Ok(())
}

/// Copies within one room, both ways, by distances from nothing to past the end.
pub fn overlapping(copy: Copy, room: &mut Room, effort: Effort) -> Outcome {
    let mut once = |to: usize, from: usize, n: usize| {
        // SAFETY: `at` checks that both ranges lie within the room.
        let returned = unsafe { copy(room.at(to, n), room.at(from, n), n) };
        let right = returned == room.at(to, n) && room.holds(to, n, room.reference(from, n));
        room.restore(to, n);
        if right {
            Ok(())
        } else {
            Err(Failure {
                what: "memmove within a room",
                n,
                first: to,
                second: from,
            })
        }
    };
    for n in effort.small() {
        for start in effort.alignments().step_by(3) {
            for distance in effort.distances(n) {
                once(128 + start + distance, 128 + start, n)?;
                once(128 + start, 128 + start + distance, n)?;
            }
        }
    }
    for n in effort.large() {
        for distance in [
            1,
            8,
            16,
            17,
            64,
            100,
            511,
            513,
            PAGE - 1,
            PAGE,
            PAGE + 1,
            n / 2,
            n - 1,
        ] {
            if distance >= n {
                continue;
            }
            for start in SOME_ALIGNMENTS {
                once(128 + start + distance, 128 + start, n)?;
                once(128 + start, 128 + start + distance, n)?;
            }
        }
    }
    Ok(())
}
