//! The Rust types that the C ABI can pass, and their spelling in the record.

use proc_macro2::TokenStream as Tokens;
use quote::{ToTokens, quote_spanned};
use syn::spanned::Spanned;
use syn::{Error, GenericArgument, Path, PathArguments, PointerMutability, Result, Type};

use crate::signature::Registers;

const INTEGERS: [&str; 11] = [
    "u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64", "usize", "isize", "bool",
];
const FLOATS: [&str; 2] = ["f32", "f64"];

/// What to write instead of a Rust type that has no counterpart in C, anywhere in a signature.
const INSTEAD: [(&str, &str); 8] = [
    ("u128", "pass a pointer to `[u64; 2]`, low half first"),
    ("i128", "pass a pointer to `[u64; 2]`, low half first"),
    ("char", "take `u32` and check it with `char::from_u32`"),
    (
        "str",
        "take `data: *const u8, len: usize`, or `*const rustgo_rt::ffi::GoString`",
    ),
    (
        "String",
        "take `data: *const u8, len: usize`, or `*const rustgo_rt::ffi::GoString`",
    ),
    (
        "Vec",
        "take `data: *const T, len: usize`, or `*const rustgo_rt::ffi::GoSlice<T>`",
    ),
    ("Box", "take a raw pointer: a guest has no heap"),
    ("Rc", "take a raw pointer: a guest has no heap"),
];

/// A type that is passed by value.
pub struct CrossingType {
    /// The type as rustfmt spells it.
    pub text: String,
    pub registers: Registers,
    /// The type that it points to. `None` for a scalar.
    pointee: Option<Type>,
    written: Type,
}

impl CrossingType {
    /// An assertion at the type's place: a scalar's name means the scalar, or a pointer is one word.
    pub fn promise(&self) -> Tokens {
        match &self.pointee {
            Some(pointee) => {
                quote_spanned!(self.written.span()=> ::rustgo_rt::__private::assert_eq_size!(*const #pointee, usize);)
            }
            None => scalar_promise(&self.written),
        }
    }
}

/// The registers of a scalar. `None` for every other type.
pub fn scalar(ty: &Type) -> Option<Registers> {
    match bare(ty) {
        Type::Path(path) if is_one_of(&path.path, &INTEGERS) => Some(Registers::Integer),
        Type::Path(path) if is_one_of(&path.path, &FLOATS) => Some(Registers::Float),
        _ => None,
    }
}

/// An assertion that a scalar's name means the scalar.
pub fn scalar_promise(scalar: &Type) -> Tokens {
    quote_spanned!(scalar.span()=> ::rustgo_rt::__private::assert_type_eq_all!(#scalar, ::rustgo_rt::__private::primitive::#scalar);)
}

/// Checks an argument's type.
pub fn argument(ty: &Type) -> Result<CrossingType> {
    let crossing = |registers, pointee: Option<&Type>| -> Result<CrossingType> {
        Ok(CrossingType {
            text: text(ty)?,
            registers,
            pointee: pointee.cloned(),
            written: bare(ty).clone(),
        })
    };
    if let Some(registers) = scalar(ty) {
        return crossing(registers, None);
    }
    match bare(ty) {
        Type::Ptr(pointer) => crossing(Registers::Integer, Some(&pointer.elem)),
        Type::Reference(reference) => crossing(Registers::Integer, Some(&reference.elem)),
        Type::Array(_) => {
            let written = text(ty)?;
            refuse(
                ty,
                &format!(
                    "C can't pass an array by value: take a pointer, `*const {written}` or `*mut {written}`"
                ),
            )
        }
        Type::Path(path) => {
            let written = text(ty)?;
            let last = path
                .path
                .segments
                .last()
                .map(|segment| segment.ident.to_string())
                .unwrap_or_default();
            let message = match last.as_str() {
                "Option" | "NonNull" => {
                    "in C every pointer may be null: take a raw pointer and check `is_null()`".to_owned()
                }
                alias if alias.starts_with("c_") => {
                    format!(
                        "`{written}` differs between systems, but one image serves them all: write a fixed width, as in `i32`"
                    )
                }
                _ => format!(
                    "only scalars and pointers are passed by value: take `*const {written}` and make it `#[repr(C)]`; if \
                     `{written}` is another name for a scalar or a pointer, write that"
                ),
            };
            refuse(ty, &message)
        }
        // Every other kind of type is refused by `text`.
        _ => text(ty).and_then(|_| {
            refuse(
                ty,
                "the C ABI can't pass this type: take a pointer to a `#[repr(C)]` type",
            )
        }),
    }
}

/// Checks a return type. `()` is `None`, like a missing return type.
pub fn ret(ty: &Type) -> Result<Option<CrossingType>> {
    match bare(ty) {
        Type::Tuple(tuple) if tuple.elems.is_empty() => Ok(None),
        Type::Never(_) => refuse(ty, "a host expects an export to return: remove the return type"),
        Type::Reference(reference) => {
            let (keyword, pointee) = (
                if reference.mutability.is_some() {
                    "mut"
                } else {
                    "const"
                },
                text(&reference.elem)?,
            );
            refuse(
                ty,
                &format!("a host can't honour a reference's lifetime: return `*{keyword} {pointee}`"),
            )
        }
        Type::Array(_) => {
            let written = text(ty)?;
            refuse(
                ty,
                &format!("C can't return an array: take an argument `dst: *mut {written}` and write there"),
            )
        }
        _ => argument(ty).map(Some),
    }
}

/// The type as rustfmt spells it, or why the C ABI can't pass it, by value or behind a pointer.
fn text(ty: &Type) -> Result<String> {
    match bare(ty) {
        Type::Path(path) if path.qself.is_none() => path_text(&path.path),
        Type::Ptr(pointer) => {
            let keyword = match pointer.mutability {
                PointerMutability::Const(_) => "const",
                PointerMutability::Mut(_) => "mut",
            };
            Ok(format!("*{keyword} {}", text(&pointer.elem)?))
        }
        Type::Reference(reference) => {
            let lifetime = reference
                .lifetime
                .as_ref()
                .map_or(String::new(), |lifetime| format!("{lifetime} "));
            let keyword = if reference.mutability.is_some() {
                "mut "
            } else {
                ""
            };
            Ok(format!("&{lifetime}{keyword}{}", text(&reference.elem)?))
        }
        Type::Array(array) => Ok(format!(
            "[{}; {}]",
            text(&array.elem)?,
            array.len.to_token_stream()
        )),
        Type::Slice(slice) => {
            let item = text(&slice.elem)?;
            refuse(
                ty,
                &format!(
                    "a pointer to a slice is two words, which C doesn't have: take `data: *const {item}, len: usize`, or \
                     `*const rustgo_rt::ffi::GoSlice<{item}>`"
                ),
            )
        }
        Type::Tuple(_) => refuse(
            ty,
            "a tuple has no fixed layout: take a pointer to a `#[repr(C)]` struct",
        ),
        Type::FnPtr(_) => refuse(
            ty,
            "a guest can't call back into its host: take the values that it needs",
        ),
        Type::ImplTrait(_) => refuse(
            ty,
            "`impl Trait` is a generic parameter, but a host calls one compiled function: write a concrete type",
        ),
        Type::TraitObject(_) => refuse(
            ty,
            "a pointer to a trait object is two words, which C doesn't have: write a concrete type",
        ),
        _ => refuse(ty, "the hosts' headers need the type's name: write it out"),
    }
}

fn path_text(path: &Path) -> Result<String> {
    let mut written = String::from(if path.leading_colon.is_some() { "::" } else { "" });
    for (index, segment) in path.segments.iter().enumerate() {
        if index > 0 {
            written.push_str("::");
        }
        let name = segment.ident.to_string();
        if let Some((_, instead)) = INSTEAD.iter().find(|(refused, _)| *refused == name) {
            return refuse(path, &format!("the C ABI can't pass `{name}`: {instead}"));
        }
        written.push_str(&name);
        match &segment.arguments {
            PathArguments::None => {}
            PathArguments::AngleBracketed(list) => {
                let list: Result<Vec<String>> = list.args.iter().map(generic_text).collect();
                written.push_str(&format!("<{}>", list?.join(", ")));
            }
            PathArguments::Parenthesized(_) => {
                return refuse(path, "a trait is not a type: write a concrete type");
            }
        }
    }
    Ok(written)
}

fn generic_text(argument: &GenericArgument) -> Result<String> {
    match argument {
        GenericArgument::Type(ty) => text(ty),
        GenericArgument::Lifetime(lifetime) => Ok(lifetime.to_string()),
        other => Ok(other.to_token_stream().to_string()),
    }
}

/// The type without parentheses, and without the invisible groups that a macro leaves.
pub fn bare(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => bare(&group.elem),
        Type::Paren(paren) => bare(&paren.elem),
        other => other,
    }
}

pub fn is_one_of(path: &Path, names: &[&str]) -> bool {
    names.iter().any(|name| path.is_ident(name))
}

pub fn refuse<T>(at: impl ToTokens, message: &str) -> Result<T> {
    Err(Error::new_spanned(at, message))
}
