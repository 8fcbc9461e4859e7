//! Panics in a C or NASM program: a line and an abort, or the program's own handling; and an archive whose exports
//! can't panic has none of that.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::LazyLock;

use object::read::archive::ArchiveFile;
use object::{Object, ObjectSymbol};
use rustgo_hosts::sealed::Sealed;
use rustgo_hosts::{c, command, nasm};

use crate::{CRYPTO, run, sample, scratch, sealed, stderr, stdout};

static PANICS: LazyLock<Sealed> = LazyLock::new(|| sealed("rustgo-panics"));

/// The guest's source: where the panics are.
static SOURCE: LazyLock<String> = LazyLock::new(|| {
    fs::read_to_string(rustgo_hosts::root().join("tests/fixtures/panics/src/lib.rs")).unwrap()
});

const SIGILL: i32 = 4;
const SIGABRT: i32 = 6;

/// `FILE:LINE:COLUMN` of a text in the guest's source.
fn place(text: &str) -> (usize, usize) {
    let (number, line) = SOURCE
        .lines()
        .enumerate()
        .find(|(_, line)| line.contains(text))
        .unwrap();
    (number + 1, line.find(text).unwrap() + 1)
}

/// The library's message, or what a program is told.
fn file() -> String {
    format!("/rustgo/rustgo-panics-{}/src/lib.rs", env!("CARGO_PKG_VERSION"))
}

fn compile(name: &str, options: &[&str]) -> PathBuf {
    let program = scratch().join(format!("panics-{name}"));
    command::run(
        Command::new(c::compiler())
            .args(["-std=c99", "-O2"])
            .args(c::WARNINGS)
            .args(options)
            .arg("-I")
            .arg(PANICS.include())
            .arg("-o")
            .arg(&program)
            .arg(sample("panics.c"))
            .arg(PANICS.archive()),
    )
    .unwrap();
    program
}

fn aborts_with_a_line(output: &Output) {
    let (line, column) = place("panic!(\"thirteen");
    let said = format!("rust: thirteen is not a number, at {}:{line}:{column}\n", file());
    assert_eq!(stderr(output), said);
    assert_eq!((stdout(output), output.status.signal()), ("", Some(SIGABRT)));
}

#[test]
fn the_library_writes_a_line_and_aborts() {
    aborts_with_a_line(&run(&compile("dynamic", &[]), &[]));
    aborts_with_a_line(&run(&compile("static", &["-static"]), &[]));
}

#[test]
fn without_libc_too() {
    let options = [
        "-nostdlib",
        "-static",
        "-ffreestanding",
        "-fno-stack-protector",
        "-DFREESTANDING",
    ];
    aborts_with_a_line(&run(&compile("nostdlib", &options), &[]));
}

/// The index of a table is part of the message, which would have to be formatted.
#[test]
fn a_message_that_is_not_constant_is_left_out() {
    let output = run(&compile("formatted", &["-DFORMATTED"]), &[]);
    let (line, column) = place("table[black_box(index)]");
    assert_eq!(
        stderr(&output),
        format!("rust: panic at {}:{line}:{column}\n", file())
    );
    assert_eq!(output.status.signal(), Some(SIGABRT));
}

#[test]
fn a_program_that_ignores_the_abort_traps() {
    let output = run(
        &compile("ignored", &["-DIGNORED", "-D_POSIX_C_SOURCE=200809L"]),
        &[],
    );
    assert!(stderr(&output).starts_with("rust: thirteen is not a number, at "));
    assert_eq!(output.status.signal(), Some(SIGILL));
}

#[test]
fn a_program_may_take_over() {
    let output = run(&compile("own", &["-DOWN"]), &[]);
    let (line, column) = place("panic!(\"thirteen");
    assert_eq!(
        stdout(&output),
        format!("thirteen is not a number|{}|{line}|{column}\n", file())
    );
    assert_eq!((stderr(&output), output.status.code()), ("", Some(7)));

    let output = run(&compile("own-formatted", &["-DOWN", "-DFORMATTED"]), &[]);
    let (line, column) = place("table[black_box(index)]");
    assert_eq!(
        stdout(&output),
        format!("no message|{}|{line}|{column}\n", file())
    );
    assert_eq!(output.status.code(), Some(7));
}

#[test]
fn what_does_not_panic_returns() {
    let output = run(&compile("calm", &["-DCALM"]), &[]);
    assert_eq!((stderr(&output), output.status.code()), ("", Some(3)));
}

#[test]
fn in_assembly() {
    let (line, _) = place("panic!(\"thirteen");
    for (name, is_own) in [("nasm", false), ("nasm-own", true)] {
        let source = scratch().join(format!("{name}.asm"));
        let define = if is_own { "%define OWN\n" } else { "" };
        fs::write(
            &source,
            format!("{define}{}", fs::read_to_string(sample("panics.asm")).unwrap()),
        )
        .unwrap();
        let program = scratch().join(format!("panics-{name}"));
        nasm::build(&source, &PANICS, &program).unwrap();
        let output = run(&program, &[]);
        if is_own {
            assert_eq!(stdout(&output), file());
            assert_eq!((stderr(&output), output.status.code()), ("", Some(line as i32)));
        } else {
            aborts_with_a_line(&output);
        }
    }
}

/// The members of an archive, each with its defined and undefined names.
fn members(archive: &Sealed) -> Vec<(String, Vec<String>, Vec<String>)> {
    let bytes = fs::read(archive.archive()).unwrap();
    let file = ArchiveFile::parse(&*bytes).unwrap();
    let names = |object: &object::File, is_undefined: bool| -> Vec<String> {
        let wanted = object
            .symbols()
            .filter(|symbol| symbol.is_global() && symbol.is_undefined() == is_undefined);
        wanted.map(|symbol| symbol.name().unwrap().to_owned()).collect()
    };
    file.members()
        .map(|member| {
            let member = member.unwrap();
            let object = object::File::parse(member.data(&*bytes).unwrap()).unwrap();
            let name = String::from_utf8_lossy(member.name()).into_owned();
            (name, names(&object, false), names(&object, true))
        })
        .collect()
}

#[test]
fn only_what_can_panic_brings_the_member() {
    let panics = members(&PANICS);
    let [(_, exports, wanted), (name, provided, needed)] = &panics[..] else {
        panic!("{panics:?}");
    };
    assert!(exports.contains(&"superstitious".to_owned()));
    assert_eq!(wanted, &["rustgo_panic"]);
    assert_eq!(
        (name.as_str(), provided, needed.len()),
        ("rustgo_panic.o", &vec!["rustgo_panic".to_owned()], 0)
    );
    assert!(
        fs::read_to_string(PANICS.header())
            .unwrap()
            .contains("void rustgo_panic(")
    );

    let crypto = members(&CRYPTO);
    assert_eq!(crypto.len(), 1);
    assert!(crypto.iter().all(|(_, provided, needed)| {
        needed.is_empty() && !provided.contains(&"rustgo_panic".to_owned())
    }));
    assert!(
        !fs::read_to_string(CRYPTO.header())
            .unwrap()
            .contains("rustgo_panic")
    );
}
