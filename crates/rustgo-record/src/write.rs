//! The records as text, which the macros put into objects: JSON (RFC 8259), ended by a zero byte.
//!
//! Only the compiler knows some of the numbers in them: lengths of arrays, sizes, offsets. They are of the type `N` here,
//! which is a constant expression to the macros.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;

use crate::VERSION;

/// A text with numbers that are not known yet.
#[derive(Clone, Debug)]
pub struct Text<N>(pub Vec<Piece<N>>);

/// A part of a [`Text`].
#[derive(Clone, Debug)]
pub enum Piece<N> {
    /// Text as it is.
    Known(String),
    /// A number, to be written in decimal.
    Number(N),
}

impl<N> Default for Text<N> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<N> From<&str> for Text<N> {
    fn from(text: &str) -> Self {
        Self(vec![Piece::Known(text.to_owned())])
    }
}

impl<N> Text<N> {
    /// Adds text as it is.
    pub fn push(&mut self, text: &str) {
        match self.0.last_mut() {
            Some(Piece::Known(known)) => known.push_str(text),
            _ => self.0.push(Piece::Known(text.to_owned())),
        }
    }

    /// Adds a number.
    pub fn push_number(&mut self, number: N) {
        self.0.push(Piece::Number(number));
    }

    /// Adds another text.
    pub fn append(&mut self, other: Self) {
        for piece in other.0 {
            match piece {
                Piece::Known(text) => self.push(&text),
                number => self.0.push(number),
            }
        }
    }
}

/// An argument or a field: its name, its type, and where it starts if that is to be told.
#[derive(Clone, Debug)]
pub struct Named<N> {
    /// Its name in the Rust source.
    pub name: String,
    /// Its Rust type.
    pub ty: Text<N>,
    /// Bytes from the struct's start.
    pub offset: Option<N>,
}

/// An export.
#[derive(Clone, Debug)]
pub struct Export<N> {
    /// The symbol's name.
    pub name: String,
    /// The declared budget in bytes.
    pub stack: Option<u64>,
    /// A panic that can be reached is an error.
    pub no_panic: bool,
    /// The Rust function is unsafe to call.
    pub is_unsafe: bool,
    /// A plain Rust function, whose entry the macro has written.
    pub is_natural: bool,
    /// The arguments, in order.
    pub args: Vec<Named<N>>,
    /// The result's type.
    pub ret: Option<Text<N>>,
    /// The documentation.
    pub doc: String,
}

impl<N> Export<N> {
    /// The record, its fields in a fixed order.
    pub fn into_text(self) -> Text<N> {
        let stack = self.stack.map_or("null".to_owned(), |bytes| bytes.to_string());
        let mut text = Text::from(
            format!(
                r#"{{"v":{VERSION},"name":{},"stack":{stack},"no_panic":{},"unsafe":{},"natural":{},"args":["#,
                quoted(&self.name),
                self.no_panic,
                self.is_unsafe,
                self.is_natural,
            )
            .as_str(),
        );
        push_list(&mut text, self.args);
        text.push("],\"ret\":");
        match self.ret {
            Some(ty) => {
                text.push("\"");
                text.append(ty);
                text.push("\"");
            }
            None => text.push("null"),
        }
        text.push(&format!(r#","doc":{}}}"#, quoted(&self.doc)));
        text
    }
}

/// The record of a struct.
pub fn structure<N>(name: &str, size: N, align: N, fields: Vec<Named<N>>, documentation: &str) -> Text<N> {
    let mut text = Text::from(
        format!(
            r#"{{"v":{VERSION},"kind":"struct","name":{},"size":"#,
            quoted(name)
        )
        .as_str(),
    );
    text.push_number(size);
    text.push(",\"align\":");
    text.push_number(align);
    text.push(",\"fields\":[");
    push_list(&mut text, fields);
    text.push(&format!(r#"],"doc":{}}}"#, quoted(documentation)));
    text
}

/// A variant of an error.
#[derive(Clone, Debug)]
pub struct Variant<N> {
    /// Its name in the Rust source.
    pub name: String,
    /// The number that crosses.
    pub value: N,
    /// What it shows.
    pub text: String,
    /// Its documentation.
    pub documentation: String,
}

/// The record of an error.
pub fn error<N>(name: &str, variants: Vec<Variant<N>>, documentation: &str) -> Text<N> {
    let mut text = Text::from(
        format!(
            r#"{{"v":{VERSION},"kind":"error","name":{},"variants":["#,
            quoted(name)
        )
        .as_str(),
    );
    for (index, variant) in variants.into_iter().enumerate() {
        let comma = if index > 0 { "," } else { "" };
        text.push(&format!(
            r#"{comma}{{"name":{},"text":{},"doc":{},"value":"#,
            quoted(&variant.name),
            quoted(&variant.text),
            quoted(&variant.documentation)
        ));
        text.push_number(variant.value);
        text.push("}");
    }
    text.push(&format!(r#"],"doc":{}}}"#, quoted(documentation)));
    text
}

/// The record of an imported function, and whether it comes back.
pub fn import<N>(name: &str, returns: bool) -> Text<N> {
    Text::from(format!(r#"{{"v":{VERSION},"name":{},"returns":{returns}}}"#, quoted(name)).as_str())
}

fn push_list<N>(text: &mut Text<N>, list: Vec<Named<N>>) {
    for (index, named) in list.into_iter().enumerate() {
        let comma = if index > 0 { "," } else { "" };
        text.push(&format!(r#"{comma}{{"name":{},"type":""#, quoted(&named.name)));
        text.append(named.ty);
        text.push("\"");
        if let Some(offset) = named.offset {
            text.push(",\"offset\":");
            text.push_number(offset);
        }
        text.push("}");
    }
}

/// A JSON string (RFC 8259, section 7): quotes, backslashes and control characters are escaped.
///
/// Escaping U+0000 matters most: a zero byte ends the record.
fn quoted(text: &str) -> String {
    let mut json = String::from('"');
    for character in text.chars() {
        match character {
            '"' => json.push_str("\\\""),
            '\\' => json.push_str("\\\\"),
            '\n' => json.push_str("\\n"),
            '\t' => json.push_str("\\t"),
            control if control < ' ' => json.push_str(&format!("\\u{:04x}", u32::from(control))),
            other => json.push(other),
        }
    }
    json.push('"');
    json
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Field, Import, Type, TypeKind};

    /// The text with its numbers.
    fn written(text: Text<u64>) -> String {
        let pieces = text.0.into_iter().map(|piece| match piece {
            Piece::Known(text) => text,
            Piece::Number(number) => number.to_string(),
        });
        pieces.collect()
    }

    fn named(name: &str, ty: &str, offset: Option<u64>) -> Named<u64> {
        Named {
            name: name.to_owned(),
            ty: Text::from(ty),
            offset,
        }
    }

    /// Every character that JSON has a rule for.
    const WORDS: &str = "\"quoted\" \\ back\n\ttab\0zero\u{1f}é\u{7f}";

    #[test]
    fn an_export_is_read_as_it_was_written() {
        for stack in [None, Some(4096)] {
            for bits in 0..8 {
                let flag = |bit: u32| bits >> bit & 1 == 1;
                let mut array = Text::from("[u8; ");
                array.push_number(32);
                array.push("]");
                let record = Export {
                    name: "f".to_owned(),
                    stack,
                    no_panic: flag(0),
                    is_unsafe: flag(1),
                    is_natural: flag(2),
                    args: vec![
                        named("a", "u64", None),
                        Named {
                            ty: array,
                            ..named("b", "", None)
                        },
                    ],
                    ret: (bits == 3).then(|| Text::from("u8")),
                    doc: WORDS.to_owned(),
                };
                let text = written(record.into_text());
                assert!(!text.contains('\0'), "{text}");
                let read: crate::Export = serde_json::from_str(&text).unwrap();
                let expected = crate::Export {
                    version: VERSION,
                    name: "f".to_owned(),
                    stack,
                    no_panic: flag(0),
                    is_unsafe: flag(1),
                    is_natural: flag(2),
                    args: [("a", "u64"), ("b", "[u8; 32]")]
                        .map(|(name, ty)| crate::Argument {
                            name: name.to_owned(),
                            ty: ty.to_owned(),
                        })
                        .to_vec(),
                    ret: (bits == 3).then(|| "u8".to_owned()),
                    doc: WORDS.to_owned(),
                    role: crate::Role::Export,
                };
                assert_eq!(read, expected);
            }
        }
    }

    #[test]
    fn a_struct_is_read_as_it_was_written() {
        let fields = vec![named("x", "u32", Some(0)), named("y", "u64", Some(8))];
        let text = written(structure("Point", 16, 8, fields, WORDS));
        let read: Type = serde_json::from_str(&text).unwrap();
        assert_eq!((&*read.name, &*read.doc, read.version), ("Point", WORDS, VERSION));
        let field = |name: &str, ty: &str, offset| Field {
            name: name.to_owned(),
            ty: ty.to_owned(),
            offset,
        };
        let fields = vec![field("x", "u32", 0), field("y", "u64", 8)];
        let (size, align) = (16, 8);
        assert_eq!(read.kind, TypeKind::Struct { size, align, fields });
    }

    #[test]
    fn an_error_is_read_as_it_was_written() {
        let variants = [("Short", 1, "too short"), ("Long", i32::MAX, WORDS)];
        let written_variants = variants.map(|(name, value, text)| Variant {
            name: name.to_owned(),
            value: u64::from(value as u32),
            text: text.to_owned(),
            documentation: text.to_owned(),
        });
        let text = written(error("Failure", written_variants.to_vec(), WORDS));
        let read: Type = serde_json::from_str(&text).unwrap();
        assert_eq!(
            (&*read.name, &*read.doc, read.version),
            ("Failure", WORDS, VERSION)
        );
        let variants = variants.map(|(name, value, text)| crate::Variant {
            name: name.to_owned(),
            value,
            text: text.to_owned(),
            doc: text.to_owned(),
        });
        assert_eq!(
            read.kind,
            TypeKind::Error {
                variants: variants.to_vec()
            }
        );
    }

    #[test]
    fn an_import_is_read_as_it_was_written() {
        for returns in [true, false] {
            let read: Import = serde_json::from_str(&written(import("rustgo_write", returns))).unwrap();
            let expected = Import {
                returns,
                ..Import::undeclared("rustgo_write")
            };
            assert_eq!(read, expected);
        }
    }
}
