//! Why a guest's declarations can't be offered to hosts.

/// A declaration that has no counterpart in C, or that contradicts another.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The export or type that the source error is about.
    #[error("in {0}")]
    In(String, #[source] Box<Error>),
    /// A type can't be passed to hosts.
    #[error("`{0}` can't be passed by the C ABI")]
    Boundary(String, #[source] Box<Error>),
    /// A text is not a Rust type.
    #[error("`{0}` is not a Rust type")]
    NotRust(String, #[source] syn::Error),
    /// A number in a type is too large.
    #[error(transparent)]
    Number(#[from] syn::Error),
    /// A type has no counterpart, or is not allowed at its place.
    #[error("{0}")]
    Type(String),
    /// A signature names an undeclared type, or a name would be defined twice.
    #[error("{0}")]
    Signature(String),
}

/// The result of reading declarations.
pub type Result<T, E = Error> = std::result::Result<T, E>;
