//! The C entry of a safe Rust function: it checks what C passes, and only then makes Rust values from it.

use proc_macro2::TokenStream as Tokens;
use quote::{ToTokens, format_ident, quote};
use syn::{Attribute, Ident, PatType, Type};

use super::types::{Argument, Element, Outcome};
use crate::signature::hidden;

/// How an entry reports misuse.
enum Refusal {
    /// It returns the misuse's number.
    Status,
    /// It panics, with this function's name in the message.
    Panic(String),
}

/// Generates the entry of a function, under its symbol, for the processor features that the function is compiled for.
pub fn write(
    function: &Ident,
    symbol: &str,
    features: &[Attribute],
    arguments: &[(&PatType, String, Argument)],
    outcome: &Outcome,
) -> Tokens {
    let has_status = has_status(arguments, Some(outcome));
    let refusal = match has_status {
        true => Refusal::Status,
        false => Refusal::Panic(symbol.to_owned()),
    };
    let (mut parameters, mut checks, mut references) = (Vec::new(), Tokens::new(), Tokens::new());
    let mut values = Vec::new();
    for (index, (_, name, ty)) in arguments.iter().enumerate() {
        let [value, data, length, region] =
            ["value", "data", "length", "region"].map(|what| hidden(&format!("{what}_{index}")));
        match ty {
            Argument::Scalar { element, .. } => {
                let ty = &element.ty;
                parameters.push(quote!(#value: #ty));
            }
            Argument::Reference { is_mut, element } => {
                let ty = &element.ty;
                let (pointer, reborrow) = borrow(*is_mut);
                parameters.push(quote!(#data: *#pointer #ty));
                checks.extend(refusal.unless(&region, quote!(::rustgo_rt::entry::one(#data)), name));
                references.extend(quote! {
                    // SAFETY: `one` checked that it is aligned and not null, and it overlaps no `&mut`. The host
                    // guarantees the memory.
                    let #value = unsafe { &#reborrow *#data };
                });
            }
            Argument::Slice { is_mut, element } => {
                let ty = &element.ty;
                let (pointer, _) = borrow(*is_mut);
                let make = if *is_mut {
                    format_ident!("slice_mut")
                } else {
                    format_ident!("slice")
                };
                parameters.push(quote!(#data: *#pointer #ty));
                parameters.push(quote!(#length: usize));
                checks.extend(refusal.unless(
                    &region,
                    quote!(::rustgo_rt::entry::many(#data, #length)),
                    name,
                ));
                references.extend(quote! {
                    // SAFETY: `many` checked address, length and overlap. The host guarantees the elements.
                    let #value = unsafe { ::rustgo_rt::entry::#make(#data, #length) };
                });
            }
            Argument::Str => {
                parameters.push(quote!(#data: *const u8));
                parameters.push(quote!(#length: usize));
                checks.extend(refusal.unless(
                    &region,
                    quote!(::rustgo_rt::entry::many(#data, #length)),
                    name,
                ));
                references.extend(quote! {
                    // SAFETY: `many` checked address, length and overlap. The host guarantees the bytes.
                    let #value = match ::core::str::from_utf8(unsafe { ::rustgo_rt::entry::slice(#data, #length) }) {
                        ::core::result::Result::Ok(text) => text,
                        ::core::result::Result::Err(_) => return ::rustgo_rt::entry::Misuse::NotUtf8 as i32,
                    };
                });
            }
            Argument::Value(ty) => {
                parameters.push(quote!(#data: <#ty as ::rustgo_rt::__private::Value>::Raw));
                let no = refusal.say(
                    quote!(::rustgo_rt::entry::Misuse::NoValue),
                    &format!("`{name}` is no value of its type"),
                );
                references.extend(quote! {
                    let #value = match <#ty as ::rustgo_rt::__private::Value>::of(#data) {
                        ::core::option::Option::Some(value) => value,
                        ::core::option::Option::None => #no,
                    };
                });
            }
        }
        values.push(value);
    }
    checks.extend(overlaps(arguments, &refusal));
    let call = quote!(#function(#(#values),*));
    let out = hidden("out");
    if let Some(ty) = written_through(outcome, has_status) {
        let ty = &ty.ty;
        parameters.push(quote!(#out: *mut #ty));
    }
    let (ret, finish) = finish(&call, &out, outcome, has_status);
    quote! {
        #[unsafe(export_name = #symbol)]
        #[deny(improper_ctypes_definitions)]
        #(#features)*
        extern "C" fn entry(#(#parameters),*) #ret {
            #checks
            #references
            #finish
        }
    }
}

/// Whether the entry returns a status: if the function returns a `Result`, or takes text, which may turn out not to be
/// UTF-8.
pub fn has_status(arguments: &[(&PatType, String, Argument)], outcome: Option<&Outcome>) -> bool {
    matches!(outcome, Some(Outcome::Result(..)))
        || arguments.iter().any(|(_, _, ty)| matches!(ty, Argument::Str))
}

/// The value that is written through a pointer that the caller passes.
pub fn written_through(outcome: &Outcome, has_status: bool) -> Option<&Element> {
    match outcome {
        Outcome::Value(value) if has_status => Some(value),
        other => other.out(),
    }
}

/// The entry's return type, and the code that returns it.
fn finish(call: &Tokens, out: &Ident, outcome: &Outcome, has_status: bool) -> (Tokens, Tokens) {
    let write = quote! {
        // SAFETY: the host passes NULL or a writable pointer, as the header requires.
        unsafe { ::rustgo_rt::entry::give(#out, value) };
    };
    match outcome {
        Outcome::Nothing if has_status => (quote!(-> i32), quote!(#call; 0)),
        Outcome::Nothing => (Tokens::new(), quote!(#call)),
        Outcome::Value(_) if has_status => (quote!(-> i32), quote!({ let value = #call; #write 0 })),
        Outcome::Value(value) => {
            let ty = &value.ty;
            if value.is_named {
                return (
                    quote!(-> <#ty as ::rustgo_rt::__private::Returned>::Raw),
                    quote!(::rustgo_rt::__private::Returned::raw(#call)),
                );
            }
            match widened(ty) {
                Some(wide) => (quote!(-> #wide), quote!(#wide::from(#call))),
                None => (quote!(-> #ty), call.clone()),
            }
        }
        Outcome::Option(_) => {
            // Where text may be no UTF-8, a bool has no room for that.
            let (ty, yes, no) = match has_status {
                true => (quote!(i32), quote!(1), quote!(0)),
                false => (quote!(bool), quote!(true), quote!(false)),
            };
            (
                quote!(-> #ty),
                quote! {
                    match #call {
                        ::core::option::Option::Some(value) => { #write #yes }
                        ::core::option::Option::None => #no,
                    }
                },
            )
        }
        Outcome::Result(value, _) => {
            let write = value.as_ref().map(|_| &write);
            let pattern = if value.is_some() {
                quote!(value)
            } else {
                quote!(())
            };
            (
                quote!(-> i32),
                quote! {
                    match #call {
                        ::core::result::Result::Ok(#pattern) => { #write 0 }
                        ::core::result::Result::Err(error) => ::rustgo_rt::__private::ErrorCode::number(error),
                    }
                },
            )
        }
    }
}

/// The 32-bit type that a smaller integer is returned as. Images are compiled for Linux, where callers ignore the upper
/// bits. On macOS for arm64 callers expect them to be extended (Apple, "Writing ARM64 code for Apple platforms").
/// Elsewhere it makes no difference. Rust extends a `bool` by itself.
fn widened(ty: &Type) -> Option<Tokens> {
    match ty.to_token_stream().to_string().as_str() {
        "u8" | "u16" => Some(quote!(::rustgo_rt::__private::primitive::u32)),
        "i8" | "i16" => Some(quote!(::rustgo_rt::__private::primitive::i32)),
        _ => None,
    }
}

/// Overlap checks for every pair of arguments of which at least one is `&mut`.
fn overlaps(arguments: &[(&PatType, String, Argument)], refusal: &Refusal) -> Tokens {
    let regions: Vec<_> = arguments
        .iter()
        .enumerate()
        .filter_map(|(index, (_, name, ty))| match ty {
            Argument::Scalar { .. } | Argument::Value(_) => None,
            Argument::Reference { is_mut, .. } | Argument::Slice { is_mut, .. } => {
                Some((index, name, *is_mut))
            }
            Argument::Str => Some((index, name, false)),
        })
        .collect();
    let mut checks = Tokens::new();
    for (position, (index, name, is_mut)) in regions.iter().enumerate() {
        for (other, other_name, other_is_mut) in &regions[position + 1..] {
            if !is_mut && !other_is_mut {
                continue;
            }
            let [one, two] = [index, other].map(|index| hidden(&format!("region_{index}")));
            let mutable = if *is_mut { name } else { other_name };
            let no = refusal.say(
                quote!(::rustgo_rt::entry::Misuse::Overlap),
                &format!("`{name}` and `{other_name}` overlap, and `{mutable}` is written to"),
            );
            checks.extend(quote!(if #one.overlaps(#two) { #no }));
        }
    }
    checks
}

impl Refusal {
    /// Binds the region that a check returns, or reports the misuse.
    fn unless(&self, region: &Ident, check: Tokens, name: &str) -> Tokens {
        let no = match self {
            Self::Status => quote!(misuse => return misuse as i32,),
            Self::Panic(_) => {
                let [null, misaligned, long] = [
                    format!("`{name}` is null"),
                    format!("`{name}` is not aligned for its type"),
                    format!("`{name}` is longer than memory can hold"),
                ]
                .map(|message| self.say(Tokens::new(), &message));
                quote! {
                    ::rustgo_rt::entry::Misuse::Null => #null,
                    ::rustgo_rt::entry::Misuse::Misaligned => #misaligned,
                    _ => #long,
                }
            }
        };
        quote! {
            let #region = match #check {
                ::core::result::Result::Ok(region) => region,
                ::core::result::Result::Err(misuse) => match misuse { #no },
            };
        }
    }

    fn say(&self, misuse: Tokens, message: &str) -> Tokens {
        match self {
            Self::Status => quote!(return #misuse as i32),
            Self::Panic(function) => {
                let message = format!("{function}: {message}");
                quote!(::core::panic!(#message))
            }
        }
    }
}

/// The keywords of a raw pointer and of a reference.
fn borrow(is_mut: bool) -> (Tokens, Tokens) {
    match is_mut {
        true => (quote!(mut), quote!(mut)),
        false => (quote!(const), Tokens::new()),
    }
}
