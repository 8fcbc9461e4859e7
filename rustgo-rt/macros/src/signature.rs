//! What both forms of an export require: a concrete function, whose arguments have names and fit into registers.

use proc_macro2::Span;
use quote::ToTokens;
use rustgo_record::write::Declaration;
use syn::spanned::Spanned;
use syn::{Attribute, Error, FnArg, Ident, ItemFn, LitStr, Pat, PatType, Result, Safety, Type};

use crate::arguments::Arguments;

/// Integer registers for arguments in the System V ABI for x86-64, which has the fewest of all.
const INTEGER_REGISTERS: usize = 6;
const FLOAT_REGISTERS: usize = 8;

/// The register class of a value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Registers {
    Integer,
    Float,
}

/// Collects all errors, so that they are reported together.
#[derive(Default)]
pub struct Errors(Option<Error>);

impl Errors {
    pub fn add(&mut self, error: Error) {
        match &mut self.0 {
            Some(all) => all.combine(error),
            None => self.0 = Some(error),
        }
    }

    /// Adds the error of a result, or returns its value.
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

/// What a function is, beside its types.
pub struct Signature {
    pub name: String,
    pub is_unsafe: bool,
    /// It is a safe Rust function, for which the attribute generates the entry with the C ABI.
    pub is_safe_fn: bool,
    /// The package that is compiled, as cargo says; none where something else has called the compiler.
    pub package: Option<String>,
    /// The function's name in Rust, where `#[export(name = "NAME")]` gives its symbol another.
    pub item: Option<String>,
}

impl Signature {
    pub fn of(arguments: &Arguments, function: &ItemFn, errors: &mut Errors) -> Self {
        check_shape(function, errors);
        check_features(arguments, function, errors);
        let item = plain(&function.sig.ident);
        Self {
            name: arguments.name.clone().unwrap_or_else(|| item.clone()),
            is_unsafe: matches!(function.sig.safety, Safety::Unsafe(_)),
            is_safe_fn: function.sig.abi.is_none(),
            package: std::env::var("CARGO_PKG_NAME").ok(),
            item: arguments.name.as_ref().map(|_| item),
        }
    }

    /// What the record says about the function, except its types and its documentation.
    pub fn declaration<'a>(&'a self, arguments: &'a Arguments) -> Declaration<'a> {
        Declaration {
            name: &self.name,
            stack: arguments.stack,
            no_panic: arguments.no_panic,
            requires: &arguments.requires,
            is_unsafe: self.is_unsafe,
            is_safe_fn: self.is_safe_fn,
            package: self.package.as_deref(),
            item: self.item.as_deref(),
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
            "an export can't be async, because no host polls a future: remove `async`",
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
            let message = format!(
                "`#[export]` gives the function its symbol: leave `{name}` out, and write `#[export(name = \"NAME\")]` for another name"
            );
            refuse(attribute, &message);
        }
    }
}

/// Hosts make sure of what the function is compiled for.
fn check_features(arguments: &Arguments, function: &ItemFn, errors: &mut Errors) {
    let is_missing = |feature: &String| !arguments.requires.contains(feature);
    let enabled: Vec<(&Attribute, String)> = function
        .attrs
        .iter()
        .flat_map(|attribute| {
            enabled(attribute)
                .into_iter()
                .map(move |feature| (attribute, feature))
        })
        .filter(|(_, feature)| is_missing(feature))
        .collect();
    if let Some((first, _)) = enabled.first() {
        let missing = enabled.iter().map(|(_, feature)| feature);
        let all: Vec<&str> = arguments
            .requires
            .iter()
            .chain(missing)
            .map(String::as_str)
            .collect();
        let message = format!(
            "hosts have to know what the function is compiled for: write `#[export(requires = \"{}\")]`",
            all.join(",")
        );
        errors.add(Error::new_spanned(first, message));
    }
}

/// The features in `#[target_feature(enable = "...")]`; none of one that holds for some builds only.
fn enabled(attribute: &Attribute) -> Vec<String> {
    let mut features = Vec::new();
    if attribute.path().is_ident("target_feature") {
        // The compiler reports what is written wrongly.
        let _ = attribute.parse_nested_meta(|meta| {
            let list: LitStr = meta.value()?.parse()?;
            features.extend(list.value().split(',').map(str::to_owned));
            Ok(())
        });
    }
    features
}

/// The attributes that say what a function is compiled for, which its entry has too.
pub fn target_features(attributes: &[Attribute]) -> Vec<Attribute> {
    let is_one = |attribute: &&Attribute| {
        let words = attribute.meta.to_token_stream().to_string();
        attribute.path().is_ident("target_feature")
            || attribute.path().is_ident("cfg_attr") && words.contains("target_feature (")
    };
    attributes.iter().filter(is_one).cloned().collect()
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

/// The name of each argument, and the result of `read` on its type.
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

/// Checks that the arguments fit into registers.
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

/// A name without the `r#` of raw identifiers.
pub fn plain(name: &Ident) -> String {
    name.to_string().trim_start_matches("r#").to_owned()
}

/// An identifier that only the expansion can use.
pub fn hidden(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}
