//! `#[export]` on an enum without fields: an integer for hosts, with a name for each value.
//!
//! A host can pass any number, and an enum with a number that none of its variants has is undefined behaviour. So entries
//! take the integer, and look for its variant before there is an enum.

use proc_macro2::{Ident, Span, TokenStream as Tokens};
use quote::quote;
use rustgo_record::section::TYPES;
use rustgo_record::write::{self, Constant};
use syn::{Error, ItemEnum, Result};

use crate::documentation;
use crate::record::{in_object, number};
use crate::signature::{Errors, plain};

/// The integers that an enum can be for hosts. With `i32` it is an error.
pub const REPRS: [&str; 7] = ["u8", "u16", "u32", "u64", "i8", "i16", "i64"];

pub fn expand(item: &ItemEnum, repr: &str) -> Result<Tokens> {
    let name = &item.ident;
    let mut errors = Errors::default();
    if !item.generics.params.is_empty() {
        errors.add(Error::new_spanned(
            &item.generics,
            "hosts see an enum as a number: remove the generic parameters",
        ));
    }
    if item.variants.is_empty() {
        errors.add(Error::new_spanned(
            name,
            format!("a host could pass no value of an enum without variants: add a variant to `{name}`"),
        ));
    }
    for variant in &item.variants {
        if !variant.fields.is_empty() {
            errors.add(Error::new_spanned(
                &variant.fields,
                format!(
                    "hosts pass only a number: remove the fields of `{}`, and take them as arguments",
                    variant.ident
                ),
            ));
        }
    }
    errors.finish()?;
    let repr_name = repr;
    let repr = Ident::new(repr, Span::call_site());
    // What a small integer is returned as: see `widened` of entries.
    let raw = match repr_name {
        "u8" | "u16" => Ident::new("u32", Span::call_site()),
        "i8" | "i16" => Ident::new("i32", Span::call_site()),
        _ => repr.clone(),
    };
    let idents: Vec<_> = item.variants.iter().map(|variant| &variant.ident).collect();
    let variants = item.variants.iter().map(|variant| {
        let ident = &variant.ident;
        Constant {
            name: plain(ident),
            value: number(quote!(#name::#ident as ::rustgo_rt::__private::primitive::#repr)),
            doc: documentation::of(&variant.attrs),
        }
    });
    let text = plain(name);
    let doc = documentation::of(&item.attrs);
    let record = in_object(
        write::enumeration(&text, repr_name, variants.collect(), doc),
        &TYPES,
    );
    Ok(quote! {
        #item
        const _: () = {
            #record
            impl ::rustgo_rt::__private::Value for #name {
                type Raw = ::rustgo_rt::__private::primitive::#repr;
                const SHAPE: ::rustgo_rt::__private::Shape = ::rustgo_rt::__private::Shape::Named(#text);

                #[inline(always)]
                fn of(raw: Self::Raw) -> ::core::option::Option<Self> {
                    #(
                        if raw == Self::#idents as Self::Raw {
                            return ::core::option::Option::Some(Self::#idents);
                        }
                    )*
                    ::core::option::Option::None
                }
            }
            impl ::rustgo_rt::__private::Returned for #name {
                type Raw = ::rustgo_rt::__private::primitive::#raw;
                const SHAPE: ::rustgo_rt::__private::Shape = ::rustgo_rt::__private::Shape::Named(#text);

                #[inline(always)]
                fn raw(self) -> Self::Raw {
                    self as ::rustgo_rt::__private::primitive::#repr as Self::Raw
                }
            }
        };
    })
}
