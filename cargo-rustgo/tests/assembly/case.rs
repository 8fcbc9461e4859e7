//! One function in assembly, and the prover's expected verdict.

use std::str::FromStr;

use cargo_rustgo::check::DivergenceKind;

/// What the prover is expected to do with a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    Accepted,
    Refused,
}

impl FromStr for Expected {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "accepted" => Ok(Self::Accepted),
            "refused" => Ok(Self::Refused),
            _ => Err("it is `accepted` or `refused`"),
        }
    }
}

/// A function, and what is expected of the prover.
#[derive(Clone, Default)]
pub struct Case {
    /// The function's symbol.
    pub name: String,
    /// Its instructions, one a line.
    pub code: String,
    /// A part of each finding about it; none if it is right.
    pub says: Vec<String>,
    /// The proven bound, if the case is about that.
    pub bound: Option<u64>,
    /// The proven bound for hosts that align the stack pointer to a cache line, if the case is about that.
    pub bound_aligned: Option<u64>,
    /// The offset within the function of the first finding that is expected, if the case is about that.
    pub at: Option<u64>,
    /// How the export may fail to return, `None` inside if it always returns, if the case is about that.
    pub end: Option<Option<DivergenceKind>>,
    /// The processor features that the export requires, if the case is about that. The findings of others don't count.
    pub requires: Option<&'static [&'static str]>,
    /// The function is no export, but a local symbol that other cases call or jump to. Findings about it don't count:
    /// what they do to its callers is the point.
    pub is_local: bool,
    /// There are findings about this local function, so that programs that reach it are refused.
    pub is_wrong_local: bool,
}

pub fn case(name: impl Into<String>, code: impl Into<String>, says: Option<&str>) -> Case {
    Case {
        name: name.into(),
        code: code.into(),
        says: says.into_iter().map(str::to_owned).collect(),
        ..Case::default()
    }
}

// Each processor's cases use what they need.
#[allow(dead_code)]
impl Case {
    /// Whether the prover refuses it: it expects findings, or it is a local function that is wrong.
    pub fn is_wrong(&self) -> bool {
        !self.says.is_empty() || self.is_wrong_local
    }

    /// A local function about which there are findings.
    pub fn but_wrong(mut self) -> Self {
        self.is_wrong_local = true;
        self
    }

    /// Adds another expected message.
    pub fn and(mut self, says: &str) -> Self {
        self.says.push(says.to_owned());
        self
    }

    /// Sets the bytes of stack that it takes.
    pub fn takes(mut self, bytes: u64) -> Self {
        self.bound = Some(bytes);
        self
    }

    /// Sets the bytes of stack that it takes if its host aligns the stack pointer to a cache line.
    pub fn takes_if_aligned(mut self, bytes: u64) -> Self {
        self.bound_aligned = Some(bytes);
        self
    }

    /// Sets how it may fail to return, if it may.
    pub fn ends(mut self, end: Option<DivergenceKind>) -> Self {
        self.end = Some(end);
        self
    }

    /// It is an export that requires these processor features, and no others.
    pub fn requires(mut self, features: &'static [&'static str]) -> Self {
        self.requires = Some(features);
        self
    }

    /// The finding is about the instruction at this offset in bytes from the function's start.
    pub fn at(mut self, offset: u64) -> Self {
        self.at = Some(offset);
        self
    }
}

/// A function that is right.
pub fn right(name: &str, code: &str) -> Case {
    case(name, code, None)
}

/// A function that is wrong, and a part of the prover's expected message.
pub fn wrong(name: &str, code: &str, says: &str) -> Case {
    case(name, code, Some(says))
}

/// A function with a stack bound in bytes.
pub fn bounded(name: &str, code: &str, bound: u64) -> Case {
    right(name, code).takes(bound)
}

/// A local function for other cases to call or jump to, right or wrong.
#[allow(dead_code)]
pub fn local(name: &str, code: &str) -> Case {
    Case {
        is_local: true,
        ..right(name, code)
    }
}
