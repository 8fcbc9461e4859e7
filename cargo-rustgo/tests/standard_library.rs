//! A guest with the standard library in it gets one error, which names who brings it in and how to leave it out.

#[path = "common/workspace.rs"]
mod workspace;

use std::path::Path;

use workspace::{build, rustgo, workspace};

const GUEST: &str = "//! A guest.
#![no_std]

/// Adds one.
#[rustgo_rt::export]
pub fn next(a: u64) -> u64 {
    a.wrapping_add(1)
}
";

/// What needs a system: with it in the guest there is a finding for each of many symbols.
const PRINTS: &str = "
/// Prints.
#[rustgo_rt::export]
pub fn print(a: u64) {
    std::println!(\"{a}\");
}
";

const ONE_ERROR: &str = "error: the guest `rustgo-overhead` uses Rust's standard library, which needs an operating system. \
                         Where that comes from, and what to do:\n";

/// What is said last of a guest that is refused: everything from that one error on.
fn refused(folder: &Path) -> String {
    let said = |arguments: &[&str]| {
        let output = rustgo(folder, arguments);
        let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert!(!text.contains("nothing defines it"), "{text}");
        let (_, users) = text
            .split_once(ONE_ERROR)
            .unwrap_or_else(|| panic!("not the one error: {text}"));
        users.to_owned()
    };
    let users = said(&["build", "-p", "rustgo-overhead", "--c", "out/c"]);
    assert_eq!(said(&["check", "-p", "rustgo-overhead"]), users);
    users
}

fn write(file: &Path, text: &str) {
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, text).unwrap();
}

/// The guest's Cargo.toml with further lines; `[dependencies]` is its last section but one.
fn manifest(folder: &Path, features: &str, dependencies: &str) {
    let file = folder.join("guest/Cargo.toml");
    let original = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../tests/fixtures/overhead/Cargo.toml"
    );
    let text = std::fs::read_to_string(original).unwrap();
    let (before, after) = text.split_once("[features]\n").unwrap();
    let (mine, after) = after.split_once("[dependencies]\n").unwrap();
    let features = match features.is_empty() {
        true => mine,
        false => features,
    };
    write(
        &file,
        &format!("{before}[features]\n{features}\n[dependencies]\n{dependencies}\n{after}"),
    );
}

#[test]
fn the_guest_itself() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let itself = |advice: &str| format!("  the guest itself: {advice}\n");
    let forgotten = GUEST.replace("#![no_std]", "");
    workspace(folder, &forgotten);
    assert_eq!(refused(folder), itself("write `#![no_std]` in its first lines"));

    // Without the panic handler it compiles, and would be refused for every symbol that it lacks.
    manifest(folder, "default = []", "");
    write(&folder.join("guest/src/lib.rs"), &format!("{forgotten}{PRINTS}"));
    assert_eq!(refused(folder), itself("write `#![no_std]` in its first lines"));

    manifest(
        folder,
        "default = [\"std\"]\nstd = []\nguest = [\"rustgo-rt/guest\"]",
        "",
    );
    let conditional = GUEST.replace("#![no_std]", "#![cfg_attr(not(feature = \"std\"), no_std)]");
    write(&folder.join("guest/src/lib.rs"), &conditional);
    assert_eq!(
        refused(folder),
        itself(
            "its feature `std` is enabled by default and disables `#![no_std]`: remove it from the `default` features"
        )
    );
    manifest(folder, "std = []\nguest = [\"rustgo-rt/guest\"]", "");
    let output = build(folder);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn dependencies() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    workspace(folder, &GUEST.replace("a.wrapping_add(1)", "words::next(a)"));
    let package = |name: &str, rest: &str| {
        let text =
            format!("[package]\nname = \"{name}\"\nversion = \"1.2.3\"\nedition = \"2024\"\n\n{rest}\n");
        write(&folder.join(name).join("Cargo.toml"), &text);
    };
    // A crate of crates.io as many are.
    let features = "[features]\ndefault = [\"std\"]\nstd = []";
    package("words", features);
    write(
        &folder.join("words/src/lib.rs"),
        "#![no_std]\n#[cfg(feature = \"std\")]\nextern crate std;\npub fn next(a: u64) -> u64 {\n    a.wrapping_add(1)\n}\n",
    );
    manifest(folder, "", "words = { path = \"../words\" }");
    assert_eq!(
        refused(folder),
        "  `words` 1.2.3: write `default-features = false` for it in your Cargo.toml, and list the `features` that you need\n"
    );

    manifest(
        folder,
        "",
        "words = { path = \"../words\", default-features = false, features = [\"std\"] }",
    );
    let feature = "its feature `std` is enabled: `cargo tree -e features,normal -i words` shows by whom";
    assert_eq!(refused(folder), format!("  `words` 1.2.3: {feature}\n"));

    // With resolver 1 dev-dependencies turn features on as well, and are to be shown.
    let root = folder.join("Cargo.toml");
    let resolver = |from: &str, to: &str| {
        let text = std::fs::read_to_string(&root).unwrap();
        let [from, to] = [from, to].map(|number| format!("resolver = \"{number}\""));
        assert!(text.contains(&from));
        std::fs::write(&root, text.replace(&from, &to)).unwrap();
    };
    resolver("3", "1");
    let shown = feature.replace("features,normal", "features");
    assert_eq!(refused(folder), format!("  `words` 1.2.3: {shown}\n"));
    resolver("1", "3");

    // Neither knows of the other, but both are in the guest.
    let words = "words = { path = \"../words\", default-features = false }";
    package("text", "[dependencies]\nwords = { path = \"../words\" }");
    write(
        &folder.join("text/src/lib.rs"),
        "#![no_std]\npub use words::next;\n",
    );
    manifest(folder, "", &format!("{words}\ntext = {{ path = \"../text\" }}"));
    write(
        &folder.join("guest/src/lib.rs"),
        &GUEST.replace("a.wrapping_add(1)", "text::next(words::next(a))"),
    );
    let another = "none of its features is the cause: use another crate";
    assert_eq!(
        refused(folder),
        format!("  `text` 1.2.3, with `words`: {another}\n  `words` 1.2.3: {feature}\n")
    );

    package("text", &format!("[dependencies]\n{words}"));
    let output = build(folder);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn alloc_is_told_who_brings_it_and_what_a_guest_may_do() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let source = GUEST.replace("#![no_std]\n", "#![no_std]\nextern crate alloc;\n");
    workspace(folder, &source);
    let refusal = || {
        let output = build(folder);
        assert_eq!(output.status.code(), Some(1));
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            !text.contains("add `#[global_allocator]` to a static item"),
            "{text}"
        );
        let (_, said) = text
            .split_once(
                "uses Rust's library `alloc`, which needs a heap. Where that comes from, and what to do:\n",
            )
            .unwrap_or_else(|| panic!("{text}"));
        said.to_owned()
    };
    let said = refusal();
    assert!(
        said.starts_with("  the guest itself: take `extern crate alloc` out;"),
        "{said}"
    );

    write(
        &folder.join("words/Cargo.toml"),
        "[package]\nname = \"words\"\nversion = \"1.2.3\"\nedition = \"2024\"\n\n[features]\nalloc = []\n",
    );
    write(
        &folder.join("words/src/lib.rs"),
        "#![no_std]\n#[cfg(feature = \"alloc\")]\nextern crate alloc;\npub fn next(a: u64) -> u64 {\n    a.wrapping_add(1)\n}\n",
    );
    manifest(
        folder,
        "",
        "words = { path = \"../words\", features = [\"alloc\"] }",
    );
    let calls = GUEST.replace("a.wrapping_add(1)", "words::next(a)");
    write(&folder.join("guest/src/lib.rs"), &calls);
    let said = refusal();
    assert!(
        said.starts_with(
            "  `words` 1.2.3: its feature `alloc` is enabled: `cargo tree -e features,normal -i words` shows by whom\n"
        ),
        "{said}"
    );

    // The way out that is shown is one.
    let heap = said.lines().filter_map(|line| {
        let line = line.trim();
        (line.starts_with("#[global") || line.starts_with("static HEAP")).then_some(line)
    });
    let heap = heap.collect::<Vec<_>>().join("\n");
    write(
        &folder.join("guest/src/lib.rs"),
        &calls.replace("#![no_std]\n", &format!("#![no_std]\n{heap}\n")),
    );
    let output = build(folder);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
