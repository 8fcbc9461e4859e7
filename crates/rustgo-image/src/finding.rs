//! What a check found wrong, said so that a person can act on it.

use std::fmt;

/// A rule of the images, as `--json` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum Rule {
    /// Nothing is undefined but declared host imports.
    Undefined,
    /// No mutable static.
    MutableStatic,
    /// No thread-local.
    ThreadLocal,
    /// No code that has to run before the exports.
    Initializer,
    /// No absolute address.
    AbsoluteAddress,
    /// Only relocations that the tool resolves.
    Relocation,
    /// Machine code that the analysis understands.
    Undecidable,
    /// The proven stack is at most the budget.
    Budget,
    /// No recursion.
    Recursion,
    /// No call or jump whose target is not known.
    IndirectCall,
    /// No frame of variable size.
    VariableFrame,
    /// The stack pointer is aligned wherever that is relied on.
    StackAlignment,
    /// Nothing lies below the stack pointer.
    RedZone,
    /// Reserved registers are left alone.
    ReservedRegister,
    /// The frame pointer is only a frame pointer.
    FramePointer,
    /// The direction flag is left clear.
    DirectionFlag,
    /// No system call, and no other instruction that only a kernel may use or answer.
    SystemCall,
    /// An export that promises not to panic can't.
    Panic,
    /// Each instruction is one that every processor has, or that the export says it requires.
    ProcessorFeature,
}

/// Where in the image.
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

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Finding {
    /// The rule that is broken.
    pub rule: Rule,
    /// One sentence: what is wrong.
    pub message: String,
    /// Where, from the deepest place outwards; for a cycle or a path every step of it.
    pub places: Vec<Place>,
    /// The likely cause and the way out.
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
