//! `#[export]` on a safe Rust function: generates an entry with the C ABI that checks the arguments before it makes
//! references from them.

mod entry;
mod names;
mod refusal;
mod types;

use proc_macro2::TokenStream as Tokens;
use quote::quote;
use rustgo_record::{section::EXPORTS, write};
use syn::{Error, ItemFn, Result, parse_quote};

use crate::arguments::Arguments;
use crate::documentation;
use crate::record::{Named, in_object};
use crate::signature::{self, Errors, Registers, Signature};

pub use types::Element;
use types::{Argument, Outcome};

pub fn expand(arguments: &Arguments, mut function: ItemFn) -> Result<Tokens> {
    let mut errors = Errors::default();
    let signature = Signature::of(arguments, &function, &mut errors);
    if signature.is_unsafe {
        errors.add(Error::new_spanned(
            &function.sig.safety,
            "the arguments of a safe function are checked, so it can't be `unsafe`: remove `unsafe`, or write `unsafe extern \"C\" fn`",
        ));
    }
    let list = signature::arguments(&function, &mut errors, Argument::of);
    let outcome = errors.keep(Outcome::of(&function.sig.output));
    let registers = list.iter().map(|(input, _, ty)| (quote!(#input), ty.registers()));
    let has_status = entry::has_status(&list, outcome.as_ref());
    let out = outcome
        .as_ref()
        .and_then(|outcome| entry::written_through(outcome, has_status))
        .map(|_| {
            let output = &function.sig.output;
            (quote!(#output), vec![Registers::Integer])
        });
    signature::check_registers(registers.chain(out), &mut errors);
    errors.finish()?;
    let outcome = outcome.expect("errors have been returned");

    let promises: Tokens = list
        .iter()
        .map(|(_, _, ty)| ty.promises())
        .chain([outcome.promises()])
        .collect();
    let entry = entry::write(
        &function.sig.ident,
        &signature.name,
        &signature::target_features(&function.attrs),
        &list,
        &outcome,
    );
    let named = list
        .into_iter()
        .map(|(_, name, ty)| Named {
            name,
            ty: ty.text(),
            offset: None,
        })
        .collect();
    let documentation = documentation::of(&function.attrs);
    let declaration = signature.declaration(arguments);
    let record = in_object(
        write::export(declaration, named, outcome.text(), documentation),
        &EXPORTS,
    );
    // Inside the body, so that a `#[cfg]` on the function holds for them too.
    function.block.stmts.insert(
        0,
        parse_quote! {
            const _: () = {
                #promises
                #record
                #entry
            };
        },
    );
    Ok(quote!(#function))
}
