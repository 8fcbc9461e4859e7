//! The instruction that is being analysed, and the results so far.

use super::{Decoded, forbidden};
use crate::diagnostic::{Diagnostic, Refusal};
use crate::finding::Rule;
use crate::machine::Realign;
use crate::origin::{IMAGE, Origin};
use crate::state::{StackAddress, State};

/// One instruction while a processor's rules are applied to it.
pub struct StepContext<'a, I, M> {
    /// Its offset from the image's start.
    pub at: u64,
    /// The instruction.
    pub instruction: I,
    /// The state before it.
    pub state: &'a State<M>,
    /// The stack addresses that it uses or forms.
    pub touches: Vec<StackAddress>,
    /// Whether it indexes the stack, or stores a stack address where computations can use it.
    pub escapes: bool,
    /// How many bytes above the return address it writes to.
    pub above: u64,
    /// The registers that hold addresses at the function's entry through which it may store, a bit for each.
    pub stores: u32,
    /// The alignment of the stack pointer, if the instruction aligns it.
    pub realigns: Option<Realign>,
    /// The refusal, if its successors or the state after it are unknown.
    pub refusal: Option<Refusal>,
    /// Its other diagnostics.
    pub diagnostics: Vec<Diagnostic>,
}

impl<'a, I: Decoded, M> StepContext<'a, I, M> {
    /// An instruction without any results yet.
    pub fn new(at: u64, instruction: I, state: &'a State<M>) -> Self {
        Self {
            at,
            instruction,
            state,
            touches: Vec::new(),
            escapes: false,
            above: 0,
            stores: 0,
            realigns: None,
            refusal: None,
            diagnostics: Vec::new(),
        }
    }

    /// The instruction in assembly.
    pub fn text(&self) -> String {
        self.instruction.text(self.at)
    }

    /// Reports a diagnostic, and goes on: the state after the instruction is known nevertheless.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Reports a violation of a rule, and goes on.
    pub fn complain(&mut self, rule: Rule, message: String, help: &str) {
        self.report(Diagnostic::new(rule, message, help));
    }

    /// Notes a store to an address that is not known, but where it may come from.
    ///
    /// SOUNDNESS: T7, S4
    pub fn store_through(&mut self, address: Origin) {
        self.stores |= address.sources() & !IMAGE;
        if address.sources() & IMAGE != 0 {
            self.report(forbidden::may_write_image(&self.text()));
        }
    }

    /// Refuses the instruction: its flow is lost. The first of several refusals is kept.
    ///
    /// SOUNDNESS: T2, G2
    pub fn refuse(&mut self, refusal: Refusal) {
        match self.refusal {
            None => self.refusal = Some(refusal),
            Some(_) => self.report(refusal.into()),
        }
    }
}
