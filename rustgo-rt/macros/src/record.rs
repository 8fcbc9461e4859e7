//! The record in the object file: a static in a section of its own.

use proc_macro2::{Literal, TokenStream as Tokens};
use quote::quote;
use rustgo_record::section::Section;
use rustgo_record::write::{self, Piece};

/// A record, or a part of one; its numbers are constant expressions of type `u64`.
pub type Text = write::Text<Tokens>;

/// An argument or a field.
pub type Named = write::Named<Tokens>;

/// The value of a constant expression, converted by `as u64`.
pub fn number(expression: Tokens) -> Tokens {
    quote!((#expression) as u64)
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
