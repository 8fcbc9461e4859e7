//! The Go names of what Rust has named.

use crate::go::keywords::is_keyword;
use crate::interface::{Interface, Scalar, Type};

/// The error of a function that is passed a string which is not UTF-8.
pub const NOT_UTF8: &str = "ErrNotUTF8";

/// Names that the generated code uses, which a parameter with such a name would shadow: results, predeclared names, and a
/// register of Go's assemblers.
const USED: [&str; 8] = ["error", "false", "g", "nil", "ret", "ret1", "string", "true"];

/// `scalar_base_mult` is `ScalarBaseMult`.
pub fn exported(name: &str) -> String {
    let mut text = String::new();
    for word in name.split('_') {
        let mut letters = word.chars();
        text.extend(letters.next().into_iter().flat_map(char::to_uppercase));
        text.push_str(letters.as_str());
    }
    match text.starts_with(|first: char| first.is_uppercase()) {
        true => text,
        // Names like `_1`, or in scripts without capitals.
        false => format!("X{text}"),
    }
}

/// `ParseError::Empty` is `ParseErrorEmpty`.
pub fn variant(error: &str, name: &str) -> String {
    exported(error) + &exported(name)
}

/// `first_byte` is `firstByte`. A Go keyword gets an underscore appended. All letters are ASCII: vet reads no others in
/// assembly.
pub fn parameter(name: &str) -> String {
    let mut words = name.split('_').filter(|word| !word.is_empty()).map(ascii);
    let first = words.next().unwrap_or_default();
    let mut text = first.get(..1).unwrap_or_default().to_lowercase();
    text.push_str(first.get(1..).unwrap_or_default());
    for word in words {
        text.push_str(&exported(&word));
    }
    if is_keyword(&text) || USED.contains(&text.as_str()) {
        text.push('_');
    }
    match text.starts_with(|first: char| first.is_ascii_alphabetic()) {
        true => text,
        false => format!("x{text}"),
    }
}

/// A word in which each letter that is not ASCII is replaced by its number: `größe` is `gru00f6u00dfe`.
fn ascii(word: &str) -> String {
    let mut text = String::new();
    for letter in word.chars() {
        match letter.is_ascii() {
            true => text.push(letter),
            false => text.push_str(&format!("u{:04x}", u32::from(letter))),
        }
    }
    text
}

/// The Go type of a scalar.
pub fn scalar(scalar: Scalar) -> &'static str {
    match scalar {
        Scalar::Int {
            is_address: true,
            is_signed,
            ..
        } => {
            if is_signed {
                "int"
            } else {
                "uint"
            }
        }
        Scalar::Int { bytes, is_signed, .. } => match (bytes, is_signed) {
            (1, false) => "byte",
            (2, false) => "uint16",
            (4, false) => "uint32",
            (_, false) => "uint64",
            (1, true) => "int8",
            (2, true) => "int16",
            (4, true) => "int32",
            (_, true) => "int64",
        },
        Scalar::Float(4) => "float32",
        Scalar::Float(_) => "float64",
        Scalar::Bool => "bool",
    }
}

/// The Go type of a type in the interface. A type that is known by name only is an `unsafe.Pointer`.
pub fn ty(interface: &Interface, ty: &Type) -> String {
    match ty {
        Type::Scalar(number) => scalar(*number).to_owned(),
        Type::Array(element, length) => format!("[{length}]{}", self::ty(interface, element)),
        Type::Struct(name) | Type::Enum(name, _) => exported(name),
        Type::Pointer(pointer) => match pointer.to.as_deref() {
            Some(to) if is_known(interface, to) => format!("*{}", self::ty(interface, to)),
            _ => "unsafe.Pointer".to_owned(),
        },
    }
}

fn is_known(interface: &Interface, ty: &Type) -> bool {
    match ty {
        Type::Scalar(_) | Type::Enum(..) | Type::Pointer(_) => true,
        Type::Array(element, _) => is_known(interface, element),
        Type::Struct(name) => interface.structures.contains_key(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (rust, go) in [
            ("scalar_base_mult", "ScalarBaseMult"),
            ("f", "F"),
            ("sha256_2", "Sha2562"),
            ("_1", "X1"),
        ] {
            assert_eq!(exported(rust), go);
        }
        for (rust, go) in [
            ("dst", "dst"),
            ("first_byte", "firstByte"),
            ("type", "type_"),
            ("_unused", "unused"),
            ("ret", "ret_"),
            ("SP", "sP"),
            ("g", "g_"),
            ("größe", "gru00f6u00dfe"),
            ("数", "u6570"),
            ("_", "x"),
            ("_1", "x1"),
        ] {
            assert_eq!(parameter(rust), go);
        }
    }
}
