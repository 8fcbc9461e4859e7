//! Reads and writes archives of objects (`ar`).

mod functions;
mod read;
mod write;

pub use ar_archive_writer::ArchiveKind;
pub use functions::functions;
pub use read::{Member, members};
pub use write::{Member as NewMember, write};

/// A file that is not an archive of objects, or one that can't be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file is of another known kind.
    #[error("the file is {0:?}, not an ELF object or an archive of them")]
    OtherKind(object::FileKind),
    /// The file is of no known kind.
    #[error("the file is not an ELF object or an archive of them: {0}")]
    Unknown(object::Error),
    /// The archive's directory is damaged.
    #[error("the archive's directory can't be read")]
    Directory(#[source] object::Error),
    /// A member's header is damaged.
    #[error("the archive is cut short or damaged")]
    Damaged(#[source] object::Error),
    /// A member is truncated. Names the member.
    #[error("archive member {0} is cut short")]
    CutShort(String, #[source] object::Error),
    /// The archive can't be written, because a member is not an object.
    #[error("the archive can't be written")]
    Write(#[source] std::io::Error),
}
