//! Why a linked file can't be read, or made into an image.

use super::valid::Invalid;
use crate::processor::Unsupported;

/// A linked file that is damaged, too large, or has parts that no image can have.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file is larger than the limit, in bytes.
    #[error(
        "the linked guest is larger than {} MiB: split it into several guests, or compile it without debug info",
        .0 >> 20
    )]
    TooLarge(usize),
    /// The file is not an ELF file.
    #[error("the linked file is not an ELF file")]
    NotElf(#[source] object::Error),
    /// The file is not an object file.
    #[error("the linked file can't be read")]
    NotObject(#[source] object::Error),
    /// The file is for a processor that images are not made for.
    #[error(transparent)]
    Processor(#[from] Unsupported),
    /// A part of the file is missing or truncated.
    #[error("{0}")]
    Missing(&'static str),
    /// A part of the file is truncated.
    #[error("{0}")]
    CutShort(&'static str, #[source] object::Error),
    /// Something is at a place where it can't be.
    #[error("{0}")]
    Misplaced(&'static str),
    /// The file's tables contradict each other.
    #[error(transparent)]
    Object(#[from] object::Error),
    /// The image was linked at another address than 0.
    #[error("the linker put the image at {0:#x} instead of 0")]
    NotAtZero(u64),
    /// There are more symbols than the limit.
    #[error(
        "the linked guest has more than {0} symbols: compile it without debug info, or split it into several guests"
    )]
    Symbols(usize),
    /// The debug info is damaged.
    #[error("{0}")]
    DebugInfo(&'static str, #[source] Box<Error>),
    /// The debug info is damaged, as reported by its reader.
    #[error(transparent)]
    Dwarf(#[from] gimli::Error),
    /// There are more lines than the limit.
    #[error(
        "the debug info has more than {0} lines: compile the guest without debug info, or split it into several guests"
    )]
    Lines(usize),
    /// A number does not fit into its field.
    #[error(transparent)]
    Number(#[from] std::num::TryFromIntError),
    /// An instruction has no form that uses an address directly.
    #[error("{0}")]
    Instruction(String),
    /// The file's tables contradict each other.
    #[error("the linked file is damaged")]
    Invalid(#[from] Invalid),
    /// An export is declared, but not defined.
    #[error("the guest does not define its export `{0}`")]
    Undefined(String),
}

/// The result of reading a linked file.
pub type Result<T, E = Error> = std::result::Result<T, E>;
