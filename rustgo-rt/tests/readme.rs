//! The README's guest, built and run by the README's commands: what it promises is so.

#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

mod support;

use std::fs;
use std::path::Path;
use std::process::Command;

use support::{run, scratch};

const README: &str = include_str!("../README.md");

/// A fenced part of the README: what it is in, and its lines.
fn blocks() -> Vec<(&'static str, &'static str)> {
    let fenced = README.split("```").skip(1).step_by(2);
    fenced
        .map(|block| block.split_once('\n').expect("a language"))
        .collect()
}

#[test]
fn its_guest_does_what_it_says() {
    let folder = scratch().join("readme");
    fs::create_dir_all(folder.join("src")).expect("scratch folder");
    fs::create_dir_all(folder.join(".cargo")).expect("scratch folder");
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let patch = format!("[patch.crates-io]\nrustgo-rt.path = {here:?}\n");
    fs::write(folder.join(".cargo/config.toml"), patch).expect("scratch folder");
    if here.join("../Cargo.lock").exists() {
        fs::copy(here.join("../Cargo.lock"), folder.join("Cargo.lock")).expect("scratch folder");
    }
    let mut files = 0;
    for (language, text) in blocks()
        .into_iter()
        .filter(|(language, _)| *language != "console")
    {
        let (first, _) = text.split_once('\n').expect("a file's name in the first line");
        let name = first.trim_start_matches(['/', '#', ' ']);
        // A workspace of its own, as this folder lies inside one.
        let text = if language == "toml" {
            format!("[workspace]\n{text}")
        } else {
            text.to_owned()
        };
        fs::write(folder.join(name), text).expect("scratch folder");
        files += 1;
    }
    assert_eq!(files, 3, "Cargo.toml, src/lib.rs, main.c");
    let mut commands = 0;
    for (_, session) in blocks()
        .into_iter()
        .filter(|(language, _)| *language == "console")
    {
        for command in session.split("$ ").skip(1) {
            let (command, expected) = command.split_once('\n').expect("a line");
            assert_eq!(shell(&folder, command), expected, "{command}");
            commands += 1;
        }
    }
    assert!(commands > 0, "the README has no commands");
}

/// What a command line prints to its standard output. Cargo tells its news elsewhere; what it says of tests is dropped.
fn shell(folder: &Path, command: &str) -> String {
    let mut shell = Command::new("sh");
    shell.current_dir(folder).args(["-c", command]);
    for name in [
        "CARGO_TARGET_DIR",
        "RUSTFLAGS",
        "CARGO_ENCODED_RUSTFLAGS",
        "CARGO_BUILD_TARGET",
    ] {
        shell.env_remove(name);
    }
    let output = run(&mut shell);
    if command.starts_with("cargo test") {
        String::new()
    } else {
        output
    }
}
