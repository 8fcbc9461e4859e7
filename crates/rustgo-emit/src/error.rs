//! Why a file can't be written for a host.

use std::path::{Path, PathBuf};

use crate::processor::Processor;

/// What an image or a name has that a host's format can't express, or a file that can't be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file can't be written, removed or replaced.
    #[error("{} can't be {verb}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// `written`, `removed` or `replaced`.
        verb: &'static str,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// There is a folder where a file would go.
    #[error("{} can't be written: it is a folder", .0.display())]
    Folder(PathBuf),
    /// An object format can't express something.
    #[error("{0}")]
    Object(&'static str, #[source] object::write::Error),
    /// Archives for several processors are longer than their file's header can say.
    #[error("the universal archive is too large")]
    TooLarge,
    /// A text can't be written, which never happens to a `String`.
    #[error(transparent)]
    Text(#[from] std::fmt::Error),
    /// The processor has no variants.
    #[error("there are no variants for {0:?}")]
    NoVariants(Processor),
    /// Go's assembler or linker has no way to express something.
    #[error("{0}")]
    Go(String),
    /// A name can't be used in a host's language.
    #[error("{0}")]
    Name(String),
    /// A file of a person's is where a generated one would go.
    #[error(
        "{} is written by hand, and `--go` writes whole packages: use `--go-image` to keep shims and declarations of \
         your own, or move the file away",
        .0.display()
    )]
    HandWritten(PathBuf),
}

impl Error {
    /// Something can't be done with a file.
    pub(crate) fn file(path: &Path, verb: &'static str, source: std::io::Error) -> Self {
        Self::File {
            path: path.to_owned(),
            verb,
            source,
        }
    }
}

/// What writing for a host comes to.
pub type Result<T, E = Error> = std::result::Result<T, E>;
