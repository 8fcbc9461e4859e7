//! A line that not both accepted and refused programs run.

/// A line that accepted or refused programs don't run, though they could.
#[derive(Debug, PartialEq, Eq)]
pub struct Gap {
    /// From the folder of the rules.
    pub file: String,
    pub line: usize,
    /// The line itself, without white space around it.
    pub text: String,
    pub by: By,
}

/// What runs a line of a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Accepted,
    Refused,
    Neither,
}

impl By {
    pub fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted programs only",
            Self::Refused => "refused programs only",
            Self::Neither => "neither accepted nor refused programs",
        }
    }
}
