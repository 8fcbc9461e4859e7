//! `#[export]` on a `#[repr(i32)]` enum: an error that hosts identify by number and display by text.
//!
//! The text of a variant is the first paragraph of its doc comment. So it is written once, for Rust's `Display` and
//! documentation, C's header and Go's errors, and it is a constant that the tool can read.

use proc_macro2::TokenStream as Tokens;
use quote::{quote, quote_spanned};
use rustgo_record::section::TYPES;
use rustgo_record::write::{self, Case};
use syn::{Error, ItemEnum, Result};

use crate::documentation;
use crate::record::{in_object, number};
use crate::signature::{Errors, plain};
use crate::structure::representation;

pub fn expand(item: &ItemEnum) -> Result<Tokens> {
    let name = &item.ident;
    let mut errors = Errors::default();
    if !item.generics.params.is_empty() {
        errors.add(Error::new_spanned(
            &item.generics,
            "hosts see an error as a number: remove the generic parameters",
        ));
    }
    if representation(&item.attrs) != "i32" {
        errors.add(Error::new_spanned(
            name,
            format!(
                "hosts see an enum as a number: write `#[repr(i32)]` above `enum {name}` if it is an error, and `#[repr(u8)]`, or \
                 another integer, if it is something else"
            ),
        ));
    }
    if item.variants.is_empty() {
        errors.add(Error::new_spanned(
            name,
            format!("an enum without variants is never returned: add a variant to `{name}`"),
        ));
    }
    let (mut variants, mut arms, mut promises) = (Vec::new(), Tokens::new(), Tokens::new());
    for variant in &item.variants {
        let ident = &variant.ident;
        if !variant.fields.is_empty() {
            errors.add(Error::new_spanned(
                &variant.fields,
                format!("hosts get only the error's number: remove the fields of `{ident}`"),
            ));
            continue;
        }
        let documentation = documentation::of(&variant.attrs);
        let text = documentation::known(&variant.attrs).map_or(String::new(), |known| text(&known));
        if text.is_empty() {
            errors.add(Error::new_spanned(
                ident,
                format!("hosts show a text for each error: write it as a doc comment above `{ident}`"),
            ));
        }
        let message =
            format!("0 means success and negative numbers mean misuse: write `{ident} = 1` or more");
        promises.extend(quote_spanned!(ident.span()=>
            const _: () = ::core::assert!((#name::#ident as i32) > 0, #message);
        ));
        arms.extend(quote!(Self::#ident => #text,));
        variants.push(Case {
            name: plain(ident),
            value: number(quote!(#name::#ident as i32)),
            text,
            doc: documentation,
        });
    }
    errors.finish()?;
    let text = plain(name);
    let record = in_object(
        write::error(&text, variants, documentation::of(&item.attrs)),
        &TYPES,
    );
    Ok(quote! {
        #item
        impl ::core::fmt::Display for #name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(match self { #arms })
            }
        }
        const _: () = {
            #promises
            #record
            impl ::rustgo_rt::__private::ErrorCode for #name {
                const NAME: &'static str = #text;

                fn number(self) -> i32 {
                    self as i32
                }
            }
        };
    })
}

/// The first paragraph in one line, in the form of error messages: they follow a colon, so they have no initial capital
/// and no full stop.
fn text(documentation: &str) -> String {
    let paragraph = documentation.split("\n\n").next().unwrap_or_default();
    let line = paragraph.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = line.trim_end_matches('.');
    let mut letters = line.chars();
    let (first, second) = (letters.next(), letters.next());
    match first {
        // An abbreviation keeps its capitals.
        Some(first) if first.is_uppercase() && !second.is_some_and(char::is_uppercase) => {
            first.to_lowercase().chain(line.chars().skip(1)).collect()
        }
        _ => line.to_owned(),
    }
}
