//! Negative status codes, returned by an entry whose arguments no safe Rust function could be called with. Keep in step
//! with rustgo-rt's `entry.rs`.

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

/// Text that is not UTF-8. In Go this is an error; the others are bugs of the caller, and panic.
pub const NOT_UTF8: Misuse = misuse(-5, "NOT_UTF8", "text is not UTF-8");

/// All of them.
pub const MISUSES: [Misuse; 5] = [
    misuse(-1, "NULL", "an argument is null"),
    misuse(-2, "MISALIGNED", "an argument is not aligned for its type"),
    misuse(-3, "TOO_LONG", "an argument is longer than memory can hold"),
    misuse(
        -4,
        "OVERLAP",
        "two arguments overlap, and one of them is written to",
    ),
    NOT_UTF8,
];

const fn misuse(status: i32, name: &'static str, text: &'static str) -> Misuse {
    Misuse { status, name, text }
}
