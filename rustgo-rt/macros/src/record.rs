//! Puts the descriptions of exports, types and imports into the object file, for the tool. `rustgo-record` says what they
//! look like; the numbers in them that only the compiler knows are expressions.

use proc_macro2::{Literal, TokenStream as Tokens};
use quote::quote;
use rustgo_record::section::Section;
use rustgo_record::write::{self, Piece};

use crate::arguments::Arguments;
use crate::signature::Signature;

/// A text of which only the compiler knows some numbers: lengths of arrays, sizes, offsets. They are constant expressions
/// that `as u64` keeps.
pub type Text = write::Text<Tokens>;

/// An argument or a field.
pub type Named = write::Named<Tokens>;

/// A variant of an error.
pub type Variant = write::Variant<Tokens>;

/// The record of an export.
pub fn export(
    arguments: &Arguments,
    signature: &Signature,
    args: Vec<Named>,
    ret: Option<Text>,
    documentation: String,
) -> Text {
    let record = write::Export {
        name: signature.name.clone(),
        stack: arguments.stack,
        no_panic: arguments.no_panic,
        is_unsafe: signature.is_unsafe,
        is_natural: signature.is_natural,
        args,
        ret,
        doc: documentation,
    };
    record.into_text()
}

/// The static that puts the text into the object file, ended by a zero byte.
pub fn place(mut text: Text, section: &Section) -> Tokens {
    text.push("\0");
    let (length, value) = match text.0.as_slice() {
        [Piece::Known(text)] => {
            let length = Literal::usize_unsuffixed(text.len());
            let bytes = Literal::byte_string(text.as_bytes());
            (quote!(#length), quote!(*#bytes))
        }
        pieces => {
            let pieces = pieces.iter().map(|piece| match piece {
                Piece::Known(text) => quote!(::rustgo_rt::promises::Piece::Known(#text)),
                Piece::Number(value) => quote!(::rustgo_rt::promises::Piece::Number((#value) as u64)),
            });
            let pieces = quote!(&[#(#pieces),*]);
            (
                quote!(::rustgo_rt::promises::length(#pieces)),
                quote!(::rustgo_rt::promises::join(#pieces)),
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
