//! Which exports of a guest's dependencies are the guest's own: those that it re-exports. The others are linked with it for
//! what it calls, or for a bare `use other_guest as _;`, and are not meant for hosts.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result};
use cargo_metadata::{DependencyKind, Metadata, Package};
use syn::{Item, UseTree, Visibility};

/// What a package re-exports of others.
#[derive(Debug, Default)]
pub struct Reexports {
    /// Single items, by the last part of their paths.
    names: BTreeSet<String>,
    /// Packages of which everything is re-exported.
    packages: BTreeSet<String>,
}

impl Reexports {
    /// Reads the sources of a package, and of those that it re-exports as a whole.
    ///
    /// # Errors
    ///
    /// If a file can't be read.
    pub fn of(metadata: &Metadata, package: &Package) -> Result<Self> {
        let mut all = Self::default();
        let mut open = vec![package];
        while let Some(package) = open.pop() {
            let mut uses = Vec::new();
            let library = package
                .targets
                .iter()
                .find(|target| target.is_lib() || target.is_staticlib());
            if let Some(folder) = library.and_then(|library| library.src_path.parent()) {
                read(folder.as_std_path(), &mut uses)?;
            }
            for Use { krate, item } in uses {
                let Some(of) = dependency(metadata, package, &krate) else {
                    continue;
                };
                match item {
                    Some(name) => drop(all.names.insert(name)),
                    None if all.packages.insert(of.name.to_string()) => open.push(of),
                    None => {}
                }
            }
        }
        Ok(all)
    }

    /// Whether an export of a package is among them, by its name in Rust.
    pub fn contains(&self, package: &str, item: &str) -> bool {
        self.packages.contains(package) || self.names.contains(item)
    }
}

/// A public `use` of another crate.
#[derive(Debug, PartialEq, Eq)]
struct Use {
    /// The crate, as the source calls it.
    krate: String,
    /// The item; none where it is the whole crate, or a glob.
    item: Option<String>,
}

/// The package that a crate's name stands for in another.
fn dependency<'a>(metadata: &'a Metadata, package: &Package, krate: &str) -> Option<&'a Package> {
    let is_meant = |dependency: &&cargo_metadata::Dependency| {
        let name = dependency.rename.as_ref().unwrap_or(&dependency.name);
        dependency.kind == DependencyKind::Normal && name.replace('-', "_") == krate
    };
    let dependency = package.dependencies.iter().find(is_meant)?;
    metadata
        .packages
        .iter()
        .find(|package| package.name == dependency.name)
}

/// Reads the Rust files below a folder. The compiler has reported what does not parse.
fn read(folder: &Path, uses: &mut Vec<Use>) -> Result<()> {
    let why = || format!("{} can't be read", folder.display());
    for entry in std::fs::read_dir(folder).with_context(why)? {
        let path = entry.with_context(why)?.path();
        if path.is_dir() {
            read(&path, uses)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = std::fs::read_to_string(&path)
                .with_context(|| format!("{} can't be read", path.display()))?;
            if let Ok(file) = syn::parse_file(&text) {
                items(&file.items, uses);
            }
        }
    }
    Ok(())
}

fn items(items: &[Item], uses: &mut Vec<Use>) {
    let is_public = |visibility: &Visibility| matches!(visibility, Visibility::Public(_));
    for item in items {
        match item {
            Item::Use(item) if is_public(&item.vis) => tree(&item.tree, &mut Vec::new(), uses),
            Item::ExternCrate(item) if is_public(&item.vis) => uses.push(Use {
                krate: item.ident.to_string(),
                item: None,
            }),
            Item::Mod(module) => {
                if let Some((_, content)) = &module.content {
                    self::items(content, uses);
                }
            }
            _ => {}
        }
    }
}

fn tree(tree: &UseTree, path: &mut Vec<String>, uses: &mut Vec<Use>) {
    let mut found = |path: &[String], item: Option<String>| match (path.first(), item) {
        (Some(krate), item) => uses.push(Use {
            krate: krate.clone(),
            item,
        }),
        (None, Some(krate)) => uses.push(Use { krate, item: None }),
        (None, None) => {}
    };
    match tree {
        UseTree::Path(part) => {
            path.push(part.ident.to_string());
            self::tree(&part.tree, path, uses);
            path.pop();
        }
        UseTree::Name(name) if name.ident == "self" => found(path, None),
        UseTree::Name(name) => found(path, Some(name.ident.to_string())),
        // For `_` too: the item can't be named, but a trait's methods can be called.
        UseTree::Rename(rename) => found(path, Some(rename.ident.to_string())),
        UseTree::Glob(_) => found(path, None),
        UseTree::Group(group) => group.items.iter().for_each(|inner| self::tree(inner, path, uses)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uses(source: &str) -> Vec<(String, Option<String>)> {
        let mut uses = Vec::new();
        items(&syn::parse_file(source).unwrap().items, &mut uses);
        uses.into_iter().map(|one| (one.krate, one.item)).collect()
    }

    #[test]
    fn public_uses_are_found() {
        let one = |krate: &str, item: Option<&str>| vec![(krate.to_owned(), item.map(str::to_owned))];
        for (source, expected) in [
            ("pub use a::f;", one("a", Some("f"))),
            ("pub use a::b::f as g;", one("a", Some("f"))),
            ("pub use a::*;", one("a", None)),
            ("pub use a;", one("a", None)),
            ("pub use a as b;", one("a", None)),
            ("pub extern crate a;", one("a", None)),
            ("mod inner { pub use ::a::{self}; }", one("a", None)),
            (
                "use a as _; use a::f; pub(crate) use a::f; extern crate a;",
                Vec::new(),
            ),
        ] {
            assert_eq!(uses(source), expected, "{source}");
        }
        assert_eq!(uses("pub use a::{f, g::{h, i as j}};").len(), 3);
    }
}
