//! `#[export]`, which `rustgo-rt` re-exports and documents; use it from there.
//!
//! One file per step: `arguments` of the attribute, the `signature` and its `types`, the `documentation`, the
//! `record` they make up, and here the expansion.

mod arguments;
mod documentation;
mod import;
mod record;
mod signature;
mod types;

use proc_macro::TokenStream;
use proc_macro2::{Literal, TokenStream as Tokens};
use quote::quote;
use syn::{ItemFn, parse_quote};

use arguments::Arguments;
use signature::Signature;

/// Makes an `extern "C"` function callable from a host; see `rustgo_rt::export`.
#[proc_macro_attribute]
pub fn export(arguments: TokenStream, item: TokenStream) -> TokenStream {
    expand(arguments.into(), item.into())
        .unwrap_or_else(|error| error.into_compile_error())
        .into()
}

/// Declares functions that the host provides; see `rustgo_rt::import`.
#[proc_macro_attribute]
pub fn import(arguments: TokenStream, item: TokenStream) -> TokenStream {
    import::expand(arguments.into(), item.into())
        .unwrap_or_else(|error| error.into_compile_error())
        .into()
}

fn expand(arguments: Tokens, item: Tokens) -> syn::Result<Tokens> {
    let arguments: Arguments = syn::parse2(arguments)?;
    let mut function: ItemFn = signature::function(item)?;
    let signature = Signature::of(&function)?;

    let text = record::json(&arguments, &signature, &documentation::of(&function.attrs));
    let bytes = Literal::byte_string(&[text.as_bytes(), b"\0"].concat());
    let length = Literal::usize_unsuffixed(text.len() + 1);
    let promises = signature.promises();

    function.attrs.push(parse_quote!(#[unsafe(no_mangle)]));
    function
        .attrs
        .push(parse_quote!(#[deny(improper_ctypes_definitions)]));
    // Inside the body, so that a `#[cfg]` on the function holds for them too.
    function.block.stmts.insert(
        0,
        parse_quote! {
            const _: () = {
                #promises
                #[used]
                #[cfg_attr(target_vendor = "apple", unsafe(link_section = "__DATA,__rustgo"))]
                #[cfg_attr(not(target_vendor = "apple"), unsafe(link_section = ".rustgo.exports"))]
                static RECORD: [u8; #length] = *#bytes;
            };
        },
    );
    Ok(quote!(#function))
}
