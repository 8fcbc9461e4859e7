//! The structs of a C header: their definitions, each after those that it contains, and assertions that the C
//! compiler's layout is Rust's.

use super::comment::c_comment;
use super::reserved::identifier;
use super::types::declaration;
use crate::interface::{Interface, Kind, Outcome, Pointer, Structure, Type};

/// All definitions, and declarations of the structs that are known by name only.
pub fn definitions(interface: &Interface) -> String {
    let mut text = String::new();
    for name in opaque(interface) {
        text.push_str(&format!("struct {name};\n\n"));
    }
    let mut done = Vec::new();
    for name in interface.structures.keys() {
        define(&mut text, interface, name, &mut done);
    }
    text
}

fn define<'a>(text: &mut String, interface: &'a Interface, name: &'a str, done: &mut Vec<&'a str>) {
    let Some((name, structure)) = interface.structures.get_key_value(name) else {
        return;
    };
    if done.contains(&name.as_str()) {
        return;
    }
    done.push(name);
    for field in &structure.fields {
        if let Some(inner) = inner(&field.ty) {
            define(text, interface, inner, done);
        }
    }
    text.push_str(&c_comment(&structure.doc, &[]));
    text.push_str(&format!("struct {name} {{\n"));
    for field in &structure.fields {
        text.push_str(&format!(
            "    {};\n",
            declaration(&field.ty, &identifier(&field.name))
        ));
    }
    text.push_str("};\n");
    text.push_str(&assertions(name, structure));
    text.push('\n');
}

/// C99 has no static assertions, so these are arrays whose lengths are negative on failure.
fn assertions(name: &str, structure: &Structure) -> String {
    let mut text = format!(
        "typedef char rustgo_size_of_{name}[sizeof(struct {name}) == {} ? 1 : -1];\n",
        structure.layout.size
    );
    for field in &structure.fields {
        text.push_str(&format!(
            "typedef char rustgo_offset_of_{name}_{}[offsetof(struct {name}, {}) == {} ? 1 : -1];\n",
            field.name,
            identifier(&field.name),
            field.offset
        ));
    }
    text
}

/// The struct that a type contains by value.
fn inner(ty: &Type) -> Option<&str> {
    match ty {
        Type::Struct(name) => Some(name),
        Type::Array(element, _) => inner(element),
        Type::Scalar(_) | Type::Enum(..) | Type::Pointer(_) => None,
    }
}

/// The structs that are only pointed to, with unknown layouts.
fn opaque(interface: &Interface) -> Vec<&str> {
    let mut names = Vec::new();
    for function in &interface.functions {
        let kinds = function.parameters.iter().map(|parameter| &parameter.kind);
        let mut pointers: Vec<&Pointer> = kinds
            .filter_map(|kind| match kind {
                Kind::Pointer(pointer) => Some(pointer),
                _ => None,
            })
            .collect();
        if let Outcome::Value(Type::Pointer(pointer)) = &function.outcome {
            pointers.push(pointer);
        }
        for pointer in pointers {
            let mut to = pointer.to.as_deref();
            while let Some(Type::Pointer(next)) = to {
                to = next.to.as_deref();
            }
            names.extend(
                to.and_then(inner)
                    .filter(|name| !interface.structures.contains_key(*name)),
            );
        }
    }
    names.sort_unstable();
    names.dedup();
    names
}
