//! The paths in code.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Attribute, Item, Meta, UseTree};

/// A name that a `use` declares.
#[derive(Clone, Debug)]
pub struct Import {
    /// The path, from `crate`, `self`, `super`, a module or another crate on.
    pub path: Vec<String>,
    /// The declared name. `None` for a glob import.
    pub name: Option<String>,
}

/// Adds the names that a `use` declares.
pub fn imports(tree: &UseTree, imports: &mut Vec<Import>) {
    add(tree, &mut Vec::new(), imports);
}

fn add(tree: &UseTree, path: &mut Vec<String>, imports: &mut Vec<Import>) {
    match tree {
        UseTree::Path(step) => {
            path.push(step.ident.to_string());
            add(&step.tree, path, imports);
            path.pop();
        }
        UseTree::Name(name) => named(path, &name.ident.to_string(), None, imports),
        UseTree::Rename(rename) => {
            let name = rename.rename.to_string();
            named(path, &rename.ident.to_string(), Some(name), imports);
        }
        UseTree::Glob(_) => imports.push(Import {
            path: path.clone(),
            name: None,
        }),
        UseTree::Group(group) => group.items.iter().for_each(|tree| add(tree, path, imports)),
    }
}

fn named(path: &[String], last: &str, name: Option<String>, imports: &mut Vec<Import>) {
    let mut path = path.to_vec();
    if last != "self" {
        path.push(last.to_owned());
    } else if path.is_empty() {
        path.push("self".to_owned());
    }
    let name = name.or_else(|| path.last().cloned());
    imports.push(Import { path, name });
}

/// Adds the paths in an item, and the names declared in its functions.
pub fn paths(item: &Item, paths: &mut BTreeSet<Vec<String>>, imports: &mut Vec<Import>) {
    Finder { paths, imports }.visit_item(item);
}

struct Finder<'a> {
    paths: &'a mut BTreeSet<Vec<String>>,
    imports: &'a mut Vec<Import>,
}

impl Visit<'_> for Finder<'_> {
    fn visit_item(&mut self, item: &Item) {
        visit::visit_item(self, item);
    }

    fn visit_item_fn(&mut self, function: &syn::ItemFn) {
        if !is_for_tests(&function.attrs) {
            visit::visit_item_fn(self, function);
        }
    }

    fn visit_item_use(&mut self, item: &syn::ItemUse) {
        imports(&item.tree, self.imports);
    }

    fn visit_path(&mut self, path: &syn::Path) {
        if path.leading_colon.is_none() && path.segments.len() > 1 {
            let segments = path.segments.iter().map(|segment| segment.ident.to_string());
            self.paths.insert(segments.collect());
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, item: &syn::Macro) {
        self.visit_path(&item.path);
        tokens(item.tokens.clone(), self.paths);
    }
}

/// The paths among a macro's arguments: words with `::` between them.
fn tokens(stream: TokenStream, paths: &mut BTreeSet<Vec<String>>) {
    let mut path: Vec<String> = Vec::new();
    let mut colons = 0;
    for token in stream {
        match token {
            TokenTree::Ident(word) if path.is_empty() || colons == 2 => {
                path.push(word.to_string());
                colons = 0;
                continue;
            }
            TokenTree::Punct(punct) if punct.as_char() == ':' && !path.is_empty() && colons < 2 => {
                colons += 1;
                continue;
            }
            TokenTree::Ident(word) => {
                keep(&mut path, paths);
                path.push(word.to_string());
            }
            TokenTree::Group(group) => {
                keep(&mut path, paths);
                tokens(group.stream(), paths);
            }
            _ => keep(&mut path, paths),
        }
        colons = 0;
    }
    keep(&mut path, paths);
}

fn keep(path: &mut Vec<String>, paths: &mut BTreeSet<Vec<String>>) {
    let path = std::mem::take(path);
    if path.len() > 1 {
        paths.insert(path);
    }
}

/// Whether code is compiled for tests alone.
pub fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let Meta::List(list) = &attribute.meta else {
            return attribute.path().is_ident("test");
        };
        let condition = list.tokens.to_string();
        attribute.path().is_ident("cfg")
            && (condition == "test"
                || condition.starts_with("any (test")
                || condition.starts_with("all (test"))
    })
}
