//! The loop that touches each page of a large frame, so that no guard page is skipped. The depth grows in the loop, so
//! it is understood as a whole: after it the stack pointer is at the limit.

use crate::machine::{Flow, Step};
use crate::state::{Modes, StackAddress, State, Value};

/// A loop that probes the stack.
pub struct ProbeLoop {
    /// Offset of the first instruction after the loop.
    pub end: u64,
    /// The instructions of the loop after the first.
    pub inner: Vec<u64>,
    /// The stack pointer after the loop.
    pub limit: StackAddress,
}

/// The stack pointer when it meets the limit, if it moves down by `page` bytes per iteration. `None` if it never does.
///
/// SOUNDNESS: T3
pub fn meets(sp: StackAddress, limit: Value, page: i64) -> Option<StackAddress> {
    let Value::Stack(limit) = limit else {
        return None;
    };
    let distance = sp.offset.checked_sub(limit.offset)?;
    let is_met = limit.anchor == sp.anchor && page > 0 && distance > 0 && distance % page == 0;
    is_met.then_some(limit)
}

impl ProbeLoop {
    /// The loop as one step.
    pub fn step<M: Modes>(self, state: &State<M>) -> Step<State<M>> {
        let mut next = state.clone();
        next.cells.move_sp(self.limit);
        next.compared = None;
        Step {
            end: self.end,
            inner: self.inner,
            touches: vec![self.limit],
            escapes: false,
            above: 0,
            stores: 0,
            realigns: None,
            flow: Flow::Next(next),
            diagnostics: Vec::new(),
        }
    }
}
