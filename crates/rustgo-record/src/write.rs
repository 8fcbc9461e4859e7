//! The records as `#[rustgo_rt::export]` and `#[rustgo_rt::import]` write them: one JSON text for each export, type and import,
//! which [`types`](crate::Export) reads back. Only the compiler knows some of it, so a text is in pieces.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::VERSION;

/// A record, or a part of one. `N` stands for what only the compiler knows: lengths of arrays, sizes, offsets, names of types.
#[derive(Clone, Debug)]
pub struct Text<N>(Vec<Piece<N>>);

/// A part of a [`Text`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<N> {
    /// Text, copied as it is.
    Known(String),
    /// What only the compiler knows.
    Computed(N),
}

impl<N> Default for Text<N> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<N> From<&str> for Text<N> {
    fn from(text: &str) -> Self {
        Self([Piece::Known(text.to_owned())].into())
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

    /// Adds text for the inside of a JSON string.
    pub fn push_quoted(&mut self, text: &str) {
        self.push(&escaped(text));
    }

    /// Adds what only the compiler knows.
    pub fn push_computed(&mut self, computed: N) {
        self.0.push(Piece::Computed(computed));
    }

    /// Whether it has no text yet.
    pub fn is_empty(&self) -> bool {
        self.0
            .iter()
            .all(|piece| matches!(piece, Piece::Known(text) if text.is_empty()))
    }

    /// Adds another text.
    pub fn append(&mut self, other: Self) {
        for piece in other.0 {
            match piece {
                Piece::Known(text) => self.push(&text),
                computed @ Piece::Computed(_) => self.0.push(computed),
            }
        }
    }

    /// Its pieces, in order, no two of known text side by side.
    pub fn pieces(&self) -> &[Piece<N>] {
        &self.0
    }
}

/// An argument or a field: its name, its type, and its offset if the record has it.
#[derive(Clone, Debug)]
pub struct Named<N> {
    /// Its name in the Rust source.
    pub name: String,
    /// Its Rust type.
    pub ty: Text<N>,
    /// Where it starts, in bytes from the struct's start.
    pub offset: Option<N>,
}

/// What the record of an export says, except its types and its documentation.
#[derive(Clone, Copy, Debug)]
pub struct Declaration<'a> {
    /// The symbol's name.
    pub name: &'a str,
    /// The declared budget in bytes.
    pub stack: Option<u64>,
    /// A panic that can be reached is an error.
    pub no_panic: bool,
    /// The processor features that it requires.
    pub requires: &'a [String],
    /// The Rust function is unsafe to call.
    pub is_unsafe: bool,
    /// A plain Rust function, whose entry `#[export]` has written.
    pub is_safe_fn: bool,
    /// The package that declares it; none where cargo has not called the compiler.
    pub package: Option<&'a str>,
    /// Its name in the Rust source, where the symbol has another.
    pub item: Option<&'a str>,
}

/// A case of an error.
#[derive(Clone, Debug)]
pub struct Case<N> {
    /// Its name in the Rust source.
    pub name: String,
    /// The number that is passed to hosts.
    pub value: N,
    /// What it shows.
    pub text: String,
    /// Its documentation: the inside of a JSON string.
    pub doc: Text<N>,
}

/// A variant of an enum that is an integer for hosts.
#[derive(Clone, Debug)]
pub struct Constant<N> {
    /// Its name in the Rust source.
    pub name: String,
    /// The number that is passed.
    pub value: N,
    /// Its documentation: the inside of a JSON string.
    pub doc: Text<N>,
}

/// The record of an export, its fields in a fixed order.
///
/// The documentation is the inside of a JSON string, as in all records.
pub fn export<N>(
    declaration: Declaration<'_>,
    list: Vec<Named<N>>,
    ret: Option<Text<N>>,
    doc: Text<N>,
) -> Text<N> {
    let stack = declaration
        .stack
        .map_or("null".to_owned(), |bytes| bytes.to_string());
    let requires: Vec<String> = declaration.requires.iter().map(|name| quoted(name)).collect();
    let mut text = Text::from(
        format!(
            r#"{{"v":{VERSION},"name":{},"stack":{stack},"no_panic":{},"requires":[{}],"unsafe":{},"safe_fn":{},"args":["#,
            quoted(declaration.name),
            declaration.no_panic,
            requires.join(","),
            declaration.is_unsafe,
            declaration.is_safe_fn,
        )
        .as_str(),
    );
    push_list(&mut text, list);
    text.push("],\"ret\":");
    match ret {
        Some(ty) => {
            text.push("\"");
            text.append(ty);
            text.push("\"");
        }
        None => text.push("null"),
    }
    if let Some(package) = declaration.package {
        text.push(&format!(",\"package\":{}", quoted(package)));
    }
    if let Some(item) = declaration.item {
        text.push(&format!(",\"item\":{}", quoted(item)));
    }
    push_doc(&mut text, doc);
    text
}

/// The record of a struct.
pub fn structure<N>(name: &str, size: N, align: N, fields: Vec<Named<N>>, doc: Text<N>) -> Text<N> {
    let mut text = Text::from(
        format!(
            r#"{{"v":{VERSION},"kind":"struct","name":{},"size":"#,
            quoted(name)
        )
        .as_str(),
    );
    text.push_computed(size);
    text.push(",\"align\":");
    text.push_computed(align);
    text.push(",\"fields\":[");
    push_list(&mut text, fields);
    text.push("]");
    push_doc(&mut text, doc);
    text
}

/// The record of an error.
pub fn error<N>(name: &str, variants: Vec<Case<N>>, doc: Text<N>) -> Text<N> {
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
            r#"{comma}{{"name":{},"text":{},"value":"#,
            quoted(&variant.name),
            quoted(&variant.text)
        ));
        text.push_computed(variant.value);
        push_doc(&mut text, variant.doc);
    }
    text.push("]");
    push_doc(&mut text, doc);
    text
}

/// The record of an enum that is an integer for hosts, of the type that it is represented by.
pub fn enumeration<N>(name: &str, repr: &str, variants: Vec<Constant<N>>, doc: Text<N>) -> Text<N> {
    let mut text = Text::from(
        format!(
            r#"{{"v":{VERSION},"kind":"enum","name":{},"repr":{},"variants":["#,
            quoted(name),
            quoted(repr)
        )
        .as_str(),
    );
    for (index, variant) in variants.into_iter().enumerate() {
        let comma = if index > 0 { "," } else { "" };
        text.push(&format!(r#"{comma}{{"name":{},"value":"#, quoted(&variant.name)));
        text.push_computed(variant.value);
        push_doc(&mut text, variant.doc);
    }
    text.push("]");
    push_doc(&mut text, doc);
    text
}

/// The record of an imported function, and whether it returns.
pub fn import<N>(name: &str, returns: bool) -> Text<N> {
    Text::from(format!(r#"{{"v":{VERSION},"name":{},"returns":{returns}}}"#, quoted(name)).as_str())
}

/// The documentation, which is the last field of a record and of a variant.
fn push_doc<N>(text: &mut Text<N>, doc: Text<N>) {
    text.push(r#","doc":""#);
    text.append(doc);
    text.push("\"}");
}

fn push_list<N>(text: &mut Text<N>, list: Vec<Named<N>>) {
    for (index, named) in list.into_iter().enumerate() {
        let comma = if index > 0 { "," } else { "" };
        text.push(&format!(r#"{comma}{{"name":{},"type":""#, quoted(&named.name)));
        text.append(named.ty);
        text.push("\"");
        if let Some(offset) = named.offset {
            text.push(",\"offset\":");
            text.push_computed(offset);
        }
        text.push("}");
    }
}

/// A JSON string (RFC 8259, section 7): quotes, backslashes and control characters are escaped.
///
/// Escaping U+0000 is essential: a zero byte ends the record.
fn quoted(text: &str) -> String {
    format!("\"{}\"", escaped(text))
}

/// The inside of a JSON string.
fn escaped(text: &str) -> String {
    let mut json = String::new();
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
    json
}
