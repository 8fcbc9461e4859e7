//! What to write in place of a type that hosts can't have: each message names the type and shows another.

use quote::ToTokens;
use syn::Type;

use super::names::{generic, last};
use crate::types::bare;

/// Types of Rust's own library, which look like a guest's struct and are none.
const KNOWN: [&str; 20] = [
    "char", "str", "u128", "i128", "f16", "f128", "String", "Vec", "Box", "Rc", "Arc", "Option", "Result",
    "NonNull", "Self", "Cow", "Range", "Duration", "CStr", "CString",
];

/// Whether a name is one of Rust's own library.
pub fn is_known(name: &str) -> bool {
    KNOWN.contains(&name)
        || name.starts_with("c_")
        || name.starts_with("NonZero")
        || name.starts_with("Atomic")
}

/// Of an argument that is neither a scalar nor a reference.
pub fn argument(ty: &Type) -> String {
    let written = spelled(ty);
    if let Type::Array(_) = ty {
        return format!("arrays are passed by reference: write `&{written}` in place of `{written}`");
    }
    if let Type::Path(path) = ty
        && let Some(message) = by_name(&last(&path.path), ty)
    {
        return message;
    }
    everywhere(ty).unwrap_or_else(|| {
        format!(
            "structs are passed by reference: write `&{written}` in place of `{written}`, and `#[rustgo_rt::export]` \
             above `struct {written}`"
        )
    })
}

/// Of what lies behind a reference, where a struct's or an element's message would not do.
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
            Some("a `&mut str` could come back as something that is no UTF-8: write `&mut [u8]`".to_owned())
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

/// Of a result.
pub fn result(ty: &Type) -> Option<String> {
    let written = spelled(ty);
    match ty {
        Type::Never(_) => Some("a host expects an export to come back: leave `-> !` out".to_owned()),
        Type::Array(_) => Some(format!(
            "C returns no array: take `dst: &mut {written}` and write there, in place of returning `{written}`"
        )),
        Type::Reference(reference) => Some(format!(
            "a host can't honour the lifetime of `{written}`: return a value, a position, or take `dst: &mut {}`",
            match bare(&reference.elem) {
                Type::Path(path) if path.path.is_ident("str") => "[u8]".to_owned(),
                other => spelled(other),
            }
        )),
        Type::Tuple(tuple) if tuple.elems.is_empty() => {
            Some("`Option<()>` says yes or no: return `bool`".to_owned())
        }
        Type::Path(path) => match last(&path.path).as_str() {
            "Option" | "Result" => Some(format!(
                "hosts get one answer: in place of `{written}` return `Result<T, E>`, with both types written out and a \
                 variant of `E` for what is missing"
            )),
            "String" | "Vec" | "Box" => Some(format!(
                "a guest has no heap to return a `{written}` from: take `dst: &mut [{}]`, write there, and return how much",
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

/// Of the second type of a `Result`.
pub fn error(ty: &Type) -> String {
    let written = spelled(ty);
    format!(
        "hosts know an error by a number: in place of `{written}` name an `enum` of yours, with `#[rustgo_rt::export]` \
         and `#[repr(i32)]` above it"
    )
}

/// Of what is to lie in memory that both sides see.
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
                "memory that hosts share has no references in it: in place of `{written}` pass all elements in one \
                 slice, and where each begins in another, as in `&[u32]`"
            ),
            _ => format!(
                "memory that hosts share holds numbers, `bool`, arrays, and structs with names: in place of `{written}` \
                 write a `struct` with `#[rustgo_rt::export]` and `#[repr(C)]` above it"
            ),
        }
    })
}

/// Types that cross nowhere.
fn everywhere(ty: &Type) -> Option<String> {
    let written = spelled(ty);
    Some(match ty {
        Type::Path(path) if path.qself.is_some() => {
            format!("hosts need the type's name: write it in place of `{written}`")
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
                "a guest can't call back into its host: in place of `{written}` take the values that it needs"
            )
        }
        Type::ImplTrait(_) => {
            format!(
                "`{written}` is a generic parameter, and a host calls one compiled function: write the type"
            )
        }
        Type::TraitObject(_) => {
            format!("`{written}` is known by its methods alone, which hosts don't have: write the type")
        }
        Type::Infer(_) | Type::Macro(_) => {
            format!("hosts need the type's name: write it in place of `{written}`")
        }
        _ => return None,
    })
}

/// What Rust's own library has, by its name.
fn by_name(name: &str, ty: &Type) -> Option<String> {
    let written = spelled(ty);
    let element = element_of(ty);
    Some(match name {
        "char" => "hosts have no `char`: take `u32` and check it with `char::from_u32`".to_owned(),
        "u128" | "i128" => format!("hosts have no `{name}`: take `&[u64; 2]`, low half first"),
        "f16" | "f128" => format!("hosts have no `{name}`: take `f32` or `f64`"),
        "str" => "text is passed as `&str`: write that in place of `str`".to_owned(),
        "String" | "Cow" | "CStr" | "CString" => {
            format!("hosts have no `{written}`, and a guest has no heap: write `&str`")
        }
        "Vec" => format!("hosts have no `{written}`, and a guest has no heap: write `&[{element}]`"),
        "Box" | "Rc" | "Arc" => {
            format!("hosts have no `{written}`, and a guest has no heap: write `&{element}`")
        }
        "NonNull" => format!("Rust can't check `{written}`: write `&{element}`"),
        "Option" => format!(
            "hosts pass no `{written}`: take the value, and a `bool` that says whether it is one; as a result `Option` \
             is fine"
        ),
        "Result" => format!("hosts pass no `{written}`: take the value; as a result `Result` is fine"),
        "Range" => format!("hosts have no `{written}`: take its `start` and its `end`"),
        "Duration" => "hosts have no `Duration`: take nanoseconds, as in `u64`".to_owned(),
        "Self" => "hosts need the type's name: write it in place of `Self`".to_owned(),
        _ if name.starts_with("c_") => format!(
            "`{written}` differs from system to system, and the image is one for all: write the width, as in `i32`"
        ),
        _ if name.starts_with("NonZero") => {
            format!(
                "hosts can pass 0 for `{written}`: take the plain integer and check it with `{name}::new`"
            )
        }
        _ if name.starts_with("Atomic") => {
            format!("hosts would have to share `{written}` in Rust's memory model: take the plain integer")
        }
        _ => match generic(ty) {
            Some(_) => format!(
                "a host calls one compiled function: in place of `{written}` write a `struct` without brackets, with \
                 `#[rustgo_rt::export]` and `#[repr(C)]` above it"
            ),
            None => return None,
        },
    })
}

/// The type in brackets.
fn element_of(ty: &Type) -> String {
    generic(ty)
        .and_then(|(_, types)| types.first().map(|ty| spelled(ty)))
        .unwrap_or_else(|| "T".to_owned())
}

/// A type as a person writes it.
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
