//! Moves of the stack pointer.

use super::{Decoded, StepContext};
use crate::diagnostic::Refusal;
use crate::machine::Realign;
use crate::state::{Anchor, Modes, StackAddress, State};

/// The smallest alignment of a frame that is not followed, in bytes: from here on compilers probe page by page.
const PAGE: u64 = 4096;

impl<I: Decoded, M: Modes> StepContext<'_, I, M> {
    /// Moves the stack pointer to the instruction's target. An unknown target, or one above the function's entry, is
    /// refused.
    ///
    /// SOUNDNESS: T3
    pub fn move_stack_pointer(&mut self, next: &mut State<M>, target: Option<StackAddress>) {
        match target {
            Some(target) if is_in_frame(target) => next.cells.move_sp(target),
            Some(_) => self.refuse_move("pops more from the stack than the function has pushed"),
            None => self.refuse_move("moves the stack pointer by an amount that is only known at run time"),
        }
    }

    /// Aligns a stack address downwards: from here on the frame's depth depends on the stack pointer at the function's
    /// entry. `None` if it is aligned a second time, or to a page or more.
    ///
    /// SOUNDNESS: T3, B3
    pub fn align(&mut self, sp: StackAddress, alignment: u64) -> Option<StackAddress> {
        if !alignment.is_power_of_two() || alignment >= PAGE || sp.anchor != Anchor::Entry {
            return None;
        }
        let before = sp.offset.wrapping_neg();
        self.realigns = Some(Realign {
            before: before as u64,
            alignment,
        });
        Some(StackAddress {
            anchor: Anchor::Realigned {
                at: self.at,
                before,
                alignment,
            },
            offset: sp.offset,
        })
    }

    fn refuse_move(&mut self, what: &str) {
        let message = format!("`{}` {what}", self.text());
        self.refuse(Refusal::variable_frame(
            message,
            "the frame of every function needs a size that is known in advance: use arrays of constant \
             size instead of `alloca` and variable-length arrays, align locals to less than a page, and move the stack \
             pointer in assembly by constants only",
        ));
    }
}

/// Whether an address is plausible: no frame is larger than this, and beyond it arithmetic is meaningless.
pub fn is_in_frame(stack_address: StackAddress) -> bool {
    (-(1 << 31)..=0).contains(&stack_address.offset)
}
