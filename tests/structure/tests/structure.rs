//! The repository's crates: their files import each other in one direction, and so do the crates.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rustgo_structure::{circles, imports};

/// The crates, lower ones first, and the root file of each. A crate depends on no later one in the list.
const CRATES: &[(&str, &str)] = &[
    ("crates/rustgo-record", "src/lib.rs"),
    ("rustgo-rt/macros", "src/lib.rs"),
    ("rustgo-rt/mem", "src/lib.rs"),
    ("rustgo-rt", "src/lib.rs"),
    ("rustgo-crypto", "src/lib.rs"),
    ("crates/rustgo-image", "src/lib.rs"),
    ("crates/rustgo-check", "src/lib.rs"),
    ("crates/rustgo-interface", "src/lib.rs"),
    ("crates/rustgo-emit", "src/lib.rs"),
    ("cargo-rustgo", "src/lib.rs"),
    ("tests/hosts", "src/lib.rs"),
    ("tests/structure", "src/lib.rs"),
    ("bench/peer", "src/lib.rs"),
    ("bench", "src/main.rs"),
    ("xtask", "src/main.rs"),
];

/// Crates that no crate below `crates/` depends on: they don't parse command lines, talk to a user or run cargo, and
/// their errors are types.
const FOR_TOOLS: [&str; 5] = ["anyhow", "cargo_metadata", "clap", "console", "indicatif"];

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn files_import_each_other_in_one_direction() {
    for (folder, root) in CRATES {
        let graph = imports(&repository().join(folder).join(root));
        assert!(!graph.is_empty(), "{folder}");
        let circles = circles(&graph);
        assert!(
            circles.is_empty(),
            "files of {folder} import each other in a circle: {circles:?}"
        );
    }
}

/// A crate's name, and its dependencies, except those for tests.
fn manifest(folder: &Path) -> (String, BTreeSet<String>) {
    let path = folder.join("Cargo.toml");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let manifest: toml::Table = text.parse().unwrap();
    let name = manifest["package"]["name"].as_str().unwrap().to_owned();
    let tables = manifest.get("target").and_then(|targets| targets.as_table());
    let tables = tables.into_iter().flat_map(|targets| targets.values());
    let tables = tables.filter_map(|target| target.as_table());
    let dependencies = tables
        .chain([&manifest])
        .flat_map(|table| ["dependencies", "build-dependencies"].map(|kind| table.get(kind)))
        .flatten()
        .flat_map(|table| table.as_table().unwrap().keys().cloned());
    (name, dependencies.collect())
}

/// The dependencies of crates on later ones in the list, or on themselves.
fn upward(root: &Path, crates: &[&str]) -> Vec<(String, String)> {
    let manifests: Vec<_> = crates.iter().map(|folder| manifest(&root.join(folder))).collect();
    let places: BTreeMap<&str, usize> = manifests
        .iter()
        .enumerate()
        .map(|(place, (name, _))| (name.as_str(), place))
        .collect();
    let mut upward = Vec::new();
    for (name, dependencies) in &manifests {
        for dependency in dependencies {
            let is_below = |place: &usize| *place < places[name.as_str()];
            if !places.get(dependency.as_str()).is_none_or(is_below) {
                upward.push((name.clone(), dependency.clone()));
            }
        }
    }
    upward
}

#[test]
fn crates_depend_on_those_below() {
    let crates: Vec<&str> = CRATES.iter().map(|(folder, _)| *folder).collect();
    assert_eq!(upward(&repository(), &crates), []);
}

#[test]
fn every_library_of_the_tool_is_listed() {
    let folders = std::fs::read_dir(repository().join("crates")).unwrap();
    for folder in folders {
        let name = folder.unwrap().file_name().into_string().unwrap();
        let folder = format!("crates/{name}");
        assert!(CRATES.iter().any(|(listed, _)| *listed == folder), "{folder}");
    }
}

#[test]
fn libraries_are_no_tools() {
    for (folder, _) in CRATES.iter().filter(|(folder, _)| folder.starts_with("crates/")) {
        let folder = repository().join(folder);
        let (name, dependencies) = manifest(&folder);
        for tool in FOR_TOOLS {
            assert!(!dependencies.contains(tool), "{name} depends on {tool}");
        }
        let graph = imports(&folder.join("src/lib.rs"));
        for file in graph.keys() {
            let text = std::fs::read_to_string(folder.join("src").join(file)).unwrap();
            let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
            for line in code {
                for word in [
                    "println!(",
                    "eprint!(",
                    "print!(",
                    "dbg!(",
                    "env::var",
                    "env::current_dir",
                ] {
                    assert!(!line.contains(word), "{name}, {file}: {line}");
                }
            }
        }
    }
}

/// Writes files, each a path and a text, into a new folder.
fn planted(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

#[test]
fn planted_circles_are_found() {
    let used = "mod a; mod b; pub fn f() {}";
    for (a, b, is_circle) in [
        (
            "use super::b::g; pub fn f() { g() }",
            "pub fn g() { super::a::f() }",
            true,
        ),
        (
            "pub fn f() { crate::b::g() }",
            "use crate::a; pub fn g() { a::f() }",
            true,
        ),
        (
            "pub fn f() { println!(\"{}\", crate::b::G) }",
            "use crate::a::f; pub const G: u8 = 1;",
            true,
        ),
        (
            "pub fn f() { fn inner() { use crate::b::g; g() } }",
            "pub fn g(_: crate::a::T) {}",
            true,
        ),
        // One direction alone, the front page, another crate, and tests.
        ("use super::b::g; pub fn f() { g() }", "pub fn g() {}", false),
        ("pub fn f() { super::f() }", "pub fn g() { super::f() }", false),
        ("pub fn f() { b::g() }", "pub fn g() { super::a::f() }", false),
        (
            "#[cfg(test)] mod tests { use crate::b::g; }",
            "pub fn g() { super::a::f() }",
            false,
        ),
    ] {
        let folder = planted(&[("lib.rs", used), ("a.rs", a), ("b.rs", b)]);
        let found = circles(&imports(&folder.path().join("lib.rs")));
        let expected = if is_circle { vec![vec!["a", "b"]] } else { vec![] };
        assert_eq!(found, expected, "{a} {b}");
    }
}

#[test]
fn planted_circles_of_folders_are_found() {
    let files = |further: &'static str| {
        planted(&[
            ("lib.rs", "mod a; mod c; pub use a::b::Named;"),
            ("a/mod.rs", "pub mod b;"),
            ("a/b.rs", further),
            ("c.rs", "use crate::Named;"),
        ])
    };
    // Through a re-export, a folder and three files.
    let folder = files("pub struct Named; use crate::c;");
    let graph = imports(&folder.path().join("lib.rs"));
    assert_eq!(circles(&graph), [["a", "c"]]);
    assert!(graph["c.rs"].contains("a/b.rs"), "{graph:?}");
    let folder = files("pub struct Named;");
    assert_eq!(
        circles(&imports(&folder.path().join("lib.rs"))),
        Vec::<Vec<String>>::new()
    );
}

#[test]
fn a_module_in_several_files_is_all_of_them() {
    let folder = planted(&[
        (
            "lib.rs",
            "#[cfg_attr(x, path = \"one.rs\")] #[cfg_attr(y, path = \"two.rs\")] mod p; mod v;",
        ),
        ("one.rs", ""),
        ("two.rs", "use crate::v;"),
        ("v.rs", "use crate::p;"),
    ]);
    let graph = imports(&folder.path().join("lib.rs"));
    assert_eq!(
        graph.keys().collect::<Vec<_>>(),
        ["lib.rs", "one.rs", "two.rs", "v.rs"]
    );
    assert!(graph["two.rs"].contains("v.rs"));
}

#[test]
fn a_planted_upward_arrow_is_found() {
    let manifest = |name: &str, table: &str, dependency: &str| {
        format!("[package]\nname = \"{name}\"\n[{table}]\n{dependency} = \"1\"\n")
    };
    let folder = |table: &str, dependency: &str| {
        planted(&[
            ("low/Cargo.toml", &manifest("low", table, dependency)),
            ("high/Cargo.toml", &manifest("high", "dependencies", "low")),
        ])
    };
    for (table, dependency, is_upward) in [
        ("dependencies", "high", true),
        ("build-dependencies", "high", true),
        ("target.'cfg(unix)'.dependencies", "high", true),
        ("dependencies", "other", false),
        ("dev-dependencies", "high", false),
    ] {
        let folder = folder(table, dependency);
        let found = upward(folder.path(), &["low", "high"]);
        assert_eq!(!found.is_empty(), is_upward, "{table} {dependency}: {found:?}");
    }
}
