//! Makes workspaces with a guest in them, and runs the tool there as its users do.

// Each test takes what it needs.
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The tool itself.
pub const TOOL: &str = env!("CARGO_BIN_EXE_cargo-rustgo");

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_name() == "target" {
            continue;
        }
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(std::fs::copy(entry.path(), target).unwrap()),
        }
    }
}

/// A workspace of its own with the runtime and one guest.
pub fn workspace(folder: &Path, source: &str) {
    let root = repository();
    copy(&root.join("rustgo-rt"), &folder.join("rustgo-rt"));
    copy(
        &root.join("crates/rustgo-record"),
        &folder.join("crates/rustgo-record"),
    );
    copy(&root.join("tests/fixtures/overhead"), &folder.join("guest"));
    std::fs::write(folder.join("guest/src/lib.rs"), source).unwrap();
    let manifest = std::fs::read_to_string(root.join("Cargo.toml")).unwrap();
    let (_, after) = manifest.split_once("members = [").unwrap();
    let (_, after) = after.split_once(']').unwrap();
    let (_, settings) = after.split_once("[workspace.package]").unwrap();
    let members = r#"members = ["guest", "rustgo-rt", "rustgo-rt/macros"]"#;
    let manifest = format!("[workspace]\nresolver = \"3\"\n{members}\n\n[workspace.package]{settings}");
    std::fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    for file in ["Cargo.lock", "rust-toolchain.toml", "LICENSE-MIT"] {
        std::fs::copy(root.join(file), folder.join(file)).unwrap();
    }
}

/// Runs `cargo rustgo build` for Go and C, into `out`.
pub fn build(folder: &Path) -> Output {
    rustgo(
        folder,
        &["build", "-p", "rustgo-overhead", "--go", "out/go", "--c", "out/c"],
    )
}

/// Runs `cargo rustgo` in a folder.
pub fn rustgo(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(TOOL)
        .arg("rustgo")
        .args(arguments)
        .current_dir(folder)
        .env_remove("CARGO_TARGET_DIR")
        .output()
        .unwrap()
}

/// Every file below a folder.
pub fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = BTreeMap::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(next) = waiting.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => waiting.push(path),
                false => {
                    let bytes = std::fs::read(&path).unwrap();
                    all.insert(path.strip_prefix(folder).unwrap().to_owned(), bytes);
                }
            }
        }
    }
    all
}
