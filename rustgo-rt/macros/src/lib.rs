//! `#[export]` and `#[import]`, which `rustgo-rt` re-exports and documents; use them from there.
//!
//! `c_abi` handles `extern "C"` functions, `safe_fn` safe Rust functions, and `structure`, `error` and `enumeration` the
//! types in the latter's signatures. They share the `arguments` of the attribute, the shape of a `signature`, the `types` of the C
//! ABI, the `documentation`, and the `record` in the object file.

mod arguments;
mod c_abi;
mod documentation;
mod enumeration;
mod error;
mod import;
mod record;
mod safe_fn;
mod signature;
mod structure;
mod types;

use proc_macro::TokenStream;
use proc_macro2::TokenStream as Tokens;
use syn::{Error, Item, Result};

/// Exports a function to hosts, or declares a type of its signature; see `rustgo_rt::export`.
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

fn expand(arguments: Tokens, item: Tokens) -> Result<Tokens> {
    // An item that does not parse has an error of its own.
    match syn::parse2::<Item>(item)? {
        Item::Fn(function) => {
            let arguments = syn::parse2(arguments)?;
            match function.sig.abi {
                Some(_) => c_abi::expand(&arguments, function),
                None => safe_fn::expand(&arguments, function),
            }
        }
        Item::Struct(item) => {
            no_arguments(&arguments, "a struct")?;
            structure::expand(&item)
        }
        Item::Enum(item) => {
            no_arguments(&arguments, "an enum")?;
            match structure::representation(&item.attrs).as_str() {
                repr if enumeration::REPRS.contains(&repr) => enumeration::expand(&item, repr),
                _ => error::expand(&item),
            }
        }
        other => Err(Error::new_spanned(
            other,
            "only functions, and the structs and enums in their signatures, can be exported: put `#[export]` on \
             a `fn`",
        )),
    }
}

fn no_arguments(arguments: &Tokens, item: &str) -> Result<()> {
    if arguments.is_empty() {
        return Ok(());
    }
    let message = format!("budgets and promises are for functions: on {item} write `#[export]` alone");
    Err(Error::new_spanned(arguments, message))
}
