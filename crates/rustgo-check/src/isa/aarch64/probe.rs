//! The loop that touches each page of a large frame:
//!
//! ```text
//! loop: sub sp, sp, #4096
//!       str xzr, [sp]
//!       cmp sp, x9            ; x9 = sp - n * 4096 before the loop
//!       b.ne loop
//! ```

use super::{Aarch64, LENGTH, SP_OR_ZERO, State};
use crate::isa::{Isa as _, ProbeLoop, probe};
use crate::location::ALIGNMENT;

/// `str xzr, [sp]`
const TOUCH: u32 = 0xf900_03ff;

/// `b.ne` three instructions back.
const REPEAT: u32 = 0x54ff_ffa1;

/// The loop that starts at an offset, if there is one.
pub fn probe_loop(machine: &Aarch64, at: u64, state: &State) -> Option<ProbeLoop> {
    let (touch, compare, repeat) = (at + LENGTH, at + 2 * LENGTH, at + 3 * LENGTH);
    let grow = machine.decode(at)?;
    let is_grow = grow.word & 0xff80_03ff == 0xd100_03ff && grow.rn() == SP_OR_ZERO;
    let limit = machine.decode(compare)?;
    // `subs xzr, sp, xN`, with the register extended from 64 bits.
    let is_compare = limit.word & 0xffe0_ffff == 0xeb20_63ff;
    let is_loop = is_grow
        && is_compare
        && machine.decode(touch)?.word == TOUCH
        && machine.decode(repeat)?.word == REPEAT;
    if !is_loop {
        return None;
    }
    let page = i64::from(grow.bits(10, 12)) << if grow.bit(22) { 12 } else { 0 };
    if !page.cast_unsigned().is_multiple_of(ALIGNMENT) {
        return None;
    }
    Some(ProbeLoop {
        end: repeat + LENGTH,
        inner: vec![touch, compare, repeat],
        limit: probe::meets(state.cells.sp, state.get(limit.rm()), page)?,
    })
}
