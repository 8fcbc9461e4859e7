//! What the expansion of `#[export]` uses: assertions that the compiler checks, and constant functions that build its
//! records. Not part of the public interface.

pub use static_assertions::{assert_eq_size, assert_type_eq_all};

/// The scalar types, under names that a guest can't shadow.
pub use core::primitive;

/// How a record spells a type.
#[derive(Clone, Copy)]
pub enum Shape {
    /// By its name.
    Named(&'static str),
    /// An array of a type, and its length.
    Array(&'static Shape, usize),
}

/// A type in memory that is shared with hosts, by whatever name an export's signature calls it.
///
/// # Safety
/// - Its layout is C's, and it accepts every value that hosts can write to it.
#[diagnostic::on_unimplemented(
    message = "hosts don't know the layout of `{Self}`",
    label = "named in an export's signature, or in a struct that is",
    note = "if it is a struct of yours, write `#[rustgo_rt::export]` and `#[repr(C)]` above `struct {Self}`",
    note = "if it is an enum, hosts could write a number to it that none of its variants has: take it by value, or share its \
            number, as in `&[u8]`"
)]
pub unsafe trait Element {
    /// Its spelling.
    const SHAPE: Shape;
}

// SAFETY: an array is laid out as C's, and its elements accept every value.
unsafe impl<T: Element, const LENGTH: usize> Element for [T; LENGTH] {
    const SHAPE: Shape = {
        assert!(
            LENGTH > 0,
            "C has no arrays without elements: make the length at least 1, or remove the array"
        );
        Shape::Array(&T::SHAPE, LENGTH)
    };
}

/// A type that is passed by value.
#[diagnostic::on_unimplemented(
    message = "hosts can't pass `{Self}` by value",
    label = "an argument of an export",
    note = "if it is a struct of yours, take `&{Self}`, and write `#[rustgo_rt::export]` and `#[repr(C)]` above `struct {Self}`",
    note = "if it is an enum without fields, write `#[rustgo_rt::export]` and `#[repr(u8)]`, or another integer than `i32`, \
            above `enum {Self}`",
    note = "if it is another name for an array, take `&{Self}`; if it is one for `f32` or `f64`, write that"
)]
pub trait Value: Sized {
    /// What C passes.
    type Raw;
    /// Its spelling.
    const SHAPE: Shape;

    /// The value that C has passed, if it is one.
    fn of(raw: Self::Raw) -> Option<Self>;
}

/// A type that is returned by value.
#[diagnostic::on_unimplemented(
    message = "hosts don't know what `{Self}` is",
    label = "the result of an export",
    note = "if it is a struct of yours, write `#[rustgo_rt::export]` and `#[repr(C)]` above `struct {Self}`",
    note = "if it is an enum without fields, write `#[rustgo_rt::export]` and `#[repr(u8)]`, or another integer than `i32`, \
            above `enum {Self}`"
)]
pub trait Returned {
    /// What C gets.
    type Raw;
    /// Its spelling.
    const SHAPE: Shape;

    /// The value for C.
    fn raw(self) -> Self::Raw;
}

macro_rules! scalars {
    ($($scalar:ident as $raw:ident),*) => {
        $(
            // SAFETY: a number accepts every value; that a `bool` is 0 or 1 the host guarantees, as C's own is.
            unsafe impl Element for $scalar {
                const SHAPE: Shape = Shape::Named(stringify!($scalar));
            }

            impl Returned for $scalar {
                type Raw = $raw;
                const SHAPE: Shape = Shape::Named(stringify!($scalar));

                #[inline(always)]
                fn raw(self) -> $raw {
                    self as $raw
                }
            }
        )*
    };
}

scalars!(
    u8 as u32,
    u16 as u32,
    u32 as u32,
    u64 as u64,
    usize as usize,
    i8 as i32,
    i16 as i32,
    i32 as i32,
    i64 as i64,
    isize as isize,
    f32 as f32,
    f64 as f64,
    bool as bool
);

macro_rules! integers {
    ($($integer:ident)*) => {
        $(
            impl Value for $integer {
                type Raw = Self;
                const SHAPE: Shape = Shape::Named(stringify!($integer));

                #[inline(always)]
                fn of(raw: Self) -> Option<Self> {
                    Some(raw)
                }
            }
        )*
    };
}

integers!(u8 u16 u32 u64 usize i8 i16 i32 i64 isize bool);

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
    /// Text inside of a JSON string.
    Quoted(&'static str),
    /// The spelling of a type.
    Shape(&'static Shape),
}

/// The length of a record, in bytes.
pub const fn length(pieces: &[Piece]) -> usize {
    let (mut length, mut at) = (0, 0);
    while at < pieces.len() {
        length += match &pieces[at] {
            Piece::Known(text) => text.len(),
            Piece::Number(number) => digits(*number),
            Piece::Quoted(text) => quoted_length(text.as_bytes()),
            Piece::Shape(shape) => shape_length(shape),
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
            Piece::Known(text) => end = write(&mut record, end, text.as_bytes()),
            Piece::Number(number) => end = write_number(&mut record, end, *number),
            Piece::Quoted(text) => end = write_quoted(&mut record, end, text.as_bytes()),
            Piece::Shape(shape) => end = write_shape(&mut record, end, shape),
        }
        at += 1;
    }
    record
}

/// Writes text as it is, and returns where it ends.
const fn write(record: &mut [u8], at: usize, text: &[u8]) -> usize {
    let mut next = 0;
    while next < text.len() {
        record[at + next] = text[next];
        next += 1;
    }
    at + text.len()
}

const fn write_number(record: &mut [u8], at: usize, number: u64) -> usize {
    let (mut left, count) = (number, digits(number));
    let mut next = count;
    while next > 0 {
        next -= 1;
        record[at + next] = b'0' + (left % 10) as u8;
        left /= 10;
    }
    at + count
}

/// The escape of a byte in a JSON string (RFC 8259, section 7), if it has one.
const fn escape(byte: u8) -> Option<[u8; 6]> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    match byte {
        b'"' | b'\\' | 0..0x20 => Some([
            b'\\',
            b'u',
            b'0',
            b'0',
            DIGITS[(byte >> 4) as usize],
            DIGITS[(byte & 15) as usize],
        ]),
        _ => None,
    }
}

const fn quoted_length(text: &[u8]) -> usize {
    let (mut length, mut at) = (0, 0);
    while at < text.len() {
        length += if escape(text[at]).is_some() { 6 } else { 1 };
        at += 1;
    }
    length
}

const fn write_quoted(record: &mut [u8], at: usize, text: &[u8]) -> usize {
    let (mut end, mut next) = (at, 0);
    while next < text.len() {
        match escape(text[next]) {
            Some(escape) => end = write(record, end, &escape),
            None => {
                record[end] = text[next];
                end += 1;
            }
        }
        next += 1;
    }
    end
}

const fn shape_length(shape: &Shape) -> usize {
    match shape {
        Shape::Named(name) => name.len(),
        Shape::Array(element, length) => "[; ]".len() + shape_length(element) + digits(*length as u64),
    }
}

const fn write_shape(record: &mut [u8], at: usize, shape: &Shape) -> usize {
    match shape {
        Shape::Named(name) => write(record, at, name.as_bytes()),
        Shape::Array(element, length) => {
            let end = write(record, at, b"[");
            let end = write_shape(record, end, element);
            let end = write(record, end, b"; ");
            let end = write_number(record, end, *length as u64);
            write(record, end, b"]")
        }
    }
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
            Piece::Quoted("a \"b\"\n\u{1}\u{e9}"),
            Piece::Shape(&<[[u8; 2]; 10] as Element>::SHAPE),
        ];
        const RECORD: [u8; length(PIECES)] = join(PIECES);
        let expected = "[0, 18446744073709551615a \\u0022b\\u0022\\u000a\\u0001\u{e9}[[u8; 2]; 10]";
        assert_eq!(core::str::from_utf8(&RECORD), Ok(expected));
    }
}
