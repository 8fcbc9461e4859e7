//! The C header: a prototype for each export, with the Rust documentation, and the types and numbers in them.

use std::collections::BTreeMap;

use rustgo_record::panic::{FIELDS, FieldType, PanicField};

use super::comment::{c_comment, harmless};
use super::reserved::{constant, identifier};
use super::structs;
use super::types::{out_name, prototype};
use crate::Origin;
use crate::interface::misuse::MISUSES;
use crate::interface::{Enum, ErrorType, Function, Interface, Kind, Outcome, Type};
use crate::processor::Processor;
use crate::requires;

/// The declarations in a header if an export can panic, without the fields.
const PANIC_INFO: &str = "#ifndef RUSTGO_PANIC_INFO
#define RUSTGO_PANIC_INFO
/**
 * What a panic in Rust tells. The texts are UTF-8, lie in the library and stay there; no zero ends them.
 */
struct rustgo_panic_info {
";
const PANIC: &str = "};
#endif

/**
 * Is called when an export panics, and must not return. A program may define it; otherwise the library does, writes
 * one line to standard error and aborts.
 */
void rustgo_panic(const struct rustgo_panic_info *info);

";

/// The declarations in a header if a function returns a status.
const STATUS: &str = "#ifndef RUSTGO_STATUS
#define RUSTGO_STATUS
/**
 * What a function with a status returns beside errors of its own, which are greater than 0. Where it is below 0, nothing
 * was done: the arguments were not such as a safe Rust function can be called with.
 */
enum {
    RUSTGO_OK = 0,
";

/// The header's text, for C99 and C++. `panics` says whether an export can panic, which the program has to handle.
pub fn write(origin: &Origin, interface: &Interface, stacks: &BTreeMap<String, u64>, panics: bool) -> String {
    let guard = format!("{}_H", origin.identifier().to_uppercase());
    let mut text = format!("/* {} */\n\n#ifndef {guard}\n#define {guard}\n\n", origin.line());
    text.push_str("#include <stdbool.h>\n#include <stddef.h>\n#include <stdint.h>\n\n");
    text.push_str("#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n");
    if panics {
        text.push_str(PANIC_INFO);
        for field in FIELDS {
            text.push_str(&panic_field(field));
        }
        text.push_str(PANIC);
    }
    if interface.has_status() {
        text.push_str(STATUS);
        for (index, misuse) in MISUSES.iter().enumerate() {
            let comma = if index + 1 < MISUSES.len() { "," } else { "" };
            text.push_str(&format!(
                "    RUSTGO_{} = {}{comma} /* {} */\n",
                misuse.name, misuse.status, misuse.text
            ));
        }
        text.push_str("};\n#endif\n\n");
    }
    text.push_str(&structs::definitions(interface));
    for (name, error) in &interface.errors {
        text.push_str(&error_type(name, error));
    }
    for (name, this) in &interface.enums {
        text.push_str(&enumeration(name, this));
    }
    for function in &interface.functions {
        text.push_str(&comment(
            function,
            stacks.get(&function.name).copied().unwrap_or_default(),
        ));
        text.push_str(&format!("{};\n\n", prototype(function)));
    }
    text.push_str("#ifdef __cplusplus\n}\n#endif\n\n");
    text + &format!("#endif /* {guard} */\n")
}

/// A field of `struct rustgo_panic_info`.
fn panic_field(field: PanicField) -> String {
    let ty = match field.ty {
        FieldType::Text => "const char *",
        FieldType::Length => "size_t ",
        FieldType::U32 => "uint32_t ",
    };
    format!("    {ty}{}; /* {} */\n", field.name, field.doc)
}

/// An enum's numbers. What an `int` can't hold is no constant of an enum in C99.
fn enumeration(name: &str, this: &Enum) -> String {
    let prefix = constant(name);
    let fits = this
        .variants
        .iter()
        .all(|variant| i32::try_from(variant.value).is_ok());
    let mut text = c_comment(&this.doc, &[]);
    if fits {
        text.push_str(&format!("enum {name} {{\n"));
    }
    for (index, variant) in this.variants.iter().enumerate() {
        let constant = format!("{prefix}_{}", constant(&variant.name));
        let doc = variant.doc.lines().next().unwrap_or_default();
        let comment = match doc.is_empty() {
            true => String::new(),
            false => format!(" /* {} */", harmless(doc)),
        };
        let value = variant.value;
        text.push_str(&match fits {
            true => {
                let comma = if index + 1 < this.variants.len() { "," } else { "" };
                format!("    {constant} = {value}{comma}{comment}\n")
            }
            // The least number of 64 bits has no spelling of its own in C.
            false if value == i128::from(i64::MIN) => format!("#define {constant} INT64_MIN{comment}\n"),
            false if value < 0 => format!("#define {constant} (-INT64_C({})){comment}\n", -value),
            false if value <= i128::from(i64::MAX) => {
                format!("#define {constant} INT64_C({value}){comment}\n")
            }
            false => format!("#define {constant} UINT64_C({value}){comment}\n"),
        });
    }
    text + if fits { "};\n\n" } else { "\n" }
}

/// An error's numbers, and the function that returns the text of each.
fn error_type(name: &str, error: &ErrorType) -> String {
    let prefix = constant(name);
    let mut text = c_comment(&error.doc, &[]);
    text.push_str(&format!("enum {name} {{\n"));
    let mut cases = String::new();
    for (index, variant) in error.variants.iter().enumerate() {
        let comma = if index + 1 < error.variants.len() { "," } else { "" };
        let constant = format!("{prefix}_{}", constant(&variant.name));
        text.push_str(&format!(
            "    {constant} = {}{comma} /* {} */\n",
            variant.value,
            harmless(&variant.text)
        ));
        cases.push_str(&format!(
            "    case {constant}: return {};\n",
            quoted(&variant.text)
        ));
    }
    for misuse in MISUSES {
        cases.push_str(&format!(
            "    case RUSTGO_{}: return {};\n",
            misuse.name,
            quoted(misuse.text)
        ));
    }
    text.push_str("};\n\n");
    text.push_str(&format!(
        "/**\n * What a status of a function that fails with {name} says; NULL where it is none.\n */\n\
         static inline const char *{}_text(int32_t status) {{\n    switch (status) {{\n    case RUSTGO_OK: return \
         \"no error\";\n{cases}    default: return NULL;\n    }}\n}}\n\n",
        prefix.to_lowercase()
    ));
    text
}

/// What the result's place may be: it is written to, byte by byte, after the function has returned.
const PLACE: &str = "which may be NULL or overlap an argument, and need not be aligned";

/// A function's documentation as a C comment, with what the C form adds, and the proven stack bound.
fn comment(function: &Function, stack: u64) -> String {
    let mut notes = Vec::new();
    let out = out_name(function);
    let has_region = function
        .parameters
        .iter()
        .any(|parameter| !matches!(parameter.kind, Kind::Scalar(_) | Kind::Enum(..)));
    for parameter in &function.parameters {
        if let Kind::Enum(name, _) = &parameter.kind {
            let misuse = match function.outcome {
                Outcome::Status { .. } | Outcome::StatusOption(_) => "RUSTGO_NO_VALUE",
                _ => "a panic",
            };
            notes.push(format!(
                "{} is one of {}_...; another number is {misuse}.",
                identifier(&parameter.name),
                constant(name)
            ));
        }
    }
    if let Some(Type::Enum(name, _)) = function.outcome.out().or(match &function.outcome {
        Outcome::Value(value) => Some(value),
        _ => None,
    }) {
        notes.push(format!("The result is one of {}_....", constant(name)));
    }
    match &function.outcome {
        Outcome::Option(_) => notes.push(format!(
            "Returns whether there is a value, and only then writes it to {out}, {PLACE}."
        )),
        Outcome::StatusOption(_) => notes.push(format!(
            "Returns 1 if there is a value, and only then writes it to {out}, {PLACE}; 0 if there is none; and another of \
             RUSTGO_... where the arguments are at fault."
        )),
        Outcome::Status { value, error } => {
            let errors = match error {
                Some(error) => format!(", a number of {}_... where it fails,", constant(error)),
                None => String::new(),
            };
            notes.push(format!(
                "Returns RUSTGO_OK{errors} or another of RUSTGO_... where the arguments are at fault."
            ));
            if value.is_some() {
                notes.push(format!("With RUSTGO_OK it writes the value to {out}, {PLACE}."));
            }
        }
        _ if function.is_checked && has_region => notes.push(
            "Panics where an argument is null (of no elements it may be), or not aligned, or overlaps one that is \
             written to."
                .to_owned(),
        ),
        _ => {}
    }
    for (processor, features) in requires::of(function, &Processor::ALL) {
        notes.push(format!(
            "Requires of {processor} processors: {}.",
            features.names.join(", ")
        ));
        if !features.gcc.is_empty() {
            let tests = features
                .gcc
                .iter()
                .map(|name| format!("__builtin_cpu_supports(\"{name}\")"));
            notes.push(format!("In GCC: {}.", tests.collect::<Vec<_>>().join(" && ")));
        }
    }
    notes.push(format!(
        "Stack: at most {stack} bytes, the return address included."
    ));
    c_comment(&function.doc, &notes)
}

/// A string literal. UTF-8 stays as it is.
fn quoted(text: &str) -> String {
    let mut literal = String::from('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => literal.extend(['\\', letter]),
            // `??` starts a trigraph in C99.
            '?' => literal.push_str("\\?"),
            control if control.is_control() => literal.push_str(&format!("\\{:03o}", u32::from(control))),
            other => literal.push(other),
        }
    }
    literal + "\""
}
