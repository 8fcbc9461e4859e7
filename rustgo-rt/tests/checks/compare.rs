//! Comparisons and lengths, at every alignment and up against the protected pages.

use core::ffi::c_int;

use super::room::put;
use super::{Effort, Failure, Outcome, Room, SOME_ALIGNMENTS};

type Compare = unsafe extern "C" fn(*const u8, *const u8, usize) -> c_int;

/// `memcmp`: the sign is that of the first difference, bytes as unsigned numbers.
pub fn memcmp(compare: Compare, a: &mut Room, b: &mut Room, effort: Effort) -> Outcome {
    let judge = |result: c_int, x: u8, y: u8| (result < 0) == (x < y) && (result > 0) == (x > y);
    Case {
        what: "memcmp",
        compare,
        judge,
        a,
        b,
    }
    .all(effort)
}

/// `bcmp`: zero or not.
pub fn bcmp(compare: Compare, a: &mut Room, b: &mut Room, effort: Effort) -> Outcome {
    let judge = |result: c_int, x: u8, y: u8| (result == 0) == (x == y);
    Case {
        what: "bcmp",
        compare,
        judge,
        a,
        b,
    }
    .all(effort)
}

struct Case<'a> {
    what: &'static str,
    compare: Compare,
    /// Whether a result stands for how two bytes compare.
    judge: fn(c_int, u8, u8) -> bool,
    a: &'a mut Room,
    b: &'a mut Room,
}

impl Case<'_> {
    fn all(&mut self, effort: Effort) -> Outcome {
        let end = self.a.len();
        for n in effort.small() {
            for x in effort.alignments() {
                for y in effort.alignments() {
                    self.at(128 + x, 128 + y, n, [n / 2])?;
                }
            }
            for (x, y) in [(end - n, end - n), (end - n, 3), (5, end - n), (0, 0), (129, 142)] {
                self.at(x, y, n, effort.places(n))?;
            }
        }
        for n in effort.large() {
            for x in SOME_ALIGNMENTS {
                self.at(
                    128 + x,
                    end - n,
                    n,
                    [0, 1, 16, n / 3, n / 2, n - 130, n - 65, n - 16, n - 2, n - 1],
                )?;
            }
        }
        Ok(())
    }

    /// Compares equal bytes with others around them; then bytes that differ first at each of `places`.
    fn at(&mut self, x: usize, y: usize, n: usize, places: impl IntoIterator<Item = usize>) -> Outcome {
        put(self.b.at(y, n), self.a.at(x, n), n);
        self.expect(x, y, n, 0, 0)?;
        for place in places.into_iter().filter(|place| *place < n) {
            // Later differences, all the other way round, must not count.
            for (p, q) in [(0x7f, 0x80), (0xff, 0)] {
                for later in later(place, n) {
                    self.a.set(x + later, q);
                    self.b.set(y + later, p);
                }
                self.a.set(x + place, p);
                self.b.set(y + place, q);
                self.expect(x, y, n, p, q)?;
            }
            for offset in later(place, n).chain([place]) {
                self.a.restore(x + offset, 1);
                put(self.b.at(y + offset, 1), self.a.at(x + offset, 1), 1);
            }
        }
        self.b.restore(y, n);
        Ok(())
    }

    fn expect(&self, x: usize, y: usize, n: usize, p: u8, q: u8) -> Outcome {
        // SAFETY: `at` checks that both ranges lie within their rooms.
        let result = unsafe { (self.compare)(self.a.at(x, n), self.b.at(y, n), n) };
        if (self.judge)(result, p, q) {
            Ok(())
        } else {
            Err(Failure {
                what: self.what,
                n,
                first: x,
                second: y,
            })
        }
    }
}

/// Places after one: the next byte, those in the next vectors of each size, and the last.
fn later(place: usize, n: usize) -> impl Iterator<Item = usize> {
    let places = [place + 1, place + 16, place + 32, place + 64, n - 1].into_iter();
    places.filter(move |later| (place + 1..n).contains(later))
}

/// `strlen`, with zero bytes on both sides of the string and, at the end of the room, right before the protected page.
pub fn strlen(strlen: unsafe extern "C" fn(*const u8) -> usize, room: &mut Room, effort: Effort) -> Outcome {
    let end = room.len();
    for n in effort.small() {
        for start in effort
            .alignments()
            .map(|alignment| 128 + alignment)
            .chain([end - n - 1])
        {
            for offset in start..start + n {
                room.set(offset, (offset % 255) as u8 + 1);
            }
            room.set(start - 1, 0);
            room.set(start + n, 0);
            // SAFETY: the zero byte has just been written.
            let result = unsafe { strlen(room.at(start, n + 1)) };
            room.restore(start - 1, n + 2);
            if result != n {
                return Err(Failure {
                    what: "strlen",
                    n,
                    first: start,
                    second: 0,
                });
            }
        }
    }
    Ok(())
}
