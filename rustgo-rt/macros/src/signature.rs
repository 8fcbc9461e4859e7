//! What both forms of an export share: a concrete function, its arguments named and in registers.

use proc_macro2::Span;
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Attribute, Error, FnArg, Ident, ItemFn, Pat, PatType, Result, Safety, Type};

/// Argument registers of the System V ABI on x86-64, the processor with the fewest.
const INTEGER_REGISTERS: usize = 6;
const FLOAT_REGISTERS: usize = 8;

/// The kind of registers that a value travels in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Registers {
    Integer,
    Float,
}

/// What is wrong, all of it, so that one look shows everything.
#[derive(Default)]
pub struct Errors(Option<Error>);

impl Errors {
    pub fn add(&mut self, error: Error) {
        match &mut self.0 {
            Some(all) => all.combine(error),
            None => self.0 = Some(error),
        }
    }

    /// Adds what went wrong, and returns what did not.
    pub fn keep<T>(&mut self, result: Result<T>) -> Option<T> {
        result.map_err(|error| self.add(error)).ok()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    pub fn finish(self) -> Result<()> {
        self.0.map_or(Ok(()), Err)
    }
}

/// What the record tells of a function beside its types.
pub struct Signature {
    pub name: String,
    pub is_unsafe: bool,
    /// It is a plain Rust function, for which the attribute writes the entry with the C ABI.
    pub is_natural: bool,
}

impl Signature {
    pub fn of(function: &ItemFn, errors: &mut Errors) -> Self {
        check_shape(function, errors);
        Self {
            name: plain(&function.sig.ident),
            is_unsafe: matches!(function.sig.safety, Safety::Unsafe(_)),
            is_natural: function.sig.abi.is_none(),
        }
    }
}

fn check_shape(function: &ItemFn, errors: &mut Errors) {
    let signature = &function.sig;
    let mut refuse = |at: &dyn ToTokens, message: &str| {
        errors.add(Error::new_spanned(at.to_token_stream(), message));
    };
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

/// Each argument with its name and what `read` makes of its type.
pub fn arguments<'a, T>(
    function: &'a ItemFn,
    errors: &mut Errors,
    read: impl Fn(&Type) -> Result<T>,
) -> Vec<(&'a PatType, String, T)> {
    let mut arguments = Vec::new();
    for input in &function.sig.inputs {
        let argument = match input {
            FnArg::Typed(typed) => read(&typed.ty).and_then(|ty| Ok((typed, name(typed)?, ty))),
            FnArg::Receiver(receiver) => Err(Error::new_spanned(
                receiver,
                "a method can't be exported: take the value by pointer, as a named argument, in a free function",
            )),
        };
        arguments.extend(errors.keep(argument));
    }
    arguments
}

fn name(typed: &PatType) -> Result<String> {
    match &*typed.pat {
        Pat::Ident(pattern) if pattern.by_ref.is_none() && pattern.subpat.is_none() => {
            Ok(plain(&pattern.ident))
        }
        pattern => Err(Error::new(
            pattern.span(),
            "the hosts' headers need a name for each argument: write a plain name here, and take it apart inside",
        )),
    }
}

/// Counts the registers that the arguments take.
pub fn check_registers<T: ToTokens>(
    arguments: impl Iterator<Item = (T, Vec<Registers>)>,
    errors: &mut Errors,
) {
    let (mut integers, mut floats) = (INTEGER_REGISTERS, FLOAT_REGISTERS);
    for (input, registers) in arguments {
        for register in registers {
            let left = match register {
                Registers::Integer => &mut integers,
                Registers::Float => &mut floats,
            };
            let Some(fewer) = left.checked_sub(1) else {
                let message = format!(
                    "arguments travel in registers, at most {INTEGER_REGISTERS} integers and pointers and \
                     {FLOAT_REGISTERS} floats: put the rest into a `#[repr(C)]` struct and pass a pointer to it"
                );
                return errors.add(Error::new_spanned(input, message));
            };
            *left = fewer;
        }
    }
}

/// A name without the `r#` that Rust needs in front of its own keywords.
pub fn plain(name: &Ident) -> String {
    name.to_string().trim_start_matches("r#").to_owned()
}

/// A name that only the expansion sees.
pub fn hidden(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}
