//! Records are read as the macros write them.

use rustgo_record::write::{
    self, Case, Declaration, Named, Piece, Text, enumeration, error, export, import, structure,
};
use rustgo_record::{Argument, Constant, Export, Field, Import, Type, TypeKind, VERSION, Variant};
use serde::de::DeserializeOwned;

/// The text with its numbers in place, as the compiler leaves it.
fn joined(text: &Text<u64>) -> String {
    let pieces = text.pieces().iter().map(|piece| match piece {
        Piece::Known(text) => text.clone(),
        Piece::Computed(number) => number.to_string(),
    });
    pieces.collect()
}

/// The inside of a JSON string.
fn quoted(text: &str) -> Text<u64> {
    let mut quoted = Text::default();
    assert!(quoted.is_empty());
    quoted.push_quoted(text);
    quoted
}

fn read<T: DeserializeOwned>(text: &Text<u64>) -> T {
    serde_json::from_str(&joined(text)).expect("what was written is read")
}

/// Every field has another value than what a missing one is taken for.
#[test]
fn exports_are_read_as_they_are_written() {
    let mut list = Text::from("[u8; ");
    list.push_computed(32);
    list.push("]");
    let arguments = [("a", list), ("b", Text::from("u8"))].map(|(name, ty)| Named {
        name: name.to_owned(),
        ty,
        offset: None,
    });
    let declaration = Declaration {
        name: "f",
        stack: Some(64),
        no_panic: true,
        requires: &["avx2".to_owned(), "bmi2".to_owned()],
        is_unsafe: true,
        is_safe_fn: true,
        package: Some("a-guest"),
        item: Some("g"),
    };
    let doc = "Quotes \" and \\,\na line\tand \0.";
    let argument = |name: &str, ty: &str| Argument {
        name: name.to_owned(),
        ty: ty.to_owned(),
    };
    let expected = Export {
        stack: Some(64),
        no_panic: true,
        requires: declaration.requires.to_vec(),
        is_unsafe: true,
        is_safe_fn: true,
        args: [argument("a", "[u8; 32]"), argument("b", "u8")].into(),
        ret: Some("bool".to_owned()),
        package: "a-guest".to_owned(),
        item: Some("g".to_owned()),
        doc: doc.to_owned(),
        is_declared: true,
        ..Export::undeclared("f")
    };
    let text = export(
        declaration,
        arguments.into(),
        Some(Text::from("bool")),
        quoted(doc),
    );
    assert_eq!(read::<Export>(&text), expected);
    // A zero byte ends a record.
    assert!(!joined(&text).contains('\0'));
    let plain = Declaration {
        stack: None,
        no_panic: false,
        requires: &[],
        is_unsafe: true,
        is_safe_fn: false,
        package: None,
        item: None,
        ..declaration
    };
    let expected = Export {
        is_declared: true,
        ..Export::undeclared("f")
    };
    let text = export(plain, [].into(), None, quoted(""));
    assert_eq!(read::<Export>(&text), expected);
}

#[test]
fn types_and_imports_are_read_as_they_are_written() {
    let field = Named {
        name: "x".to_owned(),
        ty: Text::from("u16"),
        offset: Some(6),
    };
    let expected = Type {
        version: VERSION,
        name: "S".to_owned(),
        doc: "D".to_owned(),
        kind: TypeKind::Struct {
            size: 8,
            align: 2,
            fields: [Field {
                name: "x".to_owned(),
                ty: "u16".to_owned(),
                offset: 6,
            }]
            .into(),
        },
    };
    let text = structure("S", 8, 2, [field].into(), quoted("D"));
    assert_eq!(read::<Type>(&text), expected);
    let case = Case {
        name: "Bad".to_owned(),
        value: 7,
        text: "is bad".to_owned(),
        doc: quoted("\"Why\"."),
    };
    let expected = TypeKind::Error {
        variants: [Variant {
            name: "Bad".to_owned(),
            value: 7,
            text: "is bad".to_owned(),
            doc: "\"Why\".".to_owned(),
        }]
        .into(),
    };
    assert_eq!(
        read::<Type>(&error("E", [case].into(), quoted("D"))).kind,
        expected
    );
    let constant = write::Constant {
        name: "Up".to_owned(),
        value: 3,
        doc: quoted("Away\nfrom 0."),
    };
    let expected = TypeKind::Enum {
        repr: "u8".to_owned(),
        variants: [Constant {
            name: "Up".to_owned(),
            value: 3,
            doc: "Away\nfrom 0.".to_owned(),
        }]
        .into(),
    };
    let text = enumeration("Rounding", "u8", [constant].into(), quoted("D"));
    assert_eq!(read::<Type>(&text).kind, expected);
    for returns in [true, false] {
        let expected = Import {
            returns,
            ..Import::undeclared("host")
        };
        assert_eq!(read::<Import>(&import("host", returns)), expected);
    }
}
