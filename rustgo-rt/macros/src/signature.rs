//! What an export's signature may be: `extern "C"`, concrete, its arguments named and in registers.

use proc_macro2::TokenStream as Tokens;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Attribute, Error, FnArg, Ident, Item, ItemFn, Pat, PatType, Result, ReturnType, Safety};

use crate::types::{CrossingType, Registers, argument, ret};

/// Argument registers of the System V ABI on x86-64, the processor with the fewest.
const INTEGER_REGISTERS: usize = 6;
const FLOAT_REGISTERS: usize = 8;

/// A function's signature as the record tells it.
pub struct Signature {
    pub name: String,
    pub is_unsafe: bool,
    pub arguments: Vec<Argument>,
    pub ret: Option<CrossingType>,
}

/// An argument's name and type.
pub struct Argument {
    pub name: String,
    pub ty: CrossingType,
}

/// Reads the attribute's item, which must be a function.
pub fn function(item: Tokens) -> Result<ItemFn> {
    match syn::parse2::<ItemFn>(item.clone()) {
        Ok(function) => Ok(function),
        Err(error) => Err(match syn::parse2::<Item>(item.clone()) {
            // An item that parses and is no function; one that doesn't has an error of its own to tell.
            Ok(_) => Error::new_spanned(
                item,
                "only a function can be exported: put `#[export]` on an `extern \"C\" fn`",
            ),
            Err(_) => error,
        }),
    }
}

impl Signature {
    /// Checks a function; reports everything that is wrong with it at once.
    pub fn of(function: &ItemFn) -> Result<Self> {
        let mut errors = Vec::new();
        check_shape(function, &mut errors);
        let signature = &function.sig;
        let mut arguments = Vec::new();
        for input in &signature.inputs {
            match input {
                FnArg::Typed(typed) => match named(typed) {
                    Ok(argument) => arguments.push(argument),
                    Err(error) => errors.push(error),
                },
                FnArg::Receiver(receiver) => errors.push(Error::new_spanned(
                    receiver,
                    "a method can't be exported: take the value by pointer, as a named argument, in a free function",
                )),
            }
        }
        check_registers(&signature.inputs, &arguments, &mut errors);
        let result = match &signature.output {
            ReturnType::Default => Ok(None),
            ReturnType::Type(_, ty) => ret(ty),
        };
        let result = result.unwrap_or_else(|error| {
            errors.push(error);
            None
        });
        match errors.into_iter().reduce(|mut all, error| {
            all.combine(error);
            all
        }) {
            Some(error) => Err(error),
            None => Ok(Self {
                name: plain(&signature.ident),
                is_unsafe: matches!(signature.safety, Safety::Unsafe(_)),
                arguments,
                ret: result,
            }),
        }
    }

    /// What the compiler has to confirm about the types, because the attribute sees only their names.
    pub fn promises(&self) -> Tokens {
        let arguments = self.arguments.iter().map(|argument| &argument.ty);
        arguments.chain(&self.ret).map(CrossingType::promise).collect()
    }
}

fn check_shape(function: &ItemFn, errors: &mut Vec<Error>) {
    let signature = &function.sig;
    let mut refuse =
        |at: &dyn ToTokens, message: &str| errors.push(Error::new_spanned(at.to_token_stream(), message));
    match &signature.abi {
        None => refuse(
            &signature.fn_token,
            "an export has the C ABI: write `extern \"C\" fn`",
        ),
        Some(abi) if abi.name.as_ref().is_none_or(|name| name.value() != "C") => {
            refuse(abi, "an export has the C ABI: write `extern \"C\"`");
        }
        Some(_) => {}
    }
    if let Some(asyncness) = &signature.asyncness {
        refuse(
            asyncness,
            "an export can't be async: nothing in the host would poll it",
        );
    }
    if let Some(variadic) = &signature.variadic {
        refuse(
            variadic,
            "an export has a fixed number of arguments: pass the rest as a pointer and a length",
        );
    }
    if !signature.generics.params.is_empty() {
        let message = "an export has no generic parameters, as a host calls one compiled function: write the types \
                       out (and leave out lifetimes, as in `&u64`)";
        refuse(&signature.generics, message);
    }
    if let Some(clause) = &signature.generics.where_clause {
        refuse(
            clause,
            "an export has no generic parameters: leave the `where` clause out",
        );
    }
    for attribute in &function.attrs {
        if let Some(name) = symbol_attribute(attribute) {
            let message = format!("`#[export]` gives the function its symbol: leave `{name}` out");
            refuse(attribute, &message);
        }
    }
}

/// `no_mangle` or `export_name`, bare or inside `unsafe(...)`.
fn symbol_attribute(attribute: &Attribute) -> Option<&'static str> {
    let words = attribute.meta.to_token_stream().to_string();
    ["no_mangle", "export_name"].into_iter().find(|name| {
        words
            .trim_start_matches("unsafe")
            .trim_start_matches([' ', '('])
            .starts_with(name)
    })
}

fn named(typed: &PatType) -> Result<Argument> {
    let ty = argument(&typed.ty)?;
    match &*typed.pat {
        Pat::Ident(pattern) if pattern.by_ref.is_none() && pattern.subpat.is_none() => Ok(Argument {
            name: plain(&pattern.ident),
            ty,
        }),
        pattern => Err(Error::new(
            pattern.span(),
            "the hosts' headers need a name for each argument: write a plain name here, and take it apart inside",
        )),
    }
}

fn check_registers<'a>(
    inputs: impl IntoIterator<Item = &'a FnArg>,
    arguments: &[Argument],
    errors: &mut Vec<Error>,
) {
    let mut left = [
        (Registers::Integer, INTEGER_REGISTERS),
        (Registers::Float, FLOAT_REGISTERS),
    ];
    for (input, argument) in inputs.into_iter().zip(arguments) {
        for (registers, count) in &mut left {
            if *registers != argument.ty.registers {
                continue;
            }
            match count.checked_sub(1) {
                Some(fewer) => *count = fewer,
                None => {
                    let message = format!(
                        "arguments travel in registers, at most {INTEGER_REGISTERS} integers and pointers and \
                         {FLOAT_REGISTERS} floats: put the rest into a `#[repr(C)]` struct and pass a pointer to it"
                    );
                    return errors.push(Error::new_spanned(input, message));
                }
            }
        }
    }
}

/// A name without the `r#` that Rust needs in front of its own keywords.
fn plain(name: &Ident) -> String {
    name.to_string().trim_start_matches("r#").to_owned()
}
