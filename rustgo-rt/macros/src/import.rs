//! `#[import]`: functions that the host provides, declared so that the tool leaves them to it.

use proc_macro2::TokenStream as Tokens;
use quote::{ToTokens, quote};
use syn::{Error, ForeignItem, ItemForeignMod, Result, ReturnType, Type};

use crate::record;

pub fn expand(arguments: Tokens, item: Tokens) -> Result<Tokens> {
    if !arguments.is_empty() {
        return Err(Error::new_spanned(arguments, "`#[import]` takes no arguments"));
    }
    let block: ItemForeignMod = syn::parse2(item.clone()).map_err(|_| {
        Error::new_spanned(
            &item,
            "only a block of declarations can be imported: put `#[import]` on an `unsafe extern \"C\" { ... }`",
        )
    })?;
    let abi = block
        .abi
        .name
        .as_ref()
        .map_or_else(|| "C".to_owned(), |name| name.value());
    if abi != "C" {
        return Err(Error::new_spanned(
            &block.abi,
            "hosts speak the C ABI: write `unsafe extern \"C\"`",
        ));
    }
    let mut records = Tokens::new();
    for item in &block.items {
        let ForeignItem::Fn(function) = item else {
            return Err(Error::new_spanned(
                item,
                "only functions can be imported; ask for a value through a function that returns it",
            ));
        };
        let returns =
            !matches!(&function.sig.output, ReturnType::Type(_, ty) if matches!(**ty, Type::Never(_)));
        let record = record::import(&function.sig.ident.to_string(), returns).into_static(&record::IMPORTS);
        quote! {
            const _: () = {
                #record
            };
        }
        .to_tokens(&mut records);
    }
    Ok(quote! {
        #[deny(improper_ctypes)]
        #block
        #records
    })
}
