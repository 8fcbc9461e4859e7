//! Diagnostics of single instructions. After the kind called refusals, nothing is known.

use crate::finding::Rule;

/// A diagnostic of an instruction.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// The rule that it violates.
    pub rule: Rule,
    /// What is wrong, in one sentence.
    pub message: String,
    /// The likely cause and what to do.
    pub help: String,
}

impl Diagnostic {
    /// Makes a diagnostic of an instruction whose successors are known.
    pub fn new(rule: Rule, message: String, help: &str) -> Self {
        Self {
            rule,
            message,
            help: help.to_owned(),
        }
    }
}

/// Whether a diagnostic of this rule leaves its function undecided: the analysis can't see all effects of the function,
/// so neither its result for the function's stack nor the absence of findings may be relied on.
///
/// SOUNDNESS: G1
pub fn leaves_undecided(rule: Rule) -> bool {
    Undecided::ALL.iter().any(|undecided| undecided.rule() == rule)
}

/// The rules that leave a function undecided.
#[derive(Clone, Copy)]
enum Undecided {
    Undecidable,
    IndirectCall,
    VariableFrame,
}

impl Undecided {
    const ALL: [Self; 3] = [Self::Undecidable, Self::IndirectCall, Self::VariableFrame];

    fn rule(self) -> Rule {
        match self {
            Self::Undecidable => Rule::Undecidable,
            Self::IndirectCall => Rule::IndirectCall,
            Self::VariableFrame => Rule::VariableFrame,
        }
    }
}

/// A diagnostic that leaves its function undecided. It is required wherever the analysis can't go on, so that an
/// unknown successor, or a state that can't be described, never counts as proven: a [`Flow::Lost`] can't be made
/// without one.
///
/// SOUNDNESS: G2
///
/// [`Flow::Lost`]: crate::machine::Flow::Lost
#[derive(Clone, Debug)]
pub struct Refusal(Diagnostic);

impl Refusal {
    fn new(rule: Undecided, message: String, help: &str) -> Self {
        Self(Diagnostic::new(rule.rule(), message, help))
    }

    /// The analysis does not understand the code.
    pub fn undecidable(message: String, help: &str) -> Self {
        Self::new(Undecided::Undecidable, message, help)
    }

    /// The target of a jump, call or return is unknown.
    pub fn indirect(message: String, help: &str) -> Self {
        Self::new(Undecided::IndirectCall, message, help)
    }

    /// The place of the stack pointer is unknown.
    pub fn variable_frame(message: String, help: &str) -> Self {
        Self::new(Undecided::VariableFrame, message, help)
    }

    /// An instruction jumps or calls through a table that is not understood.
    pub fn table(instruction: &str, reason: &str) -> Self {
        Self::indirect(
            format!("`{instruction}` uses {reason}"),
            "write the `match` behind this table differently, or as a chain of `if`; a table of function \
             pointers is understood if its index is compared with its length, as `TABLE[i]` does",
        )
    }

    /// An instruction jumps or calls to an unknown value.
    pub fn unknown_target(instruction: &str) -> Self {
        Self::indirect(
            format!("`{instruction}` has a target that is only known at run time"),
            "this calls a function pointer, a closure behind a reference or a `dyn Trait` that does not come from a \
             constant table: use generics or an enum with a `match`, so that every call names its target",
        )
    }
}

impl From<Refusal> for Diagnostic {
    fn from(refusal: Refusal) -> Self {
        refusal.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_leaves_its_function_undecided() {
        let refusals = [
            Refusal::undecidable(String::new(), ""),
            Refusal::indirect(String::new(), ""),
            Refusal::variable_frame(String::new(), ""),
            Refusal::table("", ""),
            Refusal::unknown_target(""),
        ];
        for refusal in refusals {
            assert!(leaves_undecided(Diagnostic::from(refusal).rule));
        }
        assert!(!leaves_undecided(Rule::RedZone));
    }
}
