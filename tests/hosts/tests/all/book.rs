//! README and the pages of the book are followed as a newcomer follows them: in an empty folder, with the tool on PATH.

use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rustgo_hosts::readme;

/// `cargo rustgo` of this checkout, as `cargo install` would put it on PATH.
const TOOL: &str = "#!/bin/sh
exec cargo run --quiet --manifest-path \"$RUSTGO/Cargo.toml\" -p cargo-rustgo -- \"$@\"
";

/// PATH with a folder in front that has the tool in it.
fn path_with_tool(folder: &Path) -> OsString {
    let tool = folder.join("cargo-rustgo");
    std::fs::write(&tool, TOOL).unwrap();
    std::fs::set_permissions(&tool, PermissionsExt::from_mode(0o755)).unwrap();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(folder.to_owned()).chain(std::env::split_paths(&path));
    std::env::join_paths(folders).unwrap()
}

/// README, and each page with commands in it.
fn pages() -> Vec<PathBuf> {
    let root = rustgo_hosts::root();
    let docs = std::fs::read_dir(root.join("docs")).unwrap();
    let mut pages: Vec<_> = docs.map(|entry| entry.unwrap().path()).collect();
    pages.push(root.join("README.md"));
    pages.retain(|page| {
        page.extension().is_some_and(|extension| extension == "md")
            && std::fs::read_to_string(page).unwrap().contains("\n```console\n")
    });
    pages.sort();
    pages
}

/// One after the other, as they share the folder that cargo builds into.
#[test]
fn every_page_can_be_followed() {
    let tool = tempfile::tempdir().unwrap();
    let path = path_with_tool(tool.path());
    let root = rustgo_hosts::root();
    let pages = pages();
    assert!(pages.len() >= 3, "{pages:?}");
    for page in pages {
        let folder = tempfile::tempdir().unwrap();
        let environment = [("RUSTGO", root.as_path()), ("PATH", Path::new(&path))];
        readme::follow(page.to_str().unwrap(), folder.path(), &environment).unwrap();
    }
}
