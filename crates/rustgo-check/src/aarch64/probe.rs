//! The loop that touches each page of a large frame, so that a guard page is not stepped over:
//!
//! ```text
//! loop: sub sp, sp, #4096
//!       str xzr, [sp]
//!       cmp sp, x9            ; x9 = sp - n * 4096 in front of the loop
//!       b.ne loop
//! ```
//!
//! The depth grows in the loop, so it is understood as a whole: behind it the stack pointer is where x9 says.

use super::{Aarch64, LENGTH, SP_OR_ZERO, State};
use crate::machine::{Flow, Step};
use crate::state::{ALIGNMENT, Value};

/// `str xzr, [sp]`
const TOUCH: u32 = 0xf900_03ff;

/// `b.ne` three instructions back.
const REPEAT: u32 = 0x54ff_ffa1;

/// The loop that starts at an offset, as one step; none where there is no such loop.
pub fn step(machine: &Aarch64, at: u64, state: &State) -> Option<Step<State>> {
    let (touch, compare, repeat) = (at + LENGTH, at + 2 * LENGTH, at + 3 * LENGTH);
    let grow = machine.decode(at)?;
    let is_grow = grow.word & 0xff80_03ff == 0xd100_03ff && grow.rn() == SP_OR_ZERO;
    let limit = machine.decode(compare)?;
    // `subs xzr, sp, xN`, the register being extended from 64 bits.
    let is_compare = limit.word & 0xffe0_ffff == 0xeb20_63ff;
    let is_loop = is_grow
        && is_compare
        && machine.decode(touch)?.word == TOUCH
        && machine.decode(repeat)?.word == REPEAT;
    if !is_loop {
        return None;
    }
    let page = i64::from(grow.bits(10, 12)) << if grow.bit(22) { 12 } else { 0 };
    let sp = state.frame.sp;
    let Value::Stack(end) = state.get(limit.rm()) else {
        return None;
    };
    let distance = sp.offset.checked_sub(end.offset)?;
    let is_aligned = page.cast_unsigned().is_multiple_of(ALIGNMENT);
    if end.anchor != sp.anchor || page == 0 || !is_aligned || distance <= 0 || distance % page != 0 {
        return None;
    }
    let mut next = state.clone();
    next.frame.move_sp(end);
    next.compared = None;
    Some(Step {
        end: repeat + LENGTH,
        inner: vec![touch, compare, repeat],
        touches: vec![end],
        escapes: false,
        above: 0,
        realigns: None,
        flow: Flow::Next(next),
        complaints: Vec::new(),
    })
}
