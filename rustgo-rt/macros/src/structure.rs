//! `#[export]` on a struct: records its layout in the object file, so that hosts can declare the same and compare.

use proc_macro2::TokenStream as Tokens;
use quote::{ToTokens, quote};
use rustgo_record::{section::TYPES, write};
use syn::{Attribute, Error, Fields, ItemStruct, Result};

use crate::documentation;
use crate::record::{Named, in_object, number};
use crate::safe_fn::Element;
use crate::signature::{Errors, plain};

pub fn expand(item: &ItemStruct) -> Result<Tokens> {
    let name = &item.ident;
    let mut errors = Errors::default();
    if !item.generics.params.is_empty() {
        errors.add(Error::new_spanned(
            &item.generics,
            "hosts know one layout per name: write concrete types, and remove the angle brackets",
        ));
    }
    if representation(&item.attrs) != "C" {
        errors.add(Error::new_spanned(
            name,
            format!("hosts use C's struct layout: write `#[repr(C)]`, with nothing else inside, above `struct {name}`"),
        ));
    }
    let mut named = Vec::new();
    let mut promises = Tokens::new();
    match &item.fields {
        Fields::Named(fields) => {
            for field in &fields.named {
                let Some(ident) = &field.ident else { continue };
                if let Some(element) = errors.keep(Element::of(&field.ty)) {
                    promises.extend(element.promises);
                    named.push(Named {
                        name: plain(ident),
                        ty: element.text,
                        offset: Some(number(quote!(::core::mem::offset_of!(#name, #ident)))),
                    });
                }
            }
        }
        other => errors.add(Error::new_spanned(
            other.to_token_stream(),
            format!("hosts access fields by name: write `struct {name} {{ ... }}` with a name for each"),
        )),
    }
    if named.is_empty() && matches!(item.fields, Fields::Named(_)) && errors.is_empty() {
        errors.add(Error::new_spanned(
            name,
            format!("C has no struct without fields: add a field to `{name}`"),
        ));
    }
    errors.finish()?;
    let documentation = documentation::of(&item.attrs);
    let text = plain(name);
    let record = write::structure(
        &text,
        number(quote!(::core::mem::size_of::<#name>())),
        number(quote!(::core::mem::align_of::<#name>())),
        named,
        documentation,
    );
    let record = in_object(record, &TYPES);
    Ok(quote! {
        #item
        const _: () = {
            #promises
            #record
            // SAFETY: the struct is laid out as C does, and everything in it may have any value that hosts give it.
            unsafe impl ::rustgo_rt::__private::Element for #name {
                const SHAPE: ::rustgo_rt::__private::Shape = ::rustgo_rt::__private::Shape::Named(#text);
            }
            impl ::rustgo_rt::__private::Returned for #name {
                type Raw = Self;
                const SHAPE: ::rustgo_rt::__private::Shape = ::rustgo_rt::__private::Shape::Named(#text);

                #[inline(always)]
                fn raw(self) -> Self {
                    self
                }
            }
        };
    })
}

/// The contents of all `#[repr(...)]`, joined by commas.
pub fn representation(attributes: &[Attribute]) -> String {
    let inside = attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("repr"))
        .filter_map(|attribute| attribute.meta.require_list().ok())
        .map(|list| list.tokens.to_string());
    inside.collect::<Vec<_>>().join(",")
}
