//! Reads signatures from the records of `#[rustgo_rt::export]`.

use std::collections::BTreeMap;

use rustgo_record::Export;

use super::error::{Error, Result};
use super::types::{self, Type};
use super::{Enum, Function, Kind, Outcome, Parameter, documentation};

/// The interface of an export.
///
/// # Errors
///
/// If one of its types can't be passed to hosts.
pub fn function(export: &Export, enums: &BTreeMap<String, Enum>) -> Result<Function> {
    let mut parameters = Vec::new();
    for argument in &export.args {
        parameters.push(Parameter {
            name: argument.name.clone(),
            kind: match export.is_safe_fn {
                true => match enums.get(&argument.ty) {
                    Some(this) => Kind::Enum(argument.ty.clone(), this.scalar),
                    None => safe_fn(&argument.ty)?,
                },
                false => by_itself(&argument.ty)?,
            },
        });
    }
    let outcome = match &export.ret {
        None => Outcome::Nothing,
        Some(ret) if export.is_safe_fn => outcome(ret)?,
        Some(ret) => Outcome::Value(types::parse(ret)?),
    };
    let takes_text = parameters.iter().any(|parameter| parameter.kind == Kind::Text);
    let outcome = match named(outcome, enums) {
        Outcome::Option(value) if takes_text => Outcome::StatusOption(value),
        Outcome::Nothing if takes_text => Outcome::Status {
            value: None,
            error: None,
        },
        Outcome::Value(value) if takes_text => Outcome::Status {
            value: Some(value),
            error: None,
        },
        other => other,
    };
    Ok(Function {
        name: export.name.clone(),
        doc: documentation::plain(&export.doc),
        parameters,
        outcome,
        requires: export.requires.clone(),
        is_checked: export.is_safe_fn,
    })
}

/// What a call comes to, with enums in place of types that are known by their names alone.
fn named(outcome: Outcome, enums: &BTreeMap<String, Enum>) -> Outcome {
    let named = |value: Type| match value {
        Type::Struct(name) if enums.contains_key(&name) => Type::Enum(name.clone(), enums[&name].scalar),
        other => other,
    };
    match outcome {
        Outcome::Value(value) => Outcome::Value(named(value)),
        Outcome::Option(value) => Outcome::Option(named(value)),
        Outcome::Status { value, error } => Outcome::Status {
            value: value.map(named),
            error,
        },
        other => other,
    }
}

/// An argument of an `extern "C"` function.
fn by_itself(text: &str) -> Result<Kind> {
    match types::parse(text)? {
        Type::Scalar(scalar) => Ok(Kind::Scalar(scalar)),
        Type::Pointer(pointer) => Ok(Kind::Pointer(pointer)),
        Type::Array(..) | Type::Struct(_) | Type::Enum(..) => {
            Err(Error::Type(format!("`{text}` can only be passed by pointer")))
        }
    }
}

/// An argument of a safe Rust function.
fn safe_fn(text: &str) -> Result<Kind> {
    let ty = types::syn_type(text)?;
    if let syn::Type::Reference(reference) = &ty {
        match &*reference.elem {
            syn::Type::Slice(slice) => {
                return Ok(Kind::Slice {
                    is_mut: reference.mutability.is_some(),
                    element: Type::of(&slice.elem)?,
                });
            }
            syn::Type::Path(path) if path.path.is_ident("str") => return Ok(Kind::Text),
            _ => {}
        }
    }
    by_itself(text)
}

/// The result of a safe Rust function.
fn outcome(text: &str) -> Result<Outcome> {
    let ty = types::syn_type(text)?;
    let generic = types::generic(&ty);
    Ok(
        match generic
            .as_ref()
            .map(|(name, types)| (name.as_str(), types.as_slice()))
        {
            Some(("Option", [value])) => Outcome::Option(Type::of(value)?),
            Some(("Result", [value, error])) => Outcome::Status {
                value: match value {
                    syn::Type::Tuple(unit) if unit.elems.is_empty() => None,
                    value => Some(Type::of(value)?),
                },
                error: Type::of(error)?.structure(),
            },
            _ => Outcome::Value(types::parse(text)?),
        },
    )
}
