//! How Go calls what Rust has named.

use crate::interface::{Interface, Scalar, Type};

/// Words that a parameter in Go can't be called, and names of the generated code that it would hide.
const WORDS: [&str; 34] = [
    "break",
    "case",
    "chan",
    "const",
    "continue",
    "default",
    "defer",
    "else",
    "fallthrough",
    "for",
    "func",
    "go",
    "goto",
    "if",
    "import",
    "interface",
    "map",
    "package",
    "range",
    "return",
    "select",
    "struct",
    "switch",
    "type",
    "var",
    "ret",
    "ret1",
    "error",
    "nil",
    "status",
    "result",
    "true",
    "false",
    "string",
];

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
        // Of names like `_1`, or in scripts without capitals.
        false => format!("X{text}"),
    }
}

/// `first_byte` is `firstByte`; a word of Go's gets an underscore behind it.
pub fn parameter(name: &str) -> String {
    let mut words = name
        .trim_start_matches('_')
        .split('_')
        .filter(|word| !word.is_empty());
    let mut text = words.next().unwrap_or("_").to_owned();
    for word in words {
        text.push_str(&exported(word));
    }
    if WORDS.contains(&text.as_str()) || !text.starts_with(char::is_alphabetic) {
        text = format!("{}_", text.replace('_', "x"));
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

/// The Go type of what crosses. What is known by its name alone is an `unsafe.Pointer`.
pub fn ty(interface: &Interface, ty: &Type) -> String {
    match ty {
        Type::Scalar(number) => scalar(*number).to_owned(),
        Type::Array(element, length) => format!("[{length}]{}", self::ty(interface, element)),
        Type::Struct(name) => exported(name),
        Type::Pointer(pointer) => match pointer.to.as_deref() {
            Some(to) if is_known(interface, to) => format!("*{}", self::ty(interface, to)),
            _ => "unsafe.Pointer".to_owned(),
        },
    }
}

fn is_known(interface: &Interface, ty: &Type) -> bool {
    match ty {
        Type::Scalar(_) | Type::Pointer(_) => true,
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
        ] {
            assert_eq!(parameter(rust), go);
        }
    }
}
