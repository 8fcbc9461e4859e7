//! curve25519-dalek in a Go program: its lines in a profile, and a debugger in the middle of one of its field
//! multiplications.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use cargo_rustgo::verify::GoFunction;
use cargo_rustgo::write::go::x86_64::START;

use super::lines::expected;
use super::{Linked, Shim, go, output};

/// The folder of dalek's own files, by their rooted names.
const FOLDER: &str = "/rustgo/curve25519-dalek-5.0.0/src/";

fn program(folder: &Path) -> (Linked, GoFunction) {
    let guest = Linked::package("rustgo-dalek");
    let shim = Shim {
        name: "scalar_base_mult",
        arguments: &["dst", "scalar"],
        returns: false,
    };
    guest.write_program(folder, include_str!("dalek.go.in"), &[shim]);
    output(&mut go(folder, &["build", "-o", "program", "."]));
    let program = std::fs::read(folder.join("program")).unwrap();
    let function = GoFunction::read(&program, "main.rust.abi0").unwrap();
    (guest, function)
}

/// `pprof -lines` shows dalek's files and lines, and those are what binutils read off the guest's debug info.
#[test]
fn pprof_shows_the_lines_of_dalek() {
    let folder = tempfile::tempdir().unwrap();
    let (guest, function) = program(folder.path());
    output(
        Command::new("./program")
            .arg("profile")
            .current_dir(folder.path()),
    );
    let raw = [
        "tool",
        "pprof",
        "-symbolize=force",
        "-lines",
        "-raw",
        "program",
        "profile",
    ];
    let raw = output(&mut go(folder.path(), &raw));
    // ADDRESS M=1 main.rust FILE:LINE:COLUMN s=LINE
    let mut shown = Vec::new();
    for row in raw.lines() {
        let words: Vec<&str> = row.split_whitespace().collect();
        let Some(name) = words.iter().position(|word| *word == "main.rust") else {
            continue;
        };
        let address = words.iter().find_map(|word| word.strip_prefix("0x")).unwrap();
        let address = u64::from_str_radix(address, 16).unwrap();
        let (place, _column) = words[name + 1].rsplit_once(':').unwrap();
        shown.push((address - function.address - START, place.to_owned()));
    }
    let expected = expected(&guest);
    for (at, place) in &shown {
        assert_eq!(Some(place), expected[*at as usize].as_ref(), "at {at:#x}");
    }
    let of_dalek: BTreeSet<_> = shown
        .iter()
        .filter(|(_, place)| place.starts_with(FOLDER))
        .collect();
    println!(
        "{} places in the profile, {} of them dalek's",
        shown.len(),
        of_dalek.len()
    );
    assert!(of_dalek.len() > 20, "{raw}");
    // The same in what people read.
    let top = [
        "tool",
        "pprof",
        "-symbolize=force",
        "-lines",
        "-top",
        "program",
        "profile",
    ];
    let top = output(&mut go(folder.path(), &top));
    assert!(
        top.contains("main.rust /rustgo/curve25519-dalek-5.0.0/src/backend/serial/u64/field.rs:"),
        "{top}"
    );
}

/// gdb stops in the middle of `FieldElement::mul`, and shows all of Rust and Go from there to `main`.
#[test]
fn gdb_walks_from_a_field_multiplication_to_main() {
    let folder = tempfile::tempdir().unwrap();
    let (guest, function) = program(folder.path());
    let multiply = guest
        .image
        .functions
        .iter()
        .find(|function| {
            let name = function.demangled();
            name.contains("FieldElement51") && name.contains("Mul") && name.ends_with("::mul")
        })
        .expect("dalek multiplies field elements in a function of its own");
    // The last instruction of those where the stack is deepest, which belong to the multiplication itself.
    let depths = guest.analysis.depths().unwrap();
    let inside = || depths.range(multiply.start..multiply.end());
    let deepest = inside().map(|(_, depth)| *depth).max().unwrap();
    let (at, _) = inside().rfind(|(_, depth)| **depth == deepest).unwrap();
    let stop = format!("break *{:#x}", function.address + START + at);
    let text = output(
        Command::new("gdb")
            .args([
                "-nx",
                "-batch",
                "-ex",
                "set auto-load off",
                "-ex",
                &stop,
                "-ex",
                "run",
                "-ex",
                "backtrace",
            ])
            .arg("./program")
            .current_dir(folder.path()),
    );
    let frames: Vec<&str> = text.lines().filter(|line| line.starts_with('#')).collect();
    let (first, rest) = frames
        .split_first()
        .unwrap_or_else(|| panic!("gdb did not stop:\n{text}"));
    assert!(
        first.contains("main.rust () at ")
            && first.contains(&format!("{FOLDER}backend/serial/u64/field.rs:")),
        "{text}"
    );
    let rust = rest
        .iter()
        .take_while(|frame| frame.contains("main.rust () at /rustgo/"))
        .count();
    assert!(rust > 0, "{text}");
    let go = &rest[rust..];
    assert!(go[0].contains("main.scalar_base_mult ("), "{text}");
    assert!(go.iter().any(|frame| frame.contains("main.main ()")), "{text}");
    assert!(!text.contains("in ?? ()"), "{text}");
}
