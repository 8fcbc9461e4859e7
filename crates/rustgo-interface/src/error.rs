//! Why hosts can't have what a guest declares.

/// A declaration that has no counterpart in C, or that contradicts another.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// What is wrong lies in an export or a type.
    #[error("in {0}")]
    In(String, #[source] Box<Error>),
    /// A type can't be had by hosts.
    #[error("`{0}` does not cross the C ABI")]
    Boundary(String, #[source] Box<Error>),
    /// A text is no Rust type.
    #[error("`{0}` is not a Rust type")]
    NotRust(String, #[source] syn::Error),
    /// A number in a type is too large.
    #[error(transparent)]
    Number(#[from] syn::Error),
    /// A type has no counterpart, or not in its place.
    #[error("{0}")]
    Type(String),
    /// A signature names what is not described, or a name would be there twice.
    #[error("{0}")]
    Signature(String),
}

/// What reading declarations comes to.
pub type Result<T, E = Error> = std::result::Result<T, E>;
