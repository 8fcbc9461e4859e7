//! `#[import]`: declares functions that the host provides, so that the tool leaves them undefined in the image.

use proc_macro2::TokenStream as Tokens;
use quote::{ToTokens, quote};
use rustgo_record::{section::IMPORTS, write};
use syn::{Error, FnArg, ForeignItem, ItemForeignMod, Result, ReturnType, Type};

use crate::record::in_object;
use crate::types::is_one_of;

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
                "only functions can be imported: import a function that returns the value",
            ));
        };
        function.sig.inputs.iter().try_for_each(crosses)?;
        let returns =
            !matches!(&function.sig.output, ReturnType::Type(_, ty) if matches!(**ty, Type::Never(_)));
        let record = in_object(write::import(&function.sig.ident.to_string(), returns), &IMPORTS);
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

/// The types whose upper bits the caller has to extend on macOS for arm64 (Apple, "Writing ARM64 code for Apple
/// platforms"). Code for Linux does not do that, and images are compiled for Linux.
const SMALL: &[&str] = &["u8", "u16", "i8", "i16", "bool"];

/// Refuses an argument that hosts would pass differently.
fn crosses(argument: &FnArg) -> Result<()> {
    match argument {
        FnArg::Typed(argument) => match &*argument.ty {
            Type::Path(ty) if is_one_of(&ty.path, SMALL) => Err(Error::new_spanned(
                ty,
                "macOS on arm64 passes integers below 32 bits differently from other systems: take a `u32` or an `i32`",
            )),
            _ => Ok(()),
        },
        FnArg::Receiver(_) => Ok(()),
    }
}
