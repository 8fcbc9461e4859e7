//! Why a file can't be written for a host.

use std::path::{Path, PathBuf};

use crate::processor::Processor;

/// Something in an image or a name that a host's format can't express, or a file that can't be written.
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
        /// The system's error.
        #[source]
        source: std::io::Error,
    },
    /// There is a folder at the path of a file.
    #[error("{} can't be written: it is a folder", .0.display())]
    Folder(PathBuf),
    /// An object format can't express something.
    #[error("{0}")]
    Object(&'static str, #[source] object::write::Error),
    /// Archives for several processors exceed the sizes in their file's header.
    #[error("the universal archive is too large")]
    TooLarge,
    /// A text can't be written, which never happens to a `String`.
    #[error(transparent)]
    Text(#[from] std::fmt::Error),
    /// Variants are not supported for the processor.
    #[error("variants are not supported for {0:?}: build without `--variant` for it")]
    NoVariants(Processor),
    /// Go's assembler or linker has no way to express something.
    #[error("{0}")]
    Go(String),
    /// A name can't be used in a host's language.
    #[error("{0}")]
    Name(String),
    /// A hand-written file is at the path of a generated one.
    #[error(
        "{} is written by hand, and `--go` writes whole packages: use `--go-image` to keep shims and declarations of \
         your own, or move the file away",
        .0.display()
    )]
    HandWritten(PathBuf),
}

impl Error {
    /// An operation on a file failed.
    pub(crate) fn file(path: &Path, verb: &'static str, source: std::io::Error) -> Self {
        Self::File {
            path: path.to_owned(),
            verb,
            source,
        }
    }
}

/// The result of writing for a host.
pub type Result<T, E = Error> = std::result::Result<T, E>;
