//! The types that are passed between a guest and its hosts, parsed from Rust's spelling.

use syn::{Expr, GenericArgument, Lit, PathArguments};

use super::error::{Error, Result};

/// A number or a `bool`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scalar {
    /// An integer, by its size in bytes.
    Int {
        /// 1, 2, 4 or 8.
        bytes: u64,
        /// Whether it is signed.
        is_signed: bool,
        /// Whether it is as wide as an address: `usize`, `isize`.
        is_address: bool,
    },
    /// `f32` or `f64`, by its size in bytes.
    Float(u64),
    /// `bool`, one byte that is 0 or 1.
    Bool,
}

impl Scalar {
    /// Parses a Rust name.
    pub fn of(name: &str) -> Option<Self> {
        let int = |bytes, is_signed, is_address| {
            Some(Self::Int {
                bytes,
                is_signed,
                is_address,
            })
        };
        match name {
            "u8" => int(1, false, false),
            "u16" => int(2, false, false),
            "u32" => int(4, false, false),
            "u64" => int(8, false, false),
            "i8" => int(1, true, false),
            "i16" => int(2, true, false),
            "i32" => int(4, true, false),
            "i64" => int(8, true, false),
            "usize" => int(8, false, true),
            "isize" => int(8, true, true),
            "f32" => Some(Self::Float(4)),
            "f64" => Some(Self::Float(8)),
            "bool" => Some(Self::Bool),
            _ => None,
        }
    }

    /// Its size and alignment in bytes.
    pub fn size(self) -> u64 {
        match self {
            Self::Int { bytes, .. } | Self::Float(bytes) => bytes,
            Self::Bool => 1,
        }
    }

    /// Whether it is passed in a floating-point register.
    pub fn is_float(self) -> bool {
        matches!(self, Self::Float(_))
    }
}

/// A type in memory that guest and hosts share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// A number or a `bool`.
    Scalar(Scalar),
    /// An array: the element type and the length.
    Array(Box<Type>, u64),
    /// A type of the guest's own, by its name.
    Struct(String),
    /// A number that is one of an enum's, by the enum's name.
    Enum(String, Scalar),
    /// A raw pointer, or a reference.
    Pointer(Pointer),
}

/// An address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pointer {
    /// Whether the pointee can be written.
    pub is_mut: bool,
    /// Whether it is a reference, which is never null.
    pub is_reference: bool,
    /// The type of the pointee. `None` if it is opaque (`c_void`).
    pub to: Option<Box<Type>>,
}

impl Type {
    /// Parses a Rust type.
    ///
    /// # Errors
    ///
    /// If it can't be passed to hosts.
    pub fn of(ty: &syn::Type) -> Result<Self> {
        Ok(match ty {
            syn::Type::Path(path) => {
                let segment = path
                    .path
                    .segments
                    .last()
                    .ok_or_else(|| Error::Type("a type has a name".to_owned()))?;
                let name = segment.ident.to_string();
                match Scalar::of(&name) {
                    Some(scalar) => Self::Scalar(scalar),
                    None => Self::Struct(name),
                }
            }
            syn::Type::Array(array) => {
                let Expr::Lit(syn::ExprLit {
                    lit: Lit::Int(length),
                    ..
                }) = &array.len
                else {
                    return Err(Error::Type("an array's length has to be a number".to_owned()));
                };
                Self::Array(Box::new(Self::of(&array.elem)?), length.base10_parse()?)
            }
            syn::Type::Ptr(pointer) => Self::Pointer(Pointer {
                is_mut: matches!(pointer.mutability, syn::PointerMutability::Mut(_)),
                is_reference: false,
                to: Self::pointee(&pointer.elem)?,
            }),
            syn::Type::Reference(reference) => Self::Pointer(Pointer {
                is_mut: reference.mutability.is_some(),
                is_reference: true,
                to: Self::pointee(&reference.elem)?,
            }),
            syn::Type::Paren(paren) => Self::of(&paren.elem)?,
            _ => {
                return Err(Error::Type(
                    "only numbers, `bool`, arrays, structs, pointers and references do".to_owned(),
                ));
            }
        })
    }

    fn pointee(ty: &syn::Type) -> Result<Option<Box<Self>>> {
        Ok(match Self::of(ty)? {
            Self::Struct(name) if name == "c_void" => None,
            other => Some(Box::new(other)),
        })
    }
}

/// Parses a type that is passed by itself: as an argument of an `extern "C"` function, or as a result.
///
/// # Errors
///
/// If it is not a Rust type, or can't be passed.
pub fn parse(text: &str) -> Result<Type> {
    let ty = syn_type(text)?;
    let read = || {
        let read = Type::of(&ty)?;
        if matches!(read, Type::Array(..)) {
            return Err(Error::Type("an array can only be passed by pointer".to_owned()));
        }
        if let Type::Struct(name) = &read
            && matches!(name.as_str(), "u128" | "i128" | "String" | "str" | "char")
        {
            return Err(Error::Type(format!("`{name}` can only be passed by pointer")));
        }
        Ok(read)
    };
    read().map_err(|error| Error::Boundary(text.to_owned(), Box::new(error)))
}

/// Parses a text as a Rust type.
pub fn syn_type(text: &str) -> Result<syn::Type> {
    syn::parse_str(text).map_err(|error| Error::NotRust(text.to_owned(), error))
}

/// Splits a type like `Option<u8>` into its name and its type arguments.
pub fn generic(ty: &syn::Type) -> Option<(String, Vec<&syn::Type>)> {
    let syn::Type::Path(path) = ty else { return None };
    let segment = path.path.segments.last()?;
    let PathArguments::AngleBracketed(list) = &segment.arguments else {
        return None;
    };
    let types = list.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    Some((segment.ident.to_string(), types.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_read() {
        let Type::Pointer(pointer) = parse("*const [[u8; 2]; 32]").unwrap() else {
            panic!("it is a pointer");
        };
        assert!(!pointer.is_mut && !pointer.is_reference);
        let byte = Type::Scalar(Scalar::of("u8").unwrap());
        let pair = Type::Array(Box::new(byte), 2);
        assert_eq!(pointer.to, Some(Box::new(Type::Array(Box::new(pair), 32))));
        assert_eq!(parse("crate::Point").unwrap(), Type::Struct("Point".into()));
    }

    #[test]
    fn what_does_not_cross_is_refused() {
        for ty in [
            "u128",
            "(u8, u8)",
            "[u8; 4]",
            "String",
            "&[u8]",
            "*const [u8; N]",
            "fn()",
        ] {
            assert!(parse(ty).is_err(), "{ty}");
        }
    }
}
