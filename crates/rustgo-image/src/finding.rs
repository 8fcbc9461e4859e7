//! A diagnostic: what a check found wrong, and what to do about it.

use std::fmt;

/// A rule that images have to obey, by its name in `--json`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum Rule {
    /// Nothing is undefined, except declared host imports.
    Undefined,
    /// No mutable statics.
    MutableStatic,
    /// No thread-locals.
    ThreadLocal,
    /// No code that has to run before the exports.
    Initializer,
    /// No absolute addresses.
    AbsoluteAddress,
    /// Only relocations that the tool resolves.
    Relocation,
    /// Only machine code that the analysis understands.
    Undecidable,
    /// The proven stack is at most the budget.
    Budget,
    /// No recursion.
    Recursion,
    /// No calls or jumps with unknown targets.
    IndirectCall,
    /// No frames of variable size.
    VariableFrame,
    /// The stack pointer is aligned wherever code relies on that.
    StackAlignment,
    /// Nothing is stored below the stack pointer.
    RedZone,
    /// Reserved registers are not written.
    ReservedRegister,
    /// The frame pointer register holds only frame pointers.
    FramePointer,
    /// The direction flag stays clear.
    DirectionFlag,
    /// No system calls, and no other instructions that only a kernel may use or that trap to it.
    SystemCall,
    /// An export that promises not to panic can't panic.
    Panic,
    /// Each instruction is one that every processor has, or that the export's required features cover.
    ProcessorFeature,
}

/// A place in the image.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Place {
    /// The function, demangled.
    pub function: String,
    /// Offset from the image's start, in bytes.
    pub offset: u64,
    /// `file:line`, where the objects hold debug info.
    #[cfg_attr(feature = "serde", serde(skip_serializing_if = "Option::is_none"))]
    pub line: Option<String>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} (image offset {:#x}", self.function, self.offset)?;
        match &self.line {
            Some(line) => write!(f, ", {line})"),
            None => write!(f, ")"),
        }
    }
}

/// A diagnostic.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Finding {
    /// The rule that is violated.
    pub rule: Rule,
    /// What is wrong, in one sentence.
    pub message: String,
    /// The places, from the innermost outwards. For a cycle or a path every step of it.
    pub places: Vec<Place>,
    /// The likely cause and what to do.
    pub help: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "error: {}", self.message)?;
        for place in &self.places {
            writeln!(f, "  in {place}")?;
        }
        write!(f, "  help: {}", self.help)
    }
}
