//! The numbers below zero with which an entry says that it was called as no safe Rust function can be. Keep in step with
//! rustgo-rt's `entry.rs`.

/// Arguments that no references may be made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Misuse {
    /// What an export with a status returns.
    pub status: i32,
    /// Its name in C, behind `RUSTGO_`.
    pub name: &'static str,
    /// What it says.
    pub text: &'static str,
}

/// Text that is not UTF-8. In Go this is an error; the others are bugs of the caller's.
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
