//! How the stack pointer moves.

use super::{Aarch64, Seen, State, forbidden};
use crate::finding::Rule;
use crate::machine::Machine as _;
use crate::state::{Spot, Value};

/// Moves the stack pointer to what the instruction makes of it, or complains when it can't be said where that is.
pub fn move_pointer(seen: &mut Seen, next: &mut State, target: Value) {
    match target {
        Value::Stack(target) if is_in_frame(target) => {
            let off = target.beyond_alignment(Aarch64::ENTRY_RESIDUES[0]);
            if off != 0 {
                seen.complaints.push(forbidden::not_aligned(&seen.text(), off));
            }
            next.frame.move_sp(target);
        }
        Value::Stack(_) => complain(seen, "takes more off the stack than the function put there"),
        _ => complain(
            seen,
            "moves the stack pointer to a place that is not known before the program runs",
        ),
    }
}

/// The stack never holds more than this below a function's entry; beyond it arithmetic is nonsense.
fn is_in_frame(spot: Spot) -> bool {
    (-(1 << 31)..=0).contains(&spot.offset)
}

fn complain(seen: &mut Seen, what: &str) {
    let text = seen.text();
    seen.complain(
        Rule::VariableFrame,
        format!("`{text}` {what}"),
        "the frame of every function needs a size that is known before the program runs: use arrays of constant size \
         instead of `alloca` and variable-length arrays, align locals to less than a page, and move the stack pointer \
         in assembly by constants only",
    );
}
