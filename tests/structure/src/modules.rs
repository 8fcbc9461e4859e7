//! The modules of a crate, and their contents.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, ExprLit, Item, Lit, Meta, MetaNameValue, Token};

use crate::paths::{self, Import, is_for_tests};

/// A module's path from the crate's root.
pub type Name = Vec<String>;

/// A module of a crate.
#[derive(Debug, Default)]
pub struct Module {
    /// The file that it is in.
    pub file: PathBuf,
    /// The names that `use` declares in it.
    pub imports: Vec<Import>,
    /// The paths in its code, as they are written.
    pub paths: BTreeSet<Vec<String>>,
    /// The names that it defines, without modules.
    pub items: BTreeSet<String>,
}

/// Reads a crate from its root file.
///
/// # Panics
///
/// If a file can't be read or parsed.
pub fn read(root: &Path) -> BTreeMap<Name, Module> {
    let mut modules = BTreeMap::new();
    let folder = root.parent().expect("a file lies in a folder");
    read_file(root, folder, &[], &mut modules);
    modules
}

/// `folder` is the folder of the module's own submodules.
fn read_file(file: &Path, folder: &Path, name: &[String], modules: &mut BTreeMap<Name, Module>) {
    let text = std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let syntax = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    read_items(&syntax.items, file, folder, name, modules);
}

fn read_items(
    items: &[Item],
    file: &Path,
    folder: &Path,
    name: &[String],
    modules: &mut BTreeMap<Name, Module>,
) {
    let mut module = Module {
        file: file.to_owned(),
        ..Module::default()
    };
    for item in items.iter().filter(|item| !is_for_tests(attributes(item))) {
        match item {
            Item::Mod(inner) => {
                let inner_name = [name, &[inner.ident.to_string()]].concat();
                let inner_folder = folder.join(inner.ident.to_string());
                match &inner.content {
                    Some((_, items)) => read_items(items, file, &inner_folder, &inner_name, modules),
                    None => {
                        for (file, folder) in files_of(&inner.attrs, &inner_folder, file) {
                            read_file(&file, &folder, &unique(inner_name.clone(), modules), modules);
                        }
                    }
                }
            }
            Item::Use(item) => paths::imports(&item.tree, &mut module.imports),
            other => {
                module.items.extend(defined(other));
                paths::paths(other, &mut module.paths, &mut module.imports);
            }
        }
    }
    modules.insert(name.to_vec(), module);
}

/// The name, or another if there is a module of that name: the files of one module for different processors.
fn unique(mut name: Name, modules: &BTreeMap<Name, Module>) -> Name {
    while modules.contains_key(&name) {
        name.last_mut().expect("a module below the root").push('\'');
    }
    name
}

/// The files that a module may be in, one for each of some processors, and the folder of its own modules.
fn files_of(attributes: &[Attribute], folder: &Path, parent: &Path) -> Vec<(PathBuf, PathBuf)> {
    let beside = parent.parent().expect("a file lies in a folder");
    let named: Vec<_> = attributes
        .iter()
        .filter_map(path_attribute)
        .map(|path| (beside.join(path), beside.to_owned()))
        .collect();
    if !named.is_empty() {
        return named;
    }
    let file = folder.with_extension("rs");
    if file.is_file() {
        vec![(file, folder.to_owned())]
    } else {
        vec![(folder.join("mod.rs"), folder.to_owned())]
    }
}

/// The file that `#[path = "..."]` names, with a condition or without.
fn path_attribute(attribute: &Attribute) -> Option<String> {
    let of_pair = |pair: &MetaNameValue| match &pair.value {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text), ..
        }) if pair.path.is_ident("path") => Some(text.value()),
        _ => None,
    };
    match &attribute.meta {
        Meta::NameValue(pair) => of_pair(pair),
        Meta::List(list) if list.path.is_ident("cfg_attr") => {
            let parser = Punctuated::<Meta, Token![,]>::parse_terminated;
            let parts = attribute.parse_args_with(parser).ok()?;
            parts.iter().skip(1).find_map(|part| match part {
                Meta::NameValue(pair) => of_pair(pair),
                _ => None,
            })
        }
        _ => None,
    }
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Union(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn defined(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        _ => return None,
    };
    Some(name.to_string())
}
