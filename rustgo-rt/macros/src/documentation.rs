//! A function's doc comment as plain text, for the headers of hosts.

use quote::quote_spanned;
use syn::spanned::Spanned;
use syn::{Attribute, Expr, Lit, Meta};

use crate::record::{Computed, Text};

/// The inside of a JSON string: the lines of all doc comments, joined by newlines, without their common indentation.
///
/// Text that only the compiler can evaluate, as in `#[doc = include_str!("...")]`, is as it is.
pub fn of(attributes: &[Attribute]) -> Text {
    let mut text = Text::default();
    let mut comments: Vec<String> = Vec::new();
    let mut is_first = true;
    let mut add = |comments: &mut Vec<String>, text: &mut Text| {
        let lines = plain(comments);
        comments.clear();
        if !lines.is_empty() {
            text.push_quoted(if is_first { "" } else { "\n" });
            text.push_quoted(&lines);
            is_first = false;
        }
    };
    for attribute in attributes {
        match value(attribute) {
            Some(Expr::Lit(value)) => {
                if let Lit::Str(comment) = &value.lit {
                    comments.push(comment.value());
                }
            }
            Some(other) => {
                add(&mut comments, &mut text);
                let is_alone = text.is_empty();
                text.push_quoted(if is_alone { "" } else { "\n" });
                // A path in `include_str!` is relative to the file that this token comes from.
                text.push_computed(Computed::Quoted(quote_spanned!(other.span()=> #other)));
                text.push_quoted("\n");
            }
            None => {}
        }
    }
    add(&mut comments, &mut text);
    text
}

/// The doc comment where all of it is known to the attribute; none if the compiler has to evaluate some of it.
pub fn known(attributes: &[Attribute]) -> Option<String> {
    let comments: Option<Vec<String>> = attributes
        .iter()
        .filter_map(value)
        .map(|value| match value {
            Expr::Lit(value) => match &value.lit {
                Lit::Str(comment) => Some(comment.value()),
                _ => None,
            },
            _ => None,
        })
        .collect();
    Some(plain(&comments?))
}

/// The lines of comments, joined by newlines, without their common indentation.
fn plain(comments: &[String]) -> String {
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

/// What stands after `doc =`.
fn value(attribute: &Attribute) -> Option<&Expr> {
    match &attribute.meta {
        Meta::NameValue(meta) if meta.path.is_ident("doc") => Some(&meta.value),
        _ => None,
    }
}

fn leading_spaces(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}
