//! Messages for types that can't be passed to hosts. Each names the type and what to write instead.

use quote::ToTokens;
use syn::Type;

use super::names::{generic, last};
use crate::types::bare;

/// Types of Rust's standard library, which could be taken for a guest's struct.
const KNOWN: [&str; 20] = [
    "char", "str", "u128", "i128", "f16", "f128", "String", "Vec", "Box", "Rc", "Arc", "Option", "Result",
    "NonNull", "Self", "Cow", "Range", "Duration", "CStr", "CString",
];

/// Whether a name is that of a type in Rust's standard library.
pub fn is_known(name: &str) -> bool {
    KNOWN.contains(&name)
        || name.starts_with("c_")
        || name.starts_with("NonZero")
        || name.starts_with("Atomic")
}

/// The message for an argument that is neither a scalar nor a reference.
pub fn argument(ty: &Type) -> String {
    let written = spelled(ty);
    if let Type::Array(_) = ty {
        return format!("arrays are passed by reference: write `&{written}` instead of `{written}`");
    }
    if let Type::Path(path) = ty
        && let Some(message) = by_name(&last(&path.path), ty)
    {
        return message;
    }
    everywhere(ty).unwrap_or_else(|| {
        format!(
            "structs are passed by reference: write `&{written}` instead of `{written}`, and `#[rustgo_rt::export]` \
             above `struct {written}`"
        )
    })
}

/// The message for a referenced type, if it needs another one than a struct or an element.
pub fn behind(ty: &Type, is_mut: bool) -> Option<String> {
    let Type::Path(path) = ty else {
        return match ty {
            Type::Reference(_) => Some(format!(
                "`{0}` is a pointer that Rust would have to trust: write `{0}` without the `&` in front of it",
                spelled(ty)
            )),
            _ => None,
        };
    };
    match last(&path.path).as_str() {
        "str" if is_mut => {
            Some("the host could find invalid UTF-8 in a `&mut str`: write `&mut [u8]`".to_owned())
        }
        "String" => Some("hosts have no `String`, and a guest has no heap: write `&str`".to_owned()),
        "Vec" => {
            let element = element_of(ty);
            let mutable = if is_mut { "mut " } else { "" };
            Some(format!(
                "hosts have no `{}`, and a guest has no heap: write `&{mutable}[{element}]`",
                spelled(ty)
            ))
        }
        _ => None,
    }
}

/// The message for a result.
pub fn result(ty: &Type) -> Option<String> {
    let written = spelled(ty);
    match ty {
        Type::Never(_) => Some("a host expects an export to return: remove `-> !`".to_owned()),
        Type::Array(_) => Some(format!(
            "C can't return an array: take `dst: &mut {written}` and write the result there, instead of returning `{written}`"
        )),
        Type::Reference(reference) => Some(format!(
            "a host can't honour the lifetime of `{written}`: return a value or an index, or take `dst: &mut {}`",
            match bare(&reference.elem) {
                Type::Path(path) if path.path.is_ident("str") => "[u8]".to_owned(),
                other => spelled(other),
            }
        )),
        Type::Tuple(tuple) if tuple.elems.is_empty() => {
            Some("`Option<()>` is a yes or no: return `bool`".to_owned())
        }
        Type::Path(path) => match last(&path.path).as_str() {
            "Option" | "Result" => Some(format!(
                "hosts get one result: instead of `{written}` return `Result<T, E>`, with both types written out and a \
                 variant of `E` for what is missing"
            )),
            "String" | "Vec" | "Box" => Some(format!(
                "a guest has no heap to return a `{written}` from: take `dst: &mut [{}]`, write the result there, and return its length",
                match last(&path.path).as_str() {
                    "String" => "u8".to_owned(),
                    _ => element_of(ty),
                }
            )),
            _ => None,
        },
        _ => None,
    }
}

/// The message for the second type of a `Result`.
pub fn error(ty: &Type) -> String {
    let written = spelled(ty);
    format!(
        "hosts see an error as a number: instead of `{written}` name an `enum` of yours, with `#[rustgo_rt::export]` \
         and `#[repr(i32)]` above it"
    )
}

/// The message for a type in memory that is shared with hosts.
pub fn element(ty: &Type) -> String {
    if let Type::Path(path) = ty
        && let Some(message) = by_name(&last(&path.path), ty)
    {
        return message;
    }
    everywhere(ty).unwrap_or_else(|| {
        let written = spelled(ty);
        match ty {
            Type::Reference(_) | Type::Slice(_) => format!(
                "memory shared with hosts holds no references: instead of `{written}` pass all elements in one \
                 slice, and the start of each in another, as in `&[u32]`"
            ),
            _ => format!(
                "memory shared with hosts holds numbers, `bool`, arrays, and structs with names: instead of `{written}` \
                 write a `struct` with `#[rustgo_rt::export]` and `#[repr(C)]` above it"
            ),
        }
    })
}

/// The message for a type that can't be passed at all.
fn everywhere(ty: &Type) -> Option<String> {
    let written = spelled(ty);
    Some(match ty {
        Type::Path(path) if path.qself.is_some() => {
            format!("hosts need the type's name: write it instead of `{written}`")
        }
        Type::Ptr(pointer) => {
            let element = spelled(&pointer.elem);
            format!(
                "Rust can't check `{written}`: write `&{element}` or `&[{element}]`; or make it an `unsafe extern \"C\" \
                 fn`, which takes pointers as they are"
            )
        }
        Type::Tuple(_) => format!(
            "`{written}` has no fixed layout: write a `struct` with named fields, with `#[rustgo_rt::export]` and \
             `#[repr(C)]` above it"
        ),
        Type::FnPtr(_) => {
            format!(
                "a guest can't call back into its host: instead of `{written}` take the values that it needs"
            )
        }
        Type::ImplTrait(_) => {
            format!(
                "`{written}` is a generic parameter, but a host calls one compiled function: write a concrete type"
            )
        }
        Type::TraitObject(_) => {
            format!("`{written}` has no layout that hosts know: write a concrete type")
        }
        Type::Infer(_) | Type::Macro(_) => {
            format!("hosts need the type's name: write it instead of `{written}`")
        }
        _ => return None,
    })
}

/// The message for a type of Rust's standard library, by its name.
fn by_name(name: &str, ty: &Type) -> Option<String> {
    let written = spelled(ty);
    let element = element_of(ty);
    Some(match name {
        "char" => "hosts have no `char`: take `u32` and check it with `char::from_u32`".to_owned(),
        "u128" | "i128" => format!("hosts have no `{name}`: take `&[u64; 2]`, low half first"),
        "f16" | "f128" => format!("hosts have no `{name}`: take `f32` or `f64`"),
        "str" => "a string is passed as `&str`: write that instead of `str`".to_owned(),
        "String" | "Cow" | "CStr" | "CString" => {
            format!("hosts have no `{written}`, and a guest has no heap: write `&str`")
        }
        "Vec" => format!("hosts have no `{written}`, and a guest has no heap: write `&[{element}]`"),
        "Box" | "Rc" | "Arc" => {
            format!("hosts have no `{written}`, and a guest has no heap: write `&{element}`")
        }
        "NonNull" => format!("Rust can't check `{written}`: write `&{element}`"),
        "Option" => format!(
            "hosts pass no `{written}`: take the value, and a `bool` that says whether it is present; as a result `Option` \
             is fine"
        ),
        "Result" => format!("hosts pass no `{written}`: take the value; as a result `Result` is fine"),
        "Range" => format!("hosts have no `{written}`: take its `start` and its `end`"),
        "Duration" => "hosts have no `Duration`: take nanoseconds, as in `u64`".to_owned(),
        "Self" => "hosts need the type's name: write it instead of `Self`".to_owned(),
        _ if name.starts_with("c_") => format!(
            "`{written}` differs between systems, but one image serves them all: write a fixed width, as in `i32`"
        ),
        _ if name.starts_with("NonZero") => {
            format!(
                "hosts can pass 0 for `{written}`: take the plain integer and check it with `{name}::new`"
            )
        }
        _ if name.starts_with("Atomic") => {
            format!("hosts can't access `{written}` under Rust's memory model: take the plain integer")
        }
        _ => match generic(ty) {
            Some(_) => format!(
                "a host calls one compiled function: instead of `{written}` write a `struct` without type parameters, with \
                 `#[rustgo_rt::export]` and `#[repr(C)]` above it"
            ),
            None => return None,
        },
    })
}

/// The first type argument.
fn element_of(ty: &Type) -> String {
    generic(ty)
        .and_then(|(_, types)| types.first().map(|ty| spelled(ty)))
        .unwrap_or_else(|| "T".to_owned())
}

/// A type as rustfmt would write it.
pub fn spelled(ty: &Type) -> String {
    let mut text = ty.to_token_stream().to_string();
    for (from, to) in [
        (" ::", "::"),
        (":: ", "::"),
        (" <", "<"),
        ("< ", "<"),
        (" >", ">"),
        (" ,", ","),
        (" ;", ";"),
        ("& ", "&"),
        ("* ", "*"),
        (" (", "("),
        (" [", " ["),
    ] {
        text = text.replace(from, to);
    }
    text
}
