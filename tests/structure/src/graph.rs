//! Imports as a graph, and the circles in it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The imports of each file.
pub type Graph = BTreeMap<String, BTreeSet<String>>;

/// The import circles of a crate: in each of its folders, sets of files and folders that import each other, directly or
/// through others in the same folder.
///
/// A folder's front page (`mod.rs`, `lib.rs`, `main.rs`, or the file with the folder's name next to it) declares what
/// the files in the folder share and combines them, so they import each other. It belongs to the folder as a whole.
pub fn circles(graph: &Graph) -> Vec<Vec<String>> {
    let folders: BTreeSet<&str> = graph.keys().flat_map(|file| folders_of(file)).collect();
    folders
        .into_iter()
        .flat_map(|folder| knots(&members(graph, folder)))
        .collect()
}

/// The folders that a file is in; the empty one is that of the crate's root.
fn folders_of(file: &str) -> impl Iterator<Item = &str> {
    let ends = file.match_indices('/').map(|(end, _)| end);
    [0].into_iter().chain(ends).map(|end| &file[..end])
}

/// The imports between the files and folders in a folder.
fn members(graph: &Graph, folder: &str) -> Graph {
    let mut members = Graph::new();
    for (file, imports) in graph {
        let Some(mine) = member(file, folder) else {
            continue;
        };
        let others = imports.iter().filter_map(|import| member(import, folder));
        let edges = members.entry(mine.clone()).or_default();
        edges.extend(others.filter(|other| *other != mine));
    }
    members
}

/// The file or folder in a folder that contains a file. `None` if the file is elsewhere, or is the folder's front page.
fn member(file: &str, folder: &str) -> Option<String> {
    let inside = match folder {
        "" => file,
        folder => file.strip_prefix(folder)?.strip_prefix('/')?,
    };
    let first = inside.split('/').next()?;
    let is_front_page = folder_less(inside) && ["mod.rs", "lib.rs", "main.rs"].contains(&first);
    let name = Path::new(first).file_stem()?.to_str()?;
    (!is_front_page).then(|| match folder {
        "" => name.to_owned(),
        folder => format!("{folder}/{name}"),
    })
}

fn folder_less(path: &str) -> bool {
    !path.contains('/')
}

/// The sets of nodes that reach each other: strongly connected components.
fn knots(graph: &Graph) -> BTreeSet<Vec<String>> {
    let reached: BTreeMap<&str, BTreeSet<&str>> = graph
        .keys()
        .map(|node| (node.as_str(), reached(graph, node)))
        .collect();
    let mut knots = BTreeSet::new();
    for (&node, others) in &reached {
        let is_back = |other: &&&str| reached.get(**other).is_some_and(|back| back.contains(node));
        let knot: Vec<String> = others
            .iter()
            .filter(is_back)
            .map(|&other| other.to_owned())
            .collect();
        if !knot.is_empty() {
            knots.insert(knot);
        }
    }
    knots
}

/// Everything reachable from a node.
fn reached<'a>(graph: &'a Graph, node: &str) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut todo: Vec<&str> = graph[node].iter().map(String::as_str).collect();
    while let Some(next) = todo.pop() {
        if reached.insert(next)
            && let Some(imports) = graph.get(next)
        {
            todo.extend(imports.iter().map(String::as_str));
        }
    }
    reached
}
