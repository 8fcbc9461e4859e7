//! The record in the object file: a static in a section of its own.

use proc_macro2::{Literal, TokenStream as Tokens};
use quote::quote;
use rustgo_record::section::Section;
use rustgo_record::write::{self, Piece};

/// What the compiler knows: a constant expression.
#[derive(Clone)]
pub enum Computed {
    /// Of type `u64`: a number, to be written in decimal.
    Number(Tokens),
    /// Of type `&str`: text for the inside of a JSON string.
    Quoted(Tokens),
    /// Of type `&Shape`: the spelling of a type.
    Shape(Tokens),
}

/// A record, or a part of one.
pub type Text = write::Text<Computed>;

/// An argument or a field.
pub type Named = write::Named<Computed>;

/// The value of a constant expression, converted by `as u64`.
pub fn number(expression: Tokens) -> Computed {
    Computed::Number(quote!((#expression) as u64))
}

/// The spelling of a type, by a constant expression of type `&Shape`.
pub fn shape(expression: Tokens) -> Text {
    let mut text = Text::default();
    text.push_computed(Computed::Shape(expression));
    text
}

/// The static that puts a record into the object file, zero-terminated.
pub fn in_object(mut text: Text, section: &Section) -> Tokens {
    text.push("\0");
    let (length, value) = match text.pieces() {
        [Piece::Known(text)] => {
            let length = Literal::usize_unsuffixed(text.len());
            let bytes = Literal::byte_string(text.as_bytes());
            (quote!(#length), quote!(*#bytes))
        }
        pieces => {
            let pieces = pieces.iter().map(|piece| match piece {
                Piece::Known(text) => quote!(::rustgo_rt::__private::Piece::Known(#text)),
                Piece::Computed(Computed::Number(value)) => {
                    quote!(::rustgo_rt::__private::Piece::Number(#value))
                }
                Piece::Computed(Computed::Quoted(value)) => {
                    quote!(::rustgo_rt::__private::Piece::Quoted(#value))
                }
                Piece::Computed(Computed::Shape(value)) => {
                    quote!(::rustgo_rt::__private::Piece::Shape(#value))
                }
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
