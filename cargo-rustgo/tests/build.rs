//! `cargo rustgo build` as its users run it: what it writes, and that it writes the same from any folder.

#[path = "objects/rules.rs"]
mod rules;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const TOOL: &str = env!("CARGO_BIN_EXE_cargo-rustgo");

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
fn workspace(folder: &Path, source: &str) {
    let root = repository();
    copy(&root.join("rustgo-rt"), &folder.join("rustgo-rt"));
    copy(&root.join("examples/overhead"), &folder.join("guest"));
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

fn build(folder: &Path) -> Output {
    Command::new(TOOL)
        .args([
            "rustgo",
            "build",
            "-p",
            "rustgo-overhead",
            "--go",
            "out/go",
            "--c",
            "out/c",
        ])
        .current_dir(folder)
        .env_remove("CARGO_TARGET_DIR")
        .output()
        .unwrap()
}

fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
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

const GUEST: &str = r#"//! A guest with constants, a copy and a call.
#![no_std]

/// Sums a table entry and the bytes of a block.
///
/// # Safety
///
/// - `block` is valid for reads of 64 bytes.
#[rustgo_rt::export(stack = 512)]
pub unsafe extern "C" fn sum(block: *const [u8; 64], index: u32) -> u64 {
    static TABLE: [u64; 4] = [3, 1, 4, 1];
    // SAFETY: the caller vouches for the block.
    let block = unsafe { block.read() };
    sum_of(&block) + TABLE[(index & 3) as usize]
}

#[inline(never)]
fn sum_of(block: &[u8; 64]) -> u64 {
    block.iter().map(|&byte| u64::from(byte)).sum()
}
"#;

#[test]
fn the_same_input_gives_the_same_bytes_from_any_folder() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let other = other.path().join("a folder with a longer name and spaces");
    for folder in [one.path(), &other] {
        workspace(folder, GUEST);
        let output = build(folder);
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
    let (left, right) = (files(&one.path().join("out")), files(&other.join("out")));
    assert!(left.len() >= 7, "{:?}", left.keys());
    assert_eq!(left.keys().collect::<Vec<_>>(), right.keys().collect::<Vec<_>>());
    for (path, bytes) in &left {
        assert!(*bytes == right[path], "{} differs", path.display());
        let folder = one.path().to_str().unwrap().as_bytes();
        assert!(
            !bytes.windows(folder.len()).any(|part| part == folder),
            "{} names the folder",
            path.display()
        );
    }
}

#[test]
fn what_is_written_says_what_made_it_and_is_sealed() {
    let folder = tempfile::tempdir().unwrap();
    workspace(folder.path(), GUEST);
    assert!(build(folder.path()).status.success());
    for (path, bytes) in files(&folder.path().join("out")) {
        if path.extension().is_some_and(|extension| extension == "a") {
            sealed(&bytes, &["sum"]);
        } else {
            let text = String::from_utf8(bytes).unwrap();
            let first = text.lines().next().unwrap();
            assert!(
                first.contains("Code generated by cargo-rustgo"),
                "{}: {first}",
                path.display()
            );
            assert!(
                first.contains("rustgo-overhead") && first.contains("rustc 1."),
                "{}: {first}",
                path.display()
            );
        }
    }
    let header = std::fs::read_to_string(folder.path().join("out/c/include/rustgo_overhead.h")).unwrap();
    assert!(
        header.contains(" * Sums a table entry and the bytes of a block.\n"),
        "{header}"
    );
    assert!(
        header.contains("uint64_t sum(const uint8_t block[64], uint32_t index);"),
        "{header}"
    );
}

/// Every object in the archive keeps the rules of sealed objects.
fn sealed(bytes: &[u8], exports: &[&str]) {
    for (architecture, name, object) in rules::members(bytes).unwrap() {
        let expected = rules::Expected {
            architecture,
            exports: exports.to_vec(),
            imports: Vec::new(),
            alignment: 16,
        };
        assert_eq!(
            rules::object(&object, &expected),
            Ok(()),
            "{name} for {architecture:?}"
        );
    }
}

#[test]
fn nothing_is_written_when_the_guest_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    workspace(folder.path(), GUEST);
    assert!(build(folder.path()).status.success());
    let before = files(&folder.path().join("out"));
    let counter = "static COUNT: core::sync::atomic::AtomicU64 = core::sync::atomic::AtomicU64::new(0);";
    let bad = GUEST
        .replace("#![no_std]", &format!("#![no_std]\n{counter}"))
        .replace(
            "sum_of(&block) +",
            "sum_of(&block) + COUNT.fetch_add(1, core::sync::atomic::Ordering::Relaxed) +",
        );
    std::fs::write(folder.path().join("guest/src/lib.rs"), bad).unwrap();
    let output = build(folder.path());
    assert_eq!(output.status.code(), Some(1));
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        message.contains("COUNT`, a static that can be written"),
        "{message}"
    );
    assert!(message.contains("in sum "), "{message}");
    assert_eq!(files(&folder.path().join("out")), before);
}

#[test]
fn a_guest_without_exports_is_told_how_to_export() {
    let folder = tempfile::tempdir().unwrap();
    workspace(folder.path(), "//! Nothing.\n#![no_std]\nuse rustgo_rt as _;\n");
    let output = build(folder.path());
    assert_eq!(output.status.code(), Some(1));
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(message.contains("write `#[rustgo_rt::export]`"), "{message}");
}
