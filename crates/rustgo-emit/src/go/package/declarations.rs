//! The Go side of a package: `exports.go` with the functions, `types.go` with the types in their signatures.

use super::documentation::comment;
use super::names::{self, exported, parameter};
use super::signature::{Signature, parameters};
use super::{Context, quoted};
use crate::interface::misuse::{MISUSES, NOT_UTF8};
use crate::interface::{Enum, ErrorType, Function, Interface, Kind, Outcome, Structure};
use crate::processor::Processor;
use crate::requires;

/// The text of `exports.go`: the functions in every image.
pub fn functions(context: &Context<'_>, functions: &[&Function]) -> String {
    let mut body = String::from(
        "// rust is the image: all code and constants of the Rust exports. It is not called itself.\n//\n\
         //lint:ignore U1000 the shims call into it\nfunc rust()\n",
    );
    for function in functions {
        body.push('\n');
        body.push_str(&self::function(context.interface, function));
    }
    if context.interface.has_status() {
        body.push('\n');
        body.push_str(&misused(&context.package, context.interface));
    }
    file(context, &context.constraint(), &body)
}

/// The text of `exports_PROCESSOR.go`: the functions that only this processor's image has.
pub fn of_one(context: &Context<'_>, processor: &str, functions: &[&Function]) -> String {
    let functions: Vec<String> = functions
        .iter()
        .map(|function| self::function(context.interface, function))
        .collect();
    file(
        context,
        &format!("{processor} && gc && !purego"),
        &functions.join("\n"),
    )
}

/// A file with one build constraint.
pub fn file(context: &Context<'_>, constraint: &str, body: &str) -> String {
    let import = if body.contains("unsafe.Pointer") {
        "import \"unsafe\"\n\n"
    } else {
        ""
    };
    format!(
        "// {}\n\n//go:build {constraint}\n\npackage {}\n\n{import}{body}",
        context.origin.line(),
        context.package
    )
}

fn function(interface: &Interface, function: &Function) -> String {
    let signature = Signature::of(interface, function);
    let mut documentation = comment(&exported(&function.name), &function.doc, &notes(function));
    let noescape = if signature.is_noescape {
        "//\n//go:noescape\n"
    } else {
        ""
    };
    let (value, error) = match &function.outcome {
        Outcome::Status { value, error } => (value.as_ref(), error.as_ref()),
        Outcome::StatusOption(value) => (Some(value), None),
        _ => {
            documentation.push_str(noescape);
            return format!("{documentation}{}\n", signature.declaration);
        }
    };
    let is_option = matches!(function.outcome, Outcome::StatusOption(_));
    let name = exported(&function.name);
    let arguments: Vec<String> = function
        .parameters
        .iter()
        .map(|argument| parameter(&argument.name))
        .collect();
    let free = |name: &str| match arguments.iter().any(|argument| argument == name) {
        true => format!("{name}_"),
        false => name.to_owned(),
    };
    let status = free("status");
    let (results, values) = match value {
        Some(value) => (
            format!(
                "({}, {}error)",
                names::ty(interface, value),
                if is_option { "bool, " } else { "" }
            ),
            free("value") + ", ",
        ),
        None => ("error".to_owned(), String::new()),
    };
    let [no, is_there] = match is_option {
        true => ["false, ".to_owned(), format!("{status} != 0, ")],
        false => [String::new(), String::new()],
    };
    let failed = error.map_or(String::new(), |error| {
        format!(
            "\tif {status} > 0 {{\n\t\treturn {values}{}({status})\n\t}}\n",
            exported(error)
        )
    });
    let noescape = if noescape.is_empty() {
        ""
    } else {
        "//go:noescape\n"
    };
    format!(
        "{documentation}func {name}({}) {results} {{\n\t{values}{status} := {}({})\n{failed}\tif {status} < 0 {{\n\t\treturn \
         {values}{no}rustMisused({}, {status})\n\t}}\n\treturn {values}{is_there}nil\n}}\n\n{noescape}{}\n",
        parameters(interface, function),
        signature.name,
        arguments.join(", "),
        quoted(&name),
        signature.declaration
    )
}

/// Notes that the Go form adds to the documentation.
fn notes(function: &Function) -> Vec<String> {
    let mut notes = Vec::new();
    if let Outcome::Option(_) | Outcome::StatusOption(_) = function.outcome {
        notes.push("The bool says whether there is a value.".to_owned());
    }
    if function
        .parameters
        .iter()
        .any(|parameter| parameter.kind == Kind::Text)
    {
        notes.push(format!(
            "The error is {} for a string that is not UTF-8.",
            names::NOT_UTF8
        ));
    }
    if function
        .parameters
        .iter()
        .any(|parameter| matches!(parameter.kind, Kind::Enum(..)))
    {
        notes.push("It panics when it is passed a number that none of the constants has.".to_owned());
    }
    notes.extend(requires::sentences(function, &Processor::ALL));
    if function.is_checked && can_overlap(function) {
        notes.push("It panics when what is written to overlaps another argument.".to_owned());
    }
    notes
}

/// Whether two arguments are in memory, and one of them can be written.
fn can_overlap(function: &Function) -> bool {
    let in_memory = function
        .parameters
        .iter()
        .filter_map(|parameter| match &parameter.kind {
            Kind::Scalar(_) | Kind::Enum(..) => None,
            Kind::Pointer(pointer) => Some(pointer.is_mut),
            Kind::Slice { is_mut, .. } => Some(*is_mut),
            Kind::Text => Some(false),
        });
    let in_memory: Vec<bool> = in_memory.collect();
    in_memory.len() > 1 && in_memory.contains(&true)
}

/// The function that handles negative statuses.
fn misused(package: &str, interface: &Interface) -> String {
    let mut text = String::from(
        "// rustMisused panics as the status says, or returns the error that it stands for.\n\
         func rustMisused(name string, status int32) error {\n\tswitch status {\n",
    );
    for misuse in MISUSES {
        let case = format!("\tcase {}:\n", misuse.status);
        if misuse != NOT_UTF8 {
            let message = quoted(&format!(": {}", misuse.text));
            let package = quoted(&format!("{package}."));
            text.push_str(&format!("{case}\t\tpanic({package} + name + {message})\n"));
        } else if interface.takes_text() {
            text.push_str(&format!("{case}\t\treturn {}\n", names::NOT_UTF8));
        }
    }
    text + &format!(
        "\t}}\n\tpanic({} + name + \": Rust returned what it never does\")\n}}\n",
        quoted(&format!("{package}."))
    )
}

/// The text of `types.go`. `None` if it would be empty.
pub fn types(context: &Context<'_>) -> Option<String> {
    let Context {
        origin,
        interface,
        package,
        ..
    } = context;
    let mut body = String::new();
    for (name, structure) in &interface.structures {
        body.push('\n');
        body.push_str(&self::structure(interface, name, structure));
    }
    for (name, error) in &interface.errors {
        body.push('\n');
        body.push_str(&self::error(package, name, error));
    }
    for (name, this) in &interface.enums {
        body.push('\n');
        body.push_str(&enumeration(name, this));
    }
    let mut import = "";
    if interface.takes_text() {
        import = "\nimport \"errors\"\n";
        body.push_str(&format!(
            "\n// {name} is the error of a function that is passed a string which is not UTF-8.\n\
             var {name} = errors.New({})\n",
            quoted(&format!("{package}: {}", NOT_UTF8.text)),
            name = names::NOT_UTF8
        ));
    }
    (!body.is_empty()).then(|| format!("// {}\n\npackage {package}\n{import}{body}", origin.line()))
}

fn structure(interface: &Interface, name: &str, structure: &Structure) -> String {
    let name = exported(name);
    let fields: Vec<(String, String)> = structure
        .fields
        .iter()
        .map(|field| (exported(&field.name), names::ty(interface, &field.ty)))
        .collect();
    let width = fields
        .iter()
        .map(|(name, _)| name.chars().count())
        .max()
        .unwrap_or_default();
    let mut text = comment(
        &name,
        &structure.doc,
        &["It lies in memory as in Rust.".to_owned()],
    );
    text.push_str(&format!("type {name} struct {{\n"));
    for (field, ty) in fields {
        text.push_str(&format!("\t{field:width$} {ty}\n"));
    }
    text + "}\n"
}

fn enumeration(name: &str, this: &Enum) -> String {
    let name = exported(name);
    let mut text = comment(&name, &this.doc, &[]);
    text.push_str(&format!("type {name} {}\n", names::scalar(this.scalar)));
    for variant in &this.variants {
        let constant = names::variant(&name, &variant.name);
        text.push('\n');
        if !variant.doc.is_empty() {
            text.push_str(&comment(&constant, &variant.doc, &[]));
        }
        text.push_str(&format!("const {constant} {name} = {}\n", variant.value));
    }
    text
}

fn error(package: &str, name: &str, error: &ErrorType) -> String {
    let name = exported(name);
    let mut text = comment(&name, &error.doc, &[]);
    text.push_str(&format!("type {name} int32\n"));
    let mut cases = String::new();
    for variant in &error.variants {
        let constant = names::variant(&name, &variant.name);
        text.push('\n');
        text.push_str(&comment(&constant, &variant.doc, &[]));
        text.push_str(&format!("const {constant} {name} = {}\n", variant.value));
        let message = quoted(&format!("{package}: {}", variant.text));
        cases.push_str(&format!("\tcase {constant}:\n\t\treturn {message}\n"));
    }
    text + &format!(
        "\n// Error says what went wrong.\nfunc (e {name}) Error() string {{\n\tswitch e {{\n{cases}\t}}\n\treturn {}\n}}\n",
        quoted(&format!("{package}: an unknown {name}"))
    )
}
