//! A function's doc comment as plain text, for the headers of hosts.

use syn::{Attribute, Expr, Lit, Meta};

/// The lines of all doc comments, joined by newlines, without their common indentation.
///
/// Text that only the compiler can evaluate, as in `#[doc = include_str!("...")]`, is left out.
pub fn of(attributes: &[Attribute]) -> String {
    let comments: Vec<String> = attributes.iter().filter_map(comment).collect();
    let lines: Vec<&str> = comments
        .iter()
        .flat_map(|text| text.split('\n'))
        .map(str::trim_end)
        .collect();
    let indent = lines
        .iter()
        .filter(|line| !line.is_empty())
        .map(|line| leading_spaces(line))
        .min()
        .unwrap_or(0);
    let lines: Vec<&str> = lines
        .iter()
        .map(|line| line.get(indent..).unwrap_or(""))
        .collect();
    lines.join("\n").trim_matches('\n').to_owned()
}

fn comment(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(meta) = &attribute.meta else {
        return None;
    };
    let Expr::Lit(value) = &meta.value else {
        return None;
    };
    let Lit::Str(text) = &value.lit else { return None };
    meta.path.is_ident("doc").then(|| text.value())
}

fn leading_spaces(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}
