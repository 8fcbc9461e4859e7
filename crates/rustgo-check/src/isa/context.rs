//! The instruction that is being analysed, and what has been found out about it so far.

use super::Decoded;
use crate::diagnostic::{Diagnostic, Refusal};
use crate::finding::Rule;
use crate::machine::Realign;
use crate::state::{StackAddress, State};

/// One instruction on its way through a processor's rules.
pub struct StepContext<'a, I, M> {
    /// Its offset from the image's start.
    pub at: u64,
    /// The instruction.
    pub instruction: I,
    /// The state before it.
    pub state: &'a State<M>,
    /// The stack addresses that it uses or forms.
    pub touches: Vec<StackAddress>,
    /// It indexes the stack, or puts a stack address where it can be computed with.
    pub escapes: bool,
    /// How many bytes above the return address it writes to.
    pub above: u64,
    /// The alignment of the stack pointer, if it aligns it.
    pub realigns: Option<Realign>,
    /// The refusal, if its successors or the state after it are not known.
    pub refusal: Option<Refusal>,
    /// What else is wrong with it.
    pub diagnostics: Vec<Diagnostic>,
}

impl<'a, I: Decoded, M> StepContext<'a, I, M> {
    /// An instruction of which nothing has been found out yet.
    pub fn new(at: u64, instruction: I, state: &'a State<M>) -> Self {
        Self {
            at,
            instruction,
            state,
            touches: Vec::new(),
            escapes: false,
            above: 0,
            realigns: None,
            refusal: None,
            diagnostics: Vec::new(),
        }
    }

    /// The instruction in the assembler's words.
    pub fn text(&self) -> String {
        self.instruction.text(self.at)
    }

    /// Reports what is wrong, and goes on: the state after the instruction is known all the same.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Reports the breach of a rule, and goes on.
    pub fn complain(&mut self, rule: Rule, message: String, help: &str) {
        self.report(Diagnostic::new(rule, message, help));
    }

    /// Refuses the instruction: its flow is lost. Of several refusals the first stands for that.
    ///
    /// SOUNDNESS: T2, G2
    pub fn refuse(&mut self, refusal: Refusal) {
        match self.refusal {
            None => self.refusal = Some(refusal),
            Some(_) => self.report(refusal.into()),
        }
    }
}
