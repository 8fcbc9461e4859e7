//! The records in the object file, for the tool: one JSON text for each export, type and import.

use proc_macro2::{Literal, TokenStream as Tokens};
use quote::quote;

use crate::arguments::Arguments;
use crate::signature::Signature;

/// Incremented when a reader of the last version would misread a record.
const VERSION: u32 = 3;

/// The section of a record: its name on ELF systems, and on Apple's.
pub struct Section {
    elf: &'static str,
    apple: &'static str,
}

/// The functions that hosts may call.
pub const EXPORTS: Section = Section {
    elf: ".rustgo.exports",
    apple: "__DATA,__rustgo",
};

/// The structs and errors in their signatures.
pub const TYPES: Section = Section {
    elf: ".rustgo.types",
    apple: "__DATA,__rustgo_types",
};

/// The functions that hosts provide.
pub const IMPORTS: Section = Section {
    elf: ".rustgo.imports",
    apple: "__DATA,__rustgo_import",
};

/// A text with numbers that only the compiler knows: lengths of arrays, sizes, offsets.
#[derive(Clone, Default)]
pub struct Text(Vec<Piece>);

#[derive(Clone)]
enum Piece {
    Known(String),
    /// A constant expression of type `u64`.
    Number(Tokens),
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(vec![Piece::Known(text.to_owned())])
    }
}

impl Text {
    /// Adds text as it is.
    pub fn push(&mut self, text: &str) {
        match self.0.last_mut() {
            Some(Piece::Known(known)) => known.push_str(text),
            _ => self.0.push(Piece::Known(text.to_owned())),
        }
    }

    /// Adds the value of a constant expression, converted by `as u64`.
    pub fn push_number(&mut self, expression: Tokens) {
        self.0.push(Piece::Number(quote!((#expression) as u64)));
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

    /// The static that puts the text into the object file, zero-terminated.
    pub fn into_static(mut self, section: &Section) -> Tokens {
        self.push("\0");
        let (length, value) = match self.0.as_slice() {
            [Piece::Known(text)] => {
                let length = Literal::usize_unsuffixed(text.len());
                let bytes = Literal::byte_string(text.as_bytes());
                (quote!(#length), quote!(*#bytes))
            }
            pieces => {
                let pieces = pieces.iter().map(|piece| match piece {
                    Piece::Known(text) => quote!(::rustgo_rt::__private::Piece::Known(#text)),
                    Piece::Number(value) => quote!(::rustgo_rt::__private::Piece::Number(#value)),
                });
                let pieces = quote!(&[#(#pieces),*]);
                (
                    quote!(::rustgo_rt::__private::length(#pieces)),
                    quote!(::rustgo_rt::__private::join(#pieces)),
                )
            }
        };
        let Section { elf, apple } = section;
        quote! {
            #[used]
            #[cfg_attr(target_vendor = "apple", unsafe(link_section = #apple))]
            #[cfg_attr(not(target_vendor = "apple"), unsafe(link_section = #elf))]
            static RECORD: [u8; #length] = #value;
        }
    }
}

/// An argument or a field: its name, its type, and its offset if the record has it.
pub struct Named {
    pub name: String,
    pub ty: Text,
    pub offset: Option<Tokens>,
}

/// The record of an export, its fields in a fixed order.
pub fn export(
    arguments: &Arguments,
    signature: &Signature,
    list: Vec<Named>,
    ret: Option<Text>,
    documentation: &str,
) -> Text {
    let stack = arguments
        .stack
        .map_or("null".to_owned(), |bytes| bytes.to_string());
    let requires: Vec<String> = arguments.requires.iter().map(|name| quoted(name)).collect();
    let mut text = Text::from(
        format!(
            r#"{{"v":{VERSION},"name":{},"stack":{stack},"no_panic":{},"requires":[{}],"unsafe":{},"natural":{},"args":["#,
            quoted(&signature.name),
            arguments.no_panic,
            requires.join(","),
            signature.is_unsafe,
            signature.is_natural,
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
    text.push(&format!(r#","doc":{}}}"#, quoted(documentation)));
    text
}

/// The record of a struct.
pub fn structure(name: &str, size: Tokens, align: Tokens, fields: Vec<Named>, documentation: &str) -> Text {
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

/// A variant of an error: its name, its number, its text, and its documentation.
pub struct Variant {
    pub name: String,
    pub value: Tokens,
    pub text: String,
    pub documentation: String,
}

/// The record of an error.
pub fn error(name: &str, variants: Vec<Variant>, documentation: &str) -> Text {
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

/// The record of an imported function, and whether it returns.
pub fn import(name: &str, returns: bool) -> Text {
    Text::from(format!(r#"{{"v":{VERSION},"name":{},"returns":{returns}}}"#, quoted(name)).as_str())
}

fn push_list(text: &mut Text, list: Vec<Named>) {
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
/// Escaping U+0000 is essential: a zero byte ends the record.
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
