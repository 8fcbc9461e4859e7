//! Why objects can't be linked, renamed or pruned.

use std::path::PathBuf;

use crate::archive;

/// An error between the guest's objects and the linked file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The linker can't be run.
    #[error("the linker {} can't be run", .0.display())]
    Run(PathBuf, #[source] std::io::Error),
    /// The linker refuses the objects. Holds its message.
    #[error("the linker refused the guest's objects:\n{0}")]
    Refused(String),
    /// A file of the linker's can't be read or written.
    #[error("{0}")]
    File(&'static str, #[source] std::io::Error),
    /// A file can't be read.
    #[error("{} can't be read", .0.display())]
    Read(PathBuf, #[source] std::io::Error),
    /// A file can't be written.
    #[error("{} can't be written", .0.display())]
    Write(PathBuf, #[source] std::io::Error),
    /// An object or archive among the files is damaged.
    #[error("{} can't be read", .0.display())]
    Damaged(PathBuf, #[source] Box<Error>),
    /// A member of an archive is damaged.
    #[error("{0} can't be read")]
    Member(String, #[source] Box<Error>),
    /// The linked file can't be read.
    #[error("the linked file can't be read")]
    Linked(#[source] object::Error),
    /// An archive is damaged.
    #[error(transparent)]
    Archive(#[from] archive::Error),
    /// An object's tables contradict each other.
    #[error(transparent)]
    Object(#[from] object::Error),
    /// A path has no file name.
    #[error("an object has a name")]
    NoName,
    /// A linker script has no syntax for a name.
    #[error("the linker script can't name section {section} of {member}")]
    Unnameable {
        /// The section.
        section: String,
        /// The object or member that it is in.
        member: String,
    },
    /// An object's names would exceed 4 GiB.
    #[error("the table of names is too long")]
    TooManyNames,
}

/// The result of linking.
pub type Result<T, E = Error> = std::result::Result<T, E>;
