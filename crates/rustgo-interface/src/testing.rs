//! Short ways to write declarations, for tests.

use rustgo_record::{Export, Type};

/// A safe Rust function with these parameters, each as `name: type`, and this result, empty if it returns nothing.
pub fn plain(name: &str, parameters: &[&str], ret: &str) -> Export {
    export(true, name, parameters, ret)
}

/// The same as `extern "C"`.
pub fn raw(name: &str, parameters: &[&str], ret: &str) -> Export {
    export(false, name, parameters, ret)
}

fn export(is_safe_fn: bool, name: &str, parameters: &[&str], ret: &str) -> Export {
    let args: Vec<_> = parameters
        .iter()
        .map(|parameter| {
            let (name, ty) = parameter.split_once(": ").expect("a name and a type");
            serde_json::json!({ "name": name, "type": ty })
        })
        .collect();
    let ret = (!ret.is_empty()).then_some(ret);
    let record = serde_json::json!({
        "v": 4, "name": name, "safe_fn": is_safe_fn, "args": args, "ret": ret, "doc": format!("Does {name}.")
    });
    serde_json::from_value(record).expect("an export")
}

/// A struct with these fields, each its name, type and offset.
pub fn structure(name: &str, size: u64, align: u64, fields: &[(&str, &str, u64)]) -> Type {
    let fields: Vec<_> = fields
        .iter()
        .map(|(name, ty, offset)| serde_json::json!({ "name": name, "type": ty, "offset": offset }))
        .collect();
    let record = serde_json::json!({
        "v": 4, "kind": "struct", "name": name, "size": size, "align": align, "fields": fields, "doc": "A struct."
    });
    serde_json::from_value(record).expect("a struct")
}

/// An error with these variants, each its name, number and text.
pub fn error(name: &str, variants: &[(&str, i32, &str)]) -> Type {
    let variants: Vec<_> = variants
        .iter()
        .map(|(name, value, text)| serde_json::json!({ "name": name, "value": value, "text": text, "doc": "" }))
        .collect();
    let record = serde_json::json!({ "v": 4, "kind": "error", "name": name, "variants": variants, "doc": "An error." });
    serde_json::from_value(record).expect("an error")
}

/// An error and its sources, in one line.
pub fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// An enum that is an integer of a Rust type, with these variants, each its name and number.
pub fn enumeration(name: &str, repr: &str, variants: &[(&str, i64)]) -> Type {
    let variants: Vec<_> = variants
        .iter()
        .map(|(name, value)| serde_json::json!({ "name": name, "value": *value as u64, "doc": "" }))
        .collect();
    let record = serde_json::json!({
        "v": 4, "kind": "enum", "name": name, "repr": repr, "variants": variants, "doc": "An enum."
    });
    serde_json::from_value(record).expect("an enum")
}
