//! Negative status codes, returned by an entry whose arguments no safe Rust function could be called with.

/// A reason why no reference may be made of an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Misuse {
    /// The status that an export returns.
    pub status: i32,
    /// Its name in C, after `RUSTGO_`.
    pub name: &'static str,
    /// Its description.
    pub text: &'static str,
}

/// A reference is null, or a slice that is not empty has a null address.
pub const NULL: Misuse = misuse(-1, "NULL", "an argument is null");

/// The address is not a multiple of the type's alignment.
pub const MISALIGNED: Misuse = misuse(-2, "MISALIGNED", "an argument is not aligned for its type");

/// The slice has more elements than memory can hold.
pub const TOO_LONG: Misuse = misuse(-3, "TOO_LONG", "an argument is longer than memory can hold");

/// Two arguments overlap in memory, and one of them is written to.
pub const OVERLAP: Misuse = misuse(
    -4,
    "OVERLAP",
    "two arguments overlap, and one of them is written to",
);

/// Text that is not UTF-8. In Go this is an error; the others are bugs of the caller, and panic.
pub const NOT_UTF8: Misuse = misuse(-5, "NOT_UTF8", "text is not UTF-8");

/// A number that is no value of its enum.
pub const NO_VALUE: Misuse = misuse(-6, "NO_VALUE", "a number is no value of its enum");

/// All of them.
pub const MISUSES: [Misuse; 6] = [NULL, MISALIGNED, TOO_LONG, OVERLAP, NOT_UTF8, NO_VALUE];

const fn misuse(status: i32, name: &'static str, text: &'static str) -> Misuse {
    Misuse { status, name, text }
}
