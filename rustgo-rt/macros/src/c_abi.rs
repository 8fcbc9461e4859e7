//! `#[export]` on an `extern "C"` function: gives it a symbol, and refuses types that C could misread.

use proc_macro2::TokenStream as Tokens;
use quote::quote;
use rustgo_record::{section::EXPORTS, write};
use syn::{Error, ItemFn, Result, ReturnType, parse_quote};

use crate::arguments::Arguments;
use crate::documentation;
use crate::record::{Named, Text, in_object};
use crate::signature::{self, Signature};
use crate::types::{CrossingType, argument, ret};

pub fn expand(arguments: &Arguments, mut function: ItemFn) -> Result<Tokens> {
    let mut errors = signature::Errors::default();
    let signature = Signature::of(arguments, &function, &mut errors);
    if let Some(abi) = &function.sig.abi
        && abi.name.as_ref().is_none_or(|name| name.value() != "C")
    {
        errors.add(Error::new_spanned(
            abi,
            "hosts speak the C ABI: write `extern \"C\"`, or leave it out and have the entry written",
        ));
    }
    let crossing = signature::arguments(&function, &mut errors, argument);
    signature::check_registers(
        crossing.iter().map(|(input, _, ty)| (*input, vec![ty.registers])),
        &mut errors,
    );
    let result = match &function.sig.output {
        ReturnType::Default => None,
        ReturnType::Type(_, ty) => errors.keep(ret(ty)).flatten(),
    };
    let promises: Tokens = crossing
        .iter()
        .map(|(_, _, ty)| ty)
        .chain(&result)
        .map(CrossingType::promise)
        .collect();
    let list = crossing
        .into_iter()
        .map(|(_, name, ty)| Named {
            name,
            ty: Text::from(ty.text.as_str()),
            offset: None,
        })
        .collect();
    errors.finish()?;

    let ret = result.map(|ty| Text::from(ty.text.as_str()));
    let documentation = documentation::of(&function.attrs);
    let declaration = signature.declaration(arguments);
    let record = in_object(write::export(declaration, list, ret, documentation), &EXPORTS);
    function.attrs.push(match &arguments.name {
        Some(name) => parse_quote!(#[unsafe(export_name = #name)]),
        None => parse_quote!(#[unsafe(no_mangle)]),
    });
    function
        .attrs
        .push(parse_quote!(#[deny(improper_ctypes_definitions)]));
    // Inside the body, so that a `#[cfg]` on the function holds for them too.
    function.block.stmts.insert(
        0,
        parse_quote! {
            const _: () = {
                #promises
                #record
            };
        },
    );
    Ok(quote!(#function))
}
