//! Finds the file that a path leads to.

use std::collections::BTreeMap;
use std::path::Path;

use crate::graph::Graph;
use crate::modules::{self, Module, Name};

/// The maximum number of re-exports in a path: more are a circle.
const DEPTH: usize = 16;

/// Which file of a crate imports which, by their paths from the folder of its root file.
///
/// # Panics
///
/// If a file can't be read or parsed.
pub fn imports(root: &Path) -> Graph {
    let modules = modules::read(root);
    let folder = root.parent().expect("a file lies in a folder");
    let name = |module: &Module| {
        let path = module.file.strip_prefix(folder).unwrap_or(&module.file);
        path.display().to_string()
    };
    let mut graph = Graph::new();
    for (at, module) in &modules {
        let mine = name(module);
        let edges = graph.entry(mine.clone()).or_default();
        let made_known = module.imports.iter().map(|import| &import.path);
        for path in made_known.chain(&module.paths) {
            let found = find(&modules, at, path).map(|found| name(&modules[&found]));
            edges.extend(found.filter(|found| *found != mine));
        }
    }
    graph
}

/// The module that defines what a path names, or the last module on the path if a macro defines it. `None` if that is
/// another crate.
fn find(modules: &BTreeMap<Name, Module>, from: &[String], path: &[String]) -> Option<Name> {
    if let Some(found) = defining(modules, from, path, DEPTH) {
        return Some(found);
    }
    let (mut at, rest) = start(from, path)?;
    for step in rest {
        let child = [&at[..], std::slice::from_ref(step)].concat();
        if !modules.contains_key(&child) {
            break;
        }
        at = child;
    }
    (at != from).then_some(at)
}

/// The module that a path starts in, and the rest of the path.
fn start<'a>(from: &[String], path: &'a [String]) -> Option<(Name, &'a [String])> {
    let (first, mut rest) = path.split_first()?;
    let mut at = match first.as_str() {
        "crate" => Name::new(),
        "self" => from.to_vec(),
        "super" => from.split_last()?.1.to_vec(),
        _ => return Some((from.to_vec(), path)),
    };
    while let Some((step, further)) = rest.split_first()
        && step == "super"
    {
        at.pop()?;
        rest = further;
    }
    Some((at, rest))
}

/// The module that defines what a path names, through re-exports.
fn defining(
    modules: &BTreeMap<Name, Module>,
    from: &[String],
    path: &[String],
    depth: usize,
) -> Option<Name> {
    let depth = depth.checked_sub(1)?;
    let (mut at, mut rest) = start(from, path)?;
    let first = loop {
        let Some((first, further)) = rest.split_first() else {
            return Some(at);
        };
        let child = [&at[..], std::slice::from_ref(first)].concat();
        if !modules.contains_key(&child) {
            break first;
        }
        (at, rest) = (child, further);
    };
    let module = &modules[&at];
    if module.items.contains(first) {
        return Some(at);
    }
    module.imports.iter().find_map(|import| {
        let followed = match &import.name {
            Some(name) if name == first => [&import.path, &rest[1..]].concat(),
            Some(_) => return None,
            None => [&import.path[..], rest].concat(),
        };
        // A path of one word that names itself is another crate.
        let is_crate = import.path.len() == 1 && import.path[0] == *first;
        (!is_crate)
            .then(|| defining(modules, &at, &followed, depth))
            .flatten()
    })
}
