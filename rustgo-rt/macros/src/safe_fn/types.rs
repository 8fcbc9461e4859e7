//! The types that a safe Rust function may have in its signature to be exported.

use proc_macro2::TokenStream as Tokens;
use quote::{ToTokens, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Path, PathArguments, Result, ReturnType, Type};

use super::names::{generic, last};
use super::refusal;
use crate::record::{Text, number, shape};
use crate::signature::Registers;
use crate::types::{bare, refuse, scalar, scalar_promise};

/// A type in memory that is shared with hosts: a scalar, a struct of the guest's, or an array of these.
#[derive(Clone)]
pub struct Element {
    pub ty: Type,
    /// Its text in the record.
    pub text: Text,
    /// Assertions for the compiler, because the attribute sees only names.
    pub promises: Tokens,
    /// The compiler has to look up what it is.
    pub is_named: bool,
}

/// An argument's type.
pub enum Argument {
    Scalar {
        registers: Registers,
        element: Element,
    },
    /// `&T` or `&mut T`, which includes `&[T; N]`.
    Reference {
        is_mut: bool,
        element: Element,
    },
    /// `&[T]` or `&mut [T]`.
    Slice {
        is_mut: bool,
        element: Element,
    },
    /// `&str`.
    Str,
    /// An enum without fields, or another name for an integer.
    Value(Type),
}

/// A result's type.
pub enum Outcome {
    Nothing,
    Value(Element),
    Option(Element),
    /// `None` for `()`.
    Result(Option<Element>, Path),
}

impl Element {
    /// Reads a type. `wanted` is the error if it is none of these.
    pub fn of(ty: &Type) -> Result<Self> {
        let ty = bare(ty);
        if scalar(ty).is_some() {
            let text = ty.to_token_stream().to_string();
            return Ok(Self {
                ty: ty.clone(),
                text: Text::from(text.as_str()),
                promises: scalar_promise(ty),
                is_named: false,
            });
        }
        match ty {
            Type::Array(array) => {
                let inner = Self::of(&array.elem)?;
                let mut text = Text::from("[");
                text.append(inner.text);
                text.push("; ");
                let length = &array.len;
                text.push_computed(number(quote!({ const LENGTH: usize = #length; LENGTH })));
                text.push("]");
                let promise = quote_spanned!(array.len.span()=> const _: () = ::rustgo_rt::__private::not_empty(#length););
                let inner = inner.promises;
                Ok(Self {
                    ty: ty.clone(),
                    text,
                    promises: quote!(#inner #promise),
                    is_named: false,
                })
            }
            Type::Path(path) if path.qself.is_none() && is_struct_name(&path.path) => Ok(Self {
                ty: ty.clone(),
                text: shape(quote_spanned!(ty.span()=> &<#ty as ::rustgo_rt::__private::Element>::SHAPE)),
                promises: Tokens::new(),
                is_named: true,
            }),
            _ => refuse(ty, &refusal::element(ty)),
        }
    }
}

impl Argument {
    pub fn of(ty: &Type) -> Result<Self> {
        let ty = bare(ty);
        if let Some(registers) = scalar(ty) {
            let element = Element::of(ty)?;
            return Ok(Self::Scalar { registers, element });
        }
        let Type::Reference(reference) = ty else {
            return match ty {
                Type::Path(path) if path.qself.is_none() && is_struct_name(&path.path) => {
                    Ok(Self::Value(ty.clone()))
                }
                _ => refuse(ty, &refusal::argument(ty)),
            };
        };
        let is_mut = reference.mutability.is_some();
        match bare(&reference.elem) {
            Type::Slice(slice) => Ok(Self::Slice {
                is_mut,
                element: Element::of(&slice.elem)?,
            }),
            Type::Path(path) if path.path.is_ident("str") && !is_mut => Ok(Self::Str),
            other if refusal::behind(other, is_mut).is_some() => {
                refuse(ty, &refusal::behind(other, is_mut).unwrap_or_default())
            }
            other => Ok(Self::Reference {
                is_mut,
                element: Element::of(other)?,
            }),
        }
    }

    /// Its text in the record.
    pub fn text(&self) -> Text {
        let (prefix, element, suffix) = match self {
            Self::Scalar { element, .. } => ("", element, ""),
            Self::Reference {
                is_mut: false,
                element,
            } => ("&", element, ""),
            Self::Reference {
                is_mut: true,
                element,
            } => ("&mut ", element, ""),
            Self::Slice {
                is_mut: false,
                element,
            } => ("&[", element, "]"),
            Self::Slice {
                is_mut: true,
                element,
            } => ("&mut [", element, "]"),
            Self::Str => return Text::from("&str"),
            Self::Value(ty) => {
                return shape(quote_spanned!(ty.span()=> &<#ty as ::rustgo_rt::__private::Value>::SHAPE));
            }
        };
        let mut text = Text::from(prefix);
        text.append(element.text.clone());
        text.push(suffix);
        text
    }

    pub fn promises(&self) -> Tokens {
        match self {
            Self::Scalar { element, .. } | Self::Reference { element, .. } | Self::Slice { element, .. } => {
                element.promises.clone()
            }
            Self::Str | Self::Value(_) => Tokens::new(),
        }
    }

    pub fn registers(&self) -> Vec<Registers> {
        match self {
            Self::Scalar { registers, .. } => vec![*registers],
            Self::Reference { .. } | Self::Value(_) => vec![Registers::Integer],
            Self::Slice { .. } | Self::Str => vec![Registers::Integer; 2],
        }
    }
}

impl Outcome {
    pub fn of(output: &ReturnType) -> Result<Self> {
        let ReturnType::Type(_, ty) = output else {
            return Ok(Self::Nothing);
        };
        let ty = bare(ty);
        if is_unit(ty) {
            return Ok(Self::Nothing);
        }
        let generic = generic(ty);
        match generic
            .as_ref()
            .map(|(name, types)| (name.as_str(), types.as_slice()))
        {
            Some(("Option", [inner])) => Ok(Self::Option(value(inner)?)),
            Some(("Result", [ok, error])) => {
                let Type::Path(path) = bare(error) else {
                    return refuse(error, &refusal::error(error));
                };
                if path.qself.is_some() || !is_struct_name(&path.path) {
                    return refuse(error, &refusal::error(error));
                }
                let ok = match is_unit(bare(ok)) {
                    true => None,
                    false => Some(value(ok)?),
                };
                Ok(Self::Result(ok, path.path.clone()))
            }
            _ => value(ty).map(Self::Value),
        }
    }

    /// Its text in the record.
    pub fn text(&self) -> Option<Text> {
        match self {
            Self::Nothing => None,
            Self::Value(value) => Some(value.text.clone()),
            Self::Option(value) => {
                let mut text = Text::from("Option<");
                text.append(value.text.clone());
                text.push(">");
                Some(text)
            }
            Self::Result(value, error) => {
                let mut text = Text::from("Result<");
                text.append(
                    value
                        .as_ref()
                        .map_or(Text::from("()"), |value| value.text.clone()),
                );
                text.push(&format!(", {}>", last(error)));
                Some(text)
            }
        }
    }

    pub fn promises(&self) -> Tokens {
        match self {
            Self::Nothing => Tokens::new(),
            Self::Value(value) | Self::Option(value) => value.promises.clone(),
            Self::Result(value, error) => {
                let value = value.as_ref().map(|value| &value.promises);
                let name = last(error);
                let error = quote_spanned!(error.span()=>
                    const _: () = ::rustgo_rt::__private::same_name(<#error as ::rustgo_rt::__private::ErrorCode>::NAME, #name);
                );
                quote!(#value #error)
            }
        }
    }

    /// The value that is written through a pointer that the caller passes.
    pub fn out(&self) -> Option<&Element> {
        match self {
            Self::Option(value) | Self::Result(Some(value), _) => Some(value),
            _ => None,
        }
    }
}

/// A type that is returned by value: a scalar, or a struct of up to two words.
fn value(ty: &Type) -> Result<Element> {
    let ty = bare(ty);
    if let Some(message) = refusal::result(ty) {
        return refuse(ty, &message);
    }
    let mut element = Element::of(ty)?;
    if element.is_named {
        element.text = shape(quote_spanned!(ty.span()=> &<#ty as ::rustgo_rt::__private::Returned>::SHAPE));
    }
    if scalar(ty).is_none() {
        let promise = quote_spanned!(ty.span()=>
            const _: () = ::core::assert!(
                ::core::mem::size_of::<#ty>() <= 16,
                "a struct is returned in two registers, 16 bytes at most: take a `&mut` to a larger one, and write the result there"
            );
        );
        element.promises.extend(promise);
    }
    Ok(element)
}

fn is_unit(ty: &Type) -> bool {
    matches!(ty, Type::Tuple(tuple) if tuple.elems.is_empty())
}

/// Whether a path may name a type of the guest's: it has no type arguments, and is not a standard type.
fn is_struct_name(path: &Path) -> bool {
    path.segments
        .iter()
        .all(|segment| matches!(segment.arguments, PathArguments::None))
        && !refusal::is_known(&last(path))
}
