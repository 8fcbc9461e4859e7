//! Hand-written line programs (DWARF 4, 6.2), and the lines read from them.

use super::*;
use crate::image::sample::{Sample, chain};
use crate::processor::Processor;

/// A unit: its directory, and its line program's directories, files (each with the number of its directory) and
/// operations.
struct Unit {
    folder: &'static str,
    folders: &'static [&'static str],
    files: &'static [(&'static str, u8)],
    program: Vec<u8>,
}

/// Sets the address.
fn address(at: u64) -> Vec<u8> {
    [&[0, 9, 2][..], &at.to_le_bytes()].concat()
}

/// Advances the address by some bytes.
fn on(bytes: u8) -> Vec<u8> {
    vec![2, bytes]
}

/// Advances the line by some lines, fewer than 64.
fn lines(count: u8) -> Vec<u8> {
    vec![3, count]
}

/// Sets the file.
fn file(number: u8) -> Vec<u8> {
    vec![4, number]
}

const ROW: [u8; 1] = [1];
const END: [u8; 3] = [0, 1, 1];

fn text(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend_from_slice(text.as_bytes());
    bytes.push(0);
}

fn with_units(units: &[Unit], count: usize) -> Vec<u8> {
    // A compilation unit with the offset of its lines and its directory.
    let abbreviations = [1, 0x11, 0, 0x10, 0x17, 0x1b, 0x08, 0, 0, 0];
    let (mut info, mut line) = (Vec::new(), Vec::new());
    for unit in units {
        let mut header = vec![1, 1, 1, 0xfb, 14, 13, 0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1];
        for folder in unit.folders {
            text(&mut header, folder);
        }
        header.push(0);
        for (name, folder) in unit.files {
            text(&mut header, name);
            header.extend([*folder, 0, 0]);
        }
        header.push(0);
        // With the maximum of operations per instruction, which this version of the header has.
        header.insert(1, 1);
        let start = line.len() as u32;
        for _ in 0..count {
            let mut die = vec![1];
            die.extend(start.to_le_bytes());
            text(&mut die, unit.folder);
            die.push(0);
            info.extend((die.len() as u32 + 7).to_le_bytes());
            info.extend([4, 0, 0, 0, 0, 0, 8]);
            info.extend(die);
        }
        let length = 6 + header.len() + unit.program.len();
        line.extend((length as u32).to_le_bytes());
        line.extend([4, 0]);
        line.extend((header.len() as u32).to_le_bytes());
        line.extend(header);
        line.extend_from_slice(&unit.program);
    }
    let mut sample = Sample::new(Processor::X86_64, &[0xc3; 64], &[]);
    sample.section(".debug_abbrev", 0, 0, &abbreviations);
    sample.section(".debug_info", 0, 0, &info);
    sample.section(".debug_line", 0, 0, &line);
    sample.bytes()
}

fn unit(program: &[&[u8]]) -> Unit {
    Unit {
        folder: "/rustgo/guest-1.0.0",
        folders: &["src", "/rustgo/core"],
        files: &[("lib.rs", 1), ("num.rs", 2), ("build.rs", 0), ("/abs.rs", 1)],
        program: program.concat(),
    }
}

fn read(units: &[Unit]) -> Lines {
    Lines::read(&with_units(units, 1), 64).unwrap()
}

fn told(lines: &Lines, offsets: &[u64]) -> Vec<String> {
    let text = |&offset| lines.text_at(offset).unwrap_or_default();
    offsets.iter().map(text).collect()
}

#[test]
fn each_instruction_has_the_line_of_the_row_before() {
    let read = read(&[unit(&[
        &address(8),
        &lines(9),
        &ROW,
        &on(4),
        &lines(2),
        &ROW,
        &on(4),
        &END,
    ])]);
    let name = "/rustgo/guest-1.0.0/src/lib.rs";
    assert_eq!(
        told(&read, &[7, 8, 11, 12, 15, 16, 64]),
        [
            String::new(),
            format!("{name}:10"),
            format!("{name}:10"),
            format!("{name}:12"),
            format!("{name}:12"),
            String::new(),
            String::new()
        ]
    );
    assert_eq!(read.at(8).unwrap().line, 10);
    assert_eq!(&*read.at(8).unwrap().file, name);
    assert!(Lines::default().at(0).is_none());
}

#[test]
fn files_are_named_by_their_folders() {
    let program: Vec<Vec<u8>> = (0..=5)
        .flat_map(|number| [file(number), ROW.to_vec(), on(4)])
        .collect();
    let parts: Vec<&[u8]> = program.iter().map(Vec::as_slice).collect();
    let read = read(&[unit(&[&address(0), &parts.concat(), &END])]);
    assert_eq!(
        told(&read, &[0, 4, 8, 12, 16, 20]),
        [
            "?:1",
            "/rustgo/guest-1.0.0/src/lib.rs:1",
            "/rustgo/core/num.rs:1",
            "/rustgo/guest-1.0.0/build.rs:1",
            "/abs.rs:1",
            "?:1"
        ]
    );
    let without = Unit {
        folder: "",
        ..unit(&[&address(0), &ROW, &file(3), &on(4), &ROW, &on(4), &END])
    };
    assert_eq!(
        told(&self::read(&[without]), &[0, 4]),
        ["src/lib.rs:1", "build.rs:1"]
    );
}

/// A row without a line: the compiler generated the code.
#[test]
fn line_zero_is_no_line() {
    // 0x7f is -1.
    let read = read(&[unit(&[
        &address(0),
        &ROW,
        &on(4),
        &lines(0x7f),
        &ROW,
        &on(4),
        &END,
    ])]);
    assert_eq!(
        told(&read, &[0, 4]),
        ["/rustgo/guest-1.0.0/src/lib.rs:1".to_owned(), String::new()]
    );
}

#[test]
fn where_sequences_meet_the_start_counts() {
    let first: &[&[u8]] = &[&address(0), &lines(9), &ROW, &on(8), &END];
    let second: &[&[u8]] = &[&address(8), &lines(19), &ROW, &on(8), &END];
    for parts in [[first, second], [second, first]] {
        let parts = parts.map(<[&[u8]]>::concat);
        let together = read(&[unit(&[&parts.concat()])]);
        let apart = read(&parts.map(|part| unit(&[&part])));
        for read in [together, apart] {
            assert_eq!(read.at(7).unwrap().line, 10);
            assert_eq!(read.at(8).unwrap().line, 20);
            assert!(read.at(16).is_none());
        }
    }
}

/// Of several rows for one address, the last one holds.
#[test]
fn the_last_row_of_a_place_counts() {
    let read = read(&[unit(&[&address(0), &ROW, &lines(4), &ROW, &on(8), &END])]);
    assert_eq!(read.at(0).unwrap().line, 5);
}

/// The linker gives dropped code an address beyond every image.
#[test]
fn code_that_was_dropped_has_no_lines() {
    for (start, is_kept) in [(60, true), (64, true), (65, false), (u64::MAX - 8, false)] {
        let read = read(&[unit(&[&address(start), &lines(9), &ROW, &on(4), &END])]);
        assert_eq!(read.at(start).is_some(), is_kept, "{start}");
        assert_eq!(read.at(u64::MAX).is_some(), start == 64, "{start}");
    }
}

#[test]
fn units_with_one_program_are_read_once() {
    // Each row takes time: the same program in every unit would take very long.
    let rows = vec![0x13; ROWS / 2];
    let unit = unit(&[&address(0), &ROW, &rows, &on(4), &END]);
    let read = Lines::read(&with_units(std::slice::from_ref(&unit), 5), 64).unwrap();
    assert!(read.at(0).is_some());

    let twice = [0, 1].map(|_| Unit {
        program: unit.program.clone(),
        ..self::unit(&[])
    });
    let error = chain(&Lines::read(&with_units(&twice, 1), 64).unwrap_err());
    assert!(
        error.contains("the debug info has more than 4000000 lines"),
        "{error}"
    );
}

#[test]
fn rows_are_counted_to_the_last() {
    for (extra, fits) in [(0, true), (1, false)] {
        // The end of the sequence is a row as well.
        let rows = vec![0x13; ROWS - 1 + extra];
        let unit = unit(&[&address(0), &rows, &END]);
        assert_eq!(Lines::read(&with_units(&[unit], 1), 64).is_ok(), fits);
    }
}

#[test]
fn damaged_debug_info_is_an_error_and_none_is_not() {
    let none = Sample::new(Processor::X86_64, &[0xc3; 64], &[]).bytes();
    assert!(Lines::read(&none, 64).unwrap().at(0).is_none());
    assert!(Lines::read(b"no file", 64).is_err());

    let mut cut = Sample::new(Processor::X86_64, &[0xc3; 64], &[]);
    cut.section(".debug_info", 0, 0, &[200, 0, 0, 0, 4]);
    assert!(
        format!("{:#}", Lines::read(&cut.bytes(), 64).unwrap_err()).contains("the debug info is damaged")
    );

    // An operation that the table ends in.
    let error = Lines::read(&with_units(&[unit(&[&[0, 9, 2, 1]])], 1), 64).unwrap_err();
    assert!(
        format!("{error:#}").contains("the line table is damaged"),
        "{error:#}"
    );

    let mut abbreviations = Sample::new(Processor::X86_64, &[0xc3; 64], &[]);
    abbreviations.section(".debug_info", 0, 0, &[8, 0, 0, 0, 4, 0, 0, 0, 0, 0, 8, 1]);
    assert!(Lines::read(&abbreviations.bytes(), 64).is_err());
}
