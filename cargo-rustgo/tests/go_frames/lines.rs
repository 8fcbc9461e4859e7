//! The source line that Go has for each instruction of an image is the one that binutils read off the guest's debug info.

use std::fs::File;
use std::process::{Command, Stdio};

use cargo_rustgo::write::go::x86_64::START;

use super::{Linked, common};

/// The output of `addr2line` for every byte of a guest's code, in order: `file:line`, or `None` without a line.
fn addr2line(guest: &Linked) -> Vec<Option<String>> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("image.elf"), &guest.file).unwrap();
    let places: String = (0..guest.image.code_size)
        .map(|at| format!("{at:#x}\n"))
        .collect();
    std::fs::write(folder.path().join("places"), places).unwrap();
    let output = Command::new("addr2line")
        .args(["-e", "image.elf"])
        .current_dir(folder.path())
        .stdin(Stdio::from(File::open(folder.path().join("places")).unwrap()))
        .output()
        .expect("binutils are installed");
    let text = common::text(&output.stdout);
    let lines: Vec<Option<String>> = text
        .lines()
        .map(|line| line.split(" (discriminator").next().unwrap())
        .map(|line| (!line.ends_with(":?") && !line.ends_with(":0")).then(|| line.to_owned()))
        .collect();
    let size = guest.image.code_size as usize;
    assert_eq!(lines.len(), size, "{}", common::text(&output.stderr));
    lines
}

/// The line that a Go program is to have for every byte of a guest's code: what `addr2line` says, or where the compiler
/// has put an instruction to no line, what it says of the last before that has one.
pub fn expected(guest: &Linked) -> Vec<Option<String>> {
    let mut last = None;
    addr2line(guest)
        .into_iter()
        .map(|line| {
            last = line.or(last.take());
            last.clone()
        })
        .collect()
}

fn compare(name: &str, guest: &Linked) {
    let plan = guest.plan();
    let function = guest.in_go(&plan);
    let theirs = addr2line(guest);
    let expected = expected(guest);
    let mut with_line = 0;
    for &at in plan.depths.keys() {
        let (index, ours) = (at as usize, guest.image.lines.text_at(at));
        assert_eq!(ours, theirs[index], "{name}: line of {at:#x}");
        let in_go = function
            .line(START + plan.place(at))
            .map(|(file, line)| format!("{file}:{line}"));
        if expected[index].is_some() {
            assert_eq!(in_go, expected[index], "{name}: Go's line of {at:#x}");
        }
        with_line += usize::from(ours.is_some());
    }
    let all = plan.depths.len();
    println!("{name}: {with_line} of {all} instructions have lines, each that of addr2line");
    // Functions written in assembly have none.
    assert!(with_line * 10 > all * 9, "{name}: only {with_line} have lines");
}

#[test]
fn lines_are_those_of_addr2line() {
    for package in ["rustgo-crypto", "rustgo-dalek", "rustgo-panics"] {
        compare(package, &Linked::package(package));
    }
}
