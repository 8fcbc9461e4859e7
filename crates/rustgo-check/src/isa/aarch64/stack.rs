//! Moves of the stack pointer.

use super::{Aarch64, State, StepContext, forbidden};
use crate::isa::{Isa as _, stack};
use crate::state::Value;

/// Moves the stack pointer to the value that the instruction computes for it.
///
/// SOUNDNESS: C7, T3, T8
pub fn move_pointer(context: &mut StepContext, next: &mut State, target: Value) {
    let target = match target {
        Value::Stack(target) => Some(target),
        _ => None,
    };
    if let Some(target) = target.filter(|target| stack::is_in_frame(*target)) {
        let off = target.beyond_alignment(Aarch64::ABI.entry_residues[0]);
        if off != 0 {
            context.report(forbidden::not_aligned(&context.text(), off));
        }
    }
    context.move_stack_pointer(next, target);
}
