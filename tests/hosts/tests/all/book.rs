//! Follows README and the pages of the book like a newcomer: in an empty folder, with the tool on PATH.

use std::path::{Path, PathBuf};

use rustgo_hosts::readme;

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

/// One after the other, because they share cargo's target folder.
#[test]
fn every_page_can_be_followed() {
    let tool = tempfile::tempdir().unwrap();
    let path = readme::path_with_tool(tool.path()).unwrap();
    let root = rustgo_hosts::root();
    let pages = pages();
    assert!(pages.len() >= 3, "{pages:?}");
    for page in pages {
        let folder = tempfile::tempdir().unwrap();
        let environment = [("RUSTGO", root.as_path()), ("PATH", Path::new(&path))];
        readme::follow(page.to_str().unwrap(), folder.path(), &environment).unwrap();
    }
}
