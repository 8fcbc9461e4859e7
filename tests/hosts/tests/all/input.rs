//! The programs' arguments and answers, good and bad.

use std::fs::OpenOptions;
use std::process::Stdio;

use crate::{POINT, PROGRAMS, SCALAR, command, run, stderr, stdout};

#[test]
fn a_scalar_or_none_gets_the_point() {
    for program in PROGRAMS.iter() {
        for arguments in [&[][..], &[SCALAR], &[&SCALAR.to_uppercase()]] {
            let output = run(program, arguments);
            let name = program.display();
            assert!(output.status.success(), "{name} {arguments:?}: {}", output.status);
            assert_eq!(stdout(&output), format!("{POINT}\n"), "{name} {arguments:?}");
            assert_eq!(stderr(&output), "", "{name} {arguments:?}");
        }
    }
}

#[test]
fn anything_else_gets_one_line_and_status_2() {
    let long = "0".repeat(100_000);
    let replaced = |at: usize, with: &str| {
        let mut scalar = SCALAR.to_owned();
        scalar.replace_range(at..at + with.len(), with);
        scalar
    };
    // The characters just below and above each range of hex digits, a byte over 127, and a control character that
    // differs from a digit in one bit.
    let strangers = ["/", ":", "@", "G", "`", "g", " ", "\n", "\u{10}", "é"];
    let mut wrong: Vec<(Vec<String>, &str)> = vec![
        (vec![String::new()], "64 hex digits"),
        (vec![SCALAR[1..].into()], "64 hex digits"),
        (vec![format!("{SCALAR}0")], "64 hex digits"),
        (vec![format!("0x{SCALAR}")], "64 hex digits"),
        (vec![format!("0x{}", &SCALAR[2..])], "not a hex digit"),
        (vec![long], "64 hex digits"),
        (vec![SCALAR.into(), SCALAR.into()], "arguments"),
        (vec![SCALAR.into(), String::new()], "arguments"),
        (vec!["x".into(), "y".into(), "z".into()], "arguments"),
    ];
    for stranger in strangers {
        for at in [0, 31, 64 - stranger.len()] {
            wrong.push((vec![replaced(at, stranger)], "not a hex digit"));
        }
    }
    for program in PROGRAMS.iter() {
        for (arguments, expected) in &wrong {
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            let output = run(program, &arguments);
            let case = format!("{} {arguments:.80?}", program.display());
            assert_eq!(output.status.code(), Some(2), "{case}");
            assert_eq!(stdout(&output), "", "{case}");
            let message = stderr(&output);
            assert!(message.starts_with("scalar_base_mult: "), "{case}: {message:?}");
            assert!(message.contains(expected), "{case}: {message:?}");
            assert_eq!(message.find('\n'), Some(message.len() - 1), "{case}: {message:?}");
        }
    }
}

#[test]
fn a_point_that_cannot_be_written_is_a_failure() {
    for program in PROGRAMS.iter() {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let readable_only = OpenOptions::new().read(true).open("/dev/null").unwrap();
        for stdout in [full, readable_only] {
            let output = command(program)
                .stdout(Stdio::from(stdout))
                .stderr(Stdio::piped())
                .output()
                .unwrap();
            let name = program.display();
            assert_eq!(output.status.code(), Some(1), "{name}");
            assert!(
                stderr(&output).contains("can't be written"),
                "{name}: {}",
                stderr(&output)
            );
        }
    }
}
