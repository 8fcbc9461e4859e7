//! How Scheme values lie in memory. The compiler writes them so and the primitives read them so; both take it from here.
//!
//! A value is one 64-bit word. Its three low bits, the tag, say what it is:
//!
//! | tag | value    | the other bits                                                                       |
//! | --- | -------- | ------------------------------------------------------------------------------------ |
//! | 0   | fixnum   | the number, signed, in bits 3 to 63                                                  |
//! | 1   | error    | an [`Error`] in bits 3 to 31, the system's error number or 0 in bits 32 to 63        |
//! | 2   | vector   | the address of an object, whose data are values                                      |
//! | 3   | port     | the file's number in the system, in bits 3 to 63, at most 2^31 - 1                    |
//! | 5   | string   | the address of an object, whose data are bytes, usually UTF-8                        |
//! | 7   | constant | 0 in bits 3 to 63 for `()`, 1 for `#f`, 2 for `#t`                                   |
//!
//! Tags 4 and 6 are no value's. An object lies at an address that is a multiple of 8, so its three low bits are free for
//! the tag: a string at 0x402008 is the word 0x40200d, pointer + 5. Its first word is its length, in bytes or values,
//! and its data follow. All objects of a program lie between the two addresses of its [`Heap`].
//!
//! ```
//! use scheme_values::{Tag, Unpacked, Value};
//!
//! assert_eq!(Value::fixnum(-2).unwrap().word(), 0xffff_ffff_ffff_fff0);
//! assert_eq!(Value::object(Tag::String, 0x402008).word(), 0x402008 + 5);
//! assert_eq!(Value::from_word(0x40200d).unpack(), Unpacked::String(0x402008));
//! ```
#![no_std]

mod error;

pub use error::Error;

/// How many bits the tag takes.
pub const TAG_BITS: u32 = 3;

/// What objects' addresses are multiples of, in bytes.
pub const ALIGNMENT: u64 = 1 << TAG_BITS;

/// The kinds of values, with the tags' numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum Tag {
    /// A number.
    Fixnum = 0,
    /// What a primitive returns when it can't do what it is asked.
    Error = 1,
    /// A sequence of values.
    Vector = 2,
    /// An open file.
    Port = 3,
    /// A sequence of bytes.
    String = 5,
    /// `()`, `#f` or `#t`.
    Constant = 7,
}

/// A Scheme value, or any other word that somebody says is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(transparent)]
pub struct Value(u64);

/// What a word means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unpacked {
    /// A number.
    Fixnum(i64),
    /// An error value.
    Error,
    /// A vector at this address, if there is one.
    Vector(u64),
    /// A file's number.
    Port(i32),
    /// A string at this address, if there is one.
    String(u64),
    /// The empty list.
    Nil,
    /// A truth value.
    Boolean(bool),
    /// No value at all.
    Nothing,
}

impl Value {
    /// The empty list, `()`.
    pub const NIL: Self = Self::tagged(Tag::Constant, 0);
    /// `#f`.
    pub const FALSE: Self = Self::tagged(Tag::Constant, 1);
    /// `#t`.
    pub const TRUE: Self = Self::tagged(Tag::Constant, 2);

    const fn tagged(tag: Tag, bits: u64) -> Self {
        Self(bits << TAG_BITS | tag as u64)
    }

    /// A number, if it has at most 61 bits.
    pub const fn fixnum(number: i64) -> Option<Self> {
        let value = Self::tagged(Tag::Fixnum, number as u64);
        if value.0 as i64 >> TAG_BITS == number {
            Some(value)
        } else {
            None
        }
    }

    /// `#t` or `#f`.
    pub const fn boolean(is_true: bool) -> Self {
        if is_true { Self::TRUE } else { Self::FALSE }
    }

    /// A port, for the number of an open file, which is not negative.
    pub const fn port(file: i32) -> Self {
        Self::tagged(Tag::Port, file as u32 as u64)
    }

    /// A string or a vector, at a multiple of [`ALIGNMENT`].
    pub const fn object(tag: Tag, address: u64) -> Self {
        Self(address | tag as u64)
    }

    /// An error value, with the system's error number, if there is one.
    pub const fn error(error: Error, number: i32) -> Self {
        Self::tagged(
            Tag::Error,
            error as u64 | (number as u32 as u64) << (32 - TAG_BITS),
        )
    }

    /// The word as a value.
    pub const fn from_word(word: u64) -> Self {
        Self(word)
    }

    /// The value as a word.
    pub const fn word(self) -> u64 {
        self.0
    }

    /// What the word means. Nothing is read that it may point to.
    pub const fn unpack(self) -> Unpacked {
        const MOST_FILES: u64 = i32::MAX as u64;
        let bits = self.0 >> TAG_BITS;
        let address = bits << TAG_BITS;
        match self.0 & (ALIGNMENT - 1) {
            tag if tag == Tag::Fixnum as u64 => Unpacked::Fixnum(self.0 as i64 >> TAG_BITS),
            tag if tag == Tag::Error as u64 => Unpacked::Error,
            tag if tag == Tag::Vector as u64 => Unpacked::Vector(address),
            tag if tag == Tag::Port as u64 && bits <= MOST_FILES => Unpacked::Port(bits as i32),
            tag if tag == Tag::String as u64 => Unpacked::String(address),
            _ if self.0 == Self::NIL.0 => Unpacked::Nil,
            _ if self.0 == Self::FALSE.0 => Unpacked::Boolean(false),
            _ if self.0 == Self::TRUE.0 => Unpacked::Boolean(true),
            _ => Unpacked::Nothing,
        }
    }

    /// What an error value says: which error, and the system's error number or 0. The error is none where the word is
    /// no error value that [`Value::error`] makes.
    pub const fn as_error(self) -> (Option<Error>, i32) {
        let code = (self.0 as u32) >> TAG_BITS;
        (Error::from_code(code), (self.0 >> 32) as i32)
    }
}

/// Where a program's objects are.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Heap {
    /// The first byte, at a multiple of [`ALIGNMENT`].
    pub start: *mut u8,
    /// Behind the last byte.
    pub end: *mut u8,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back_as_they_were_made() {
        const MOST: i64 = (1 << 60) - 1;
        for number in [0, 1, -1, 42, MOST, -MOST - 1] {
            assert_eq!(Value::fixnum(number).unwrap().unpack(), Unpacked::Fixnum(number));
        }
        assert_eq!(Value::fixnum(MOST + 1), None);
        assert_eq!(Value::fixnum(-MOST - 2), None);
        assert_eq!(Value::NIL.unpack(), Unpacked::Nil);
        assert_eq!(Value::boolean(true).unpack(), Unpacked::Boolean(true));
        assert_eq!(Value::boolean(false).unpack(), Unpacked::Boolean(false));
        assert_eq!(Value::port(i32::MAX).unpack(), Unpacked::Port(i32::MAX));
        assert_eq!(Value::object(Tag::Vector, 64).unpack(), Unpacked::Vector(64));
        assert_eq!(Value::object(Tag::String, 64).unpack(), Unpacked::String(64));
    }

    #[test]
    fn errors_keep_the_systems_number() {
        let value = Value::error(Error::CantOpen, 2);
        assert_eq!(value.unpack(), Unpacked::Error);
        assert_eq!(value.as_error(), (Some(Error::CantOpen), 2));
        assert_eq!(Value::from_word(u64::MAX - 6).as_error(), (None, -1));
    }

    #[test]
    fn words_that_are_no_value() {
        for word in [4, 6, 3 << 3 | 7, u64::MAX, 1 << 31 << 3 | 3] {
            assert_eq!(Value::from_word(word).unpack(), Unpacked::Nothing, "{word:#x}");
        }
    }
}
