//! What the expansion of `#[export]` uses: assertions that the compiler checks, and constant functions that build its
//! records. Not part of the public interface.

pub use static_assertions::{assert_eq_size, assert_type_eq_all};

/// The scalar types, under names that a guest can't shadow.
pub use core::primitive;

/// A struct whose layout is known to hosts.
///
/// # Safety
/// - It is `#[repr(C)]`, and each of its fields accepts every value that hosts can write to it.
#[diagnostic::on_unimplemented(
    message = "hosts don't know the layout of `{Self}`",
    label = "named in an export's signature, or in a struct that is",
    note = "if it is a struct of yours, write `#[rustgo_rt::export]` and `#[repr(C)]` above `struct {Self}`",
    note = "if it is another name for a number, write the number's own name"
)]
pub unsafe trait Structure {
    /// The struct's name in the hosts' files.
    const NAME: &'static str;
}

/// An enum whose numbers and texts are known to hosts.
#[diagnostic::on_unimplemented(
    message = "hosts don't know the errors of `{Self}`",
    label = "named in an export's signature",
    note = "if it is an enum of yours, write `#[rustgo_rt::export]` and `#[repr(i32)]` above `enum {Self}`",
    note = "if it is not, make one, and translate"
)]
pub trait ErrorCode: core::fmt::Display {
    /// The enum's name in the hosts' files.
    const NAME: &'static str;

    /// The number that is passed to hosts.
    fn number(self) -> i32;
}

/// Fails to compile if a type is written under another name than its own.
pub const fn same_name(own: &str, written: &str) {
    let (own, written) = (own.as_bytes(), written.as_bytes());
    let mut same = own.len() == written.len();
    let mut at = 0;
    while same && at < own.len() {
        same = own[at] == written[at];
        at += 1;
    }
    assert!(
        same,
        "hosts know a type by the name it was declared with: write that in the signature"
    );
}

/// Fails to compile if an array has no elements.
pub const fn not_empty(length: usize) {
    assert!(
        length > 0,
        "an array of no elements has no counterpart in C: give it a length, or leave it out"
    );
}

/// A part of a record.
pub enum Piece {
    /// Text, copied as it is.
    Known(&'static str),
    /// A number, written in decimal.
    Number(u64),
}

/// The length of a record, in bytes.
pub const fn length(pieces: &[Piece]) -> usize {
    let (mut length, mut at) = (0, 0);
    while at < pieces.len() {
        length += match &pieces[at] {
            Piece::Known(text) => text.len(),
            Piece::Number(number) => digits(*number),
        };
        at += 1;
    }
    length
}

/// Joins the pieces to a record, whose length is that of [`length`].
pub const fn join<const LENGTH: usize>(pieces: &[Piece]) -> [u8; LENGTH] {
    let mut record = [0; LENGTH];
    let (mut end, mut at) = (0, 0);
    while at < pieces.len() {
        match &pieces[at] {
            Piece::Known(text) => {
                let text = text.as_bytes();
                let mut next = 0;
                while next < text.len() {
                    record[end] = text[next];
                    (end, next) = (end + 1, next + 1);
                }
            }
            Piece::Number(number) => {
                let (mut left, count) = (*number, digits(*number));
                let mut next = count;
                while next > 0 {
                    next -= 1;
                    record[end + next] = b'0' + (left % 10) as u8;
                    left /= 10;
                }
                end += count;
            }
        }
        at += 1;
    }
    record
}

const fn digits(number: u64) -> usize {
    match number.checked_ilog10() {
        Some(log) => log as usize + 1,
        None => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_joined() {
        const PIECES: &[Piece] = &[
            Piece::Known("["),
            Piece::Number(0),
            Piece::Known(", "),
            Piece::Number(u64::MAX),
        ];
        const RECORD: [u8; length(PIECES)] = join(PIECES);
        assert_eq!(&RECORD, b"[0, 18446744073709551615");
    }
}
