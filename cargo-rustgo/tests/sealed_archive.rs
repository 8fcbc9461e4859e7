//! `cargo rustgo check` and `tree` on what `cargo rustgo build --c` has written: the same verdict as on the guest itself,
//! without a word about which functions are its exports.

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_rustgo::processor::Processor;
use serde_json::Value;

/// Runs the tool in the folder of this package.
fn rustgo(arguments: &[&str]) -> (String, String, Option<i32>) {
    let output = Command::new(common::TOOL)
        .arg("rustgo")
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let (out, error) = (common::text(&output.stdout), common::text(&output.stderr));
    (out, error, output.status.code())
}

fn archive(processor: Processor) -> PathBuf {
    let folder = common::folder().join("sealed_archive");
    let processor = processor.go_name();
    let arguments = ["build", "-p", "rustgo-panics", "--processor", processor, "--c"];
    let (out, error, status) = rustgo(&[&arguments[..], &[folder.to_str().unwrap()]].concat());
    assert_eq!(status, Some(0), "{out}{error}");
    folder.join(format!("lib/linux-{processor}/librustgo_panics.a"))
}

/// For each export its name, its bound, whether it can panic, and its imports.
fn verdicts(report: &str) -> Vec<(String, Value, bool, Value)> {
    let reports: Value = serde_json::from_str(report).unwrap();
    let [report] = &reports.as_array().unwrap()[..] else {
        panic!("{reports:#}");
    };
    let exports = report["exports"].as_array().unwrap().iter().map(|export| {
        let name = export["name"].as_str().unwrap().to_owned();
        let can_panic = !export["panic"].is_null();
        (
            name,
            export["bound"].clone(),
            can_panic,
            export["imports"].clone(),
        )
    });
    let mut exports: Vec<_> = exports.collect();
    exports.sort_by(|a, b| a.0.cmp(&b.0));
    exports
}

#[test]
fn an_archive_is_checked_like_its_guest() {
    for processor in Processor::ALL {
        let archive = archive(processor);
        let name = processor.go_name();
        let (sealed, error, status) = rustgo(&["check", archive.to_str().unwrap(), "--json"]);
        assert_eq!(status, Some(0), "{sealed}{error}");
        let (guest, error, status) = rustgo(&["check", "-p", "rustgo-panics", "--processor", name, "--json"]);
        assert_eq!(status, Some(0), "{guest}{error}");
        let (sealed, guest) = (verdicts(&sealed), verdicts(&guest));
        assert!(
            guest.len() >= 7 && guest.iter().any(|export| export.2) && guest.iter().any(|export| !export.2)
        );
        assert_eq!(sealed, guest);

        let (out, error, status) = rustgo(&["check", archive.to_str().unwrap()]);
        assert_eq!(status, Some(0), "{error}");
        assert!(
            out.contains(&format!("{name}: {} exports proven", guest.len())),
            "{out}"
        );
    }
}

#[test]
fn its_tree_is_drawn() {
    let archive = archive(Processor::X86_64);
    let svg = common::folder().join("sealed_archive/superstitious.svg");
    let arguments = [
        "tree",
        "superstitious",
        archive.to_str().unwrap(),
        "--svg",
        svg.to_str().unwrap(),
    ];
    let (out, error, status) = rustgo(&arguments);
    assert_eq!(status, Some(0), "{error}");
    for function in ["superstitious", "level_3", "rustgo_panic"] {
        assert!(out.contains(function), "{out}");
    }
    let picture = std::fs::read_to_string(Path::new(&svg)).unwrap();
    assert!(picture.contains("<svg") && picture.contains("bytes of stack"));
}
