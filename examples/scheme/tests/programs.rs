//! Programs are compiled, linked and run, and do what Scheme says they do.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::LazyLock;

use rustgo_hosts::c::{self, Linking};
use rustgo_hosts::command;
use rustgo_hosts::linkage::Linkage;
use rustgo_hosts::sealed::Sealed;
use scheme::primitives;
use scheme::program::{self, Program};

static PRIMITIVES: LazyLock<Sealed> =
    LazyLock::new(|| program::primitives(&Path::new(env!("CARGO_TARGET_TMPDIR")).join("scheme")).unwrap());

fn build(folder: &Path, source: &str) -> anyhow::Result<Program> {
    let file = folder.join("program.scm");
    fs::write(&file, source)?;
    program::build(&file, &PRIMITIVES, folder)
}

/// Builds a program and runs it in a folder of its own.
fn run_in(folder: &Path, source: &str) -> Output {
    let program = build(folder, source).unwrap();
    Command::new(&program.executable)
        .current_dir(folder)
        .output()
        .unwrap()
}

/// What a program writes, where it ends well.
fn output(source: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let output = run_in(folder.path(), source);
    assert!(output.status.success(), "{source}\n{output:?}");
    assert_eq!(output.stderr, b"", "{source}");
    String::from_utf8(output.stdout).unwrap()
}

/// What a program says at the end, where it fails.
fn failure(source: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let output = run_in(folder.path(), source);
    assert_eq!(output.status.code(), Some(1), "{source}\n{output:?}");
    let message = String::from_utf8(output.stderr).unwrap();
    let place = format!("{}/", folder.path().display());
    message
        .trim_end()
        .strip_prefix(&place)
        .unwrap_or_else(|| panic!("{message:?}"))
        .into()
}

/// What the compiler says of a program.
fn refusal(source: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let error = build(folder.path(), source).unwrap_err();
    let place = format!("{}/program.scm:", folder.path().display());
    format!("{error:#}").strip_prefix(&place).unwrap().to_owned()
}

const OUT: &str = "(current-output-port)";

/// What a value looks like.
fn written(value: &str) -> String {
    output(&format!("(writeln {value} {OUT})"))
}

#[test]
fn hello_writes_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let hello = rustgo_hosts::root().join("examples/scheme/hello.scm");
    let output = run_in(folder.path(), &fs::read_to_string(hello).unwrap());
    assert!(output.status.success(), "{output:?}");
    let file = fs::read(folder.path().join("io.txt")).unwrap();
    assert_eq!(file, "Hello !!con 👋\n".as_bytes());
}

#[test]
fn a_program_is_itself_alone() {
    let folder = tempfile::tempdir().unwrap();
    let program = build(folder.path(), "(+ 1 2)").unwrap();
    let linkage = Linkage::of(&program.executable).unwrap();
    assert!(linkage.is_static() && !linkage.dynamic, "{linkage}");
    let undefined = command::read(Command::new("nm").arg("-u").arg(&program.executable)).unwrap();
    assert_eq!(undefined, "");
}

#[test]
fn values_are_written() {
    for (value, text) in [
        ("0", "0"),
        ("-1", "-1"),
        ("1152921504606846975", "1152921504606846975"),
        ("-1152921504606846976", "-1152921504606846976"),
        ("\"\"", ""),
        ("\"a\\n\\\"b\\\\\"", "a\n\"b\\"),
        ("'()", "()"),
        ("#t", "#t"),
        ("#f", "#f"),
        ("#()", "#()"),
        ("#(1 \"two\" #(3 #()) '() #f)", "#(1 two #(3 #()) () #f)"),
    ] {
        assert_eq!(written(value), format!("{text}\n"), "{value}");
    }
}

#[test]
fn calls_nest() {
    for (value, text) in [
        ("(+ (* 2 (- 10 3)) (quotient -7 (+ 1 1)))", "11"),
        ("(- (- (- (- 1 2) 3) 4) (- 5 (- 6 (- 7 8))))", "-6"),
        ("(vector-ref #(10 20 30) (- (vector-length #(1 2 3)) 1))", "30"),
        ("(string-length \"👋\")", "4"),
        ("(if (< 1 2) (if (= 1 2) \"a\" \"b\") \"c\")", "b"),
        ("(if '() 1 2)", "1"),
        ("(error? (vector-ref 5 5))", "#t"),
        ("(error? 5)", "#f"),
    ] {
        assert_eq!(written(value), format!("{text}\n"), "{value}");
    }
}

/// Each level leaves one more word on the stack, so that calls happen at either alignment.
#[test]
fn calls_nest_deeply() {
    let value = (1..=150).fold("0".to_owned(), |inner, number| format!("(+ {number} {inner})"));
    assert_eq!(written(&value), "11325\n");
}

#[test]
fn variables_and_vectors_change() {
    let program = format!(
        "(define v #(1 2 3))
         (define out {OUT})
         (vector-set! v 1 \"changed\")
         (writeln v out)
         (define v (vector-length v))
         (writeln v out)"
    );
    assert_eq!(output(&program), "#(1 changed 3)\n3\n");
}

#[test]
fn ports_are_files() {
    let folder = tempfile::tempdir().unwrap();
    let program = "(define a (open-output-file \"a\"))
                   (define b (open-output-file \"b\"))
                   (writeln 1 a) (writeln 2 b) (writeln 3 a)
                   (close-port a) (close-port b)";
    let output = run_in(folder.path(), program);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(fs::read(folder.path().join("a")).unwrap(), b"1\n3\n");
    assert_eq!(fs::read(folder.path().join("b")).unwrap(), b"2\n");
}

#[test]
fn errors_end_the_program() {
    let wrong_type = "an argument has the wrong type";
    let long_path = format!("(open-output-file \"{}\")", "x".repeat(1024));
    let bad_path = "the path is empty, too long, or has a zero byte in it";
    for (program, message) in [
        ("(writeln \"text\" \"port\")", wrong_type),
        ("(open-output-file 5)", wrong_type),
        ("(+ 1 \"2\")", wrong_type),
        ("(vector-ref \"abc\" 0)", wrong_type),
        ("(vector-ref #(1 2) 2)", "the index is out of range"),
        ("(vector-ref #(1 2) -1)", "the index is out of range"),
        ("(vector-set! #() 0 0)", "the index is out of range"),
        ("(* 1152921504606846975 2)", "the number has more than 61 bits"),
        (
            "(quotient -1152921504606846976 -1)",
            "the number has more than 61 bits",
        ),
        ("(quotient 1 0)", "division by zero"),
        (
            "(open-output-file \"no/such/folder\")",
            "the file can't be opened (system error 2)",
        ),
        (
            "(open-output-file \".\")",
            "the file can't be opened (system error 21)",
        ),
        ("(open-output-file \"\")", bad_path),
        ("(open-output-file \"a\\0b\")", bad_path),
        (&long_path, bad_path),
        // The first error of nested calls is the one that is reported.
        (
            "(writeln \"text\" (open-output-file \"no/such/folder\"))",
            "the file can't be opened (system error 2)",
        ),
        ("(+ 1 (if (vector-ref #() 0) 1 2))", "the index is out of range"),
    ] {
        assert_eq!(
            failure(program),
            format!("program.scm:1:1: error: {message}"),
            "{program}"
        );
    }
    for (program, place, message) in [
        (
            "(define p (open-output-file \"p\")) (close-port p) (writeln 1 p)",
            "1:50",
            "the port can't be written to (system error 9)",
        ),
        (
            "(define p (open-output-file \"p\")) (close-port p) (close-port p)",
            "1:50",
            "the port can't be closed (system error 9)",
        ),
        (
            "(define v #(1)) (vector-set! v 0 v) (writeln v (open-output-file \"p\"))",
            "1:37",
            "the vectors are nested too deeply",
        ),
        ("1\n\n \"é\" (+ 1\n '())\n(writeln 1 2)", "3:6", wrong_type),
    ] {
        assert_eq!(
            failure(program),
            format!("program.scm:{place}: error: {message}"),
            "{program}"
        );
    }
}

#[test]
fn the_compiler_says_what_is_wrong() {
    for (program, message) in [
        ("(f", "1:1: error: this `(` is not closed"),
        ("\n(launch 1)", "2:2: error: there is no primitive `launch`"),
        ("(+ 1)", "1:1: error: `+` takes 2 arguments, not 1"),
        ("(+ 1 (error?))", "1:6: error: `error?` takes 1 argument, not 0"),
        (
            "(current-output-port 1)",
            "1:1: error: `current-output-port` takes 0 arguments, not 1",
        ),
        ("x", "1:1: error: `x` is not defined before it is used"),
        (
            "(define x x)",
            "1:11: error: `x` is not defined before it is used",
        ),
        ("(define x)", "1:1: error: `define` takes a name and a value"),
        ("(define 1 2)", "1:9: error: what is defined is no name"),
        (
            "(+ 1 (define x 2))",
            "1:6: error: `define` may not be inside of anything",
        ),
        (
            "(if 1 2)",
            "1:1: error: `if` takes a condition and two expressions",
        ),
        ("()", "1:1: error: `()` calls nothing; the empty list is '()"),
        ("(1 2)", "1:2: error: what is called is no name"),
        (
            "1152921504606846976",
            "1:1: error: 1152921504606846976 has more than 61 bits",
        ),
        (
            "#(1 99999999999999999999)",
            "1:5: error: `99999999999999999999` is no whole number of at most 61 bits",
        ),
        ("'(1)", "1:2: error: a list can't be a value, only '()"),
        ("#(1 'a)", "1:6: error: the symbol `a` can't be a value"),
    ] {
        assert_eq!(refusal(program), message, "{program}");
    }
}

/// Bytes that are not text are reported like other errors.
#[test]
fn a_file_that_is_not_utf8_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("latin-1.scm");
    fs::write(&file, b"; caf\xe9\n(+ 1 2)").unwrap();
    let error = program::build(&file, &PRIMITIVES, folder.path()).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("{}:1:6: error: this is not UTF-8", file.display())
    );
}

/// Neither the names in a program nor its own may become assembly.
#[test]
fn names_do_not_meet_the_assembler() {
    let folder = tempfile::tempdir().unwrap();
    for name in [
        "lib",
        "a.o",
        "a.asm",
        "a\\",
        "a\nud2\n",
        "%include x",
        "\u{1b}[1m",
        "-o",
        "é ;'`",
    ] {
        let file = folder.path().join(format!("{name}.scm"));
        let variables = [
            "x\\", "%include", "%define", "global_0", "rax", "é", "|", "a\u{7f}b", "%[x",
        ];
        let defined: Vec<_> = variables.map(|name| format!("(define {name} 1)")).into();
        let sum = variables
            .iter()
            .fold("0".to_owned(), |sum, name| format!("(+ {name} {sum})"));
        fs::write(
            &file,
            format!("{}\n(writeln {sum} {OUT}) (+ '() 1)", defined.join(" ")),
        )
        .unwrap();
        let program = program::build(&file, &PRIMITIVES, folder.path()).unwrap();
        let output = Command::new(program.executable).output().unwrap();
        assert_eq!(output.stdout, b"9\n", "{name:?}");
        let place = format!("{}:2:", file.display());
        assert!(
            output.stderr.starts_with(place.as_bytes()),
            "{name:?}: {output:?}"
        );
    }
}

/// Every character of ASCII between quotes, some others, and more of them than fit into a line of anything.
#[test]
fn every_text_comes_through() {
    let all: String = (0..128).map(char::from).chain("é👋\u{10ffff}".chars()).collect();
    for text in [all.clone(), all.repeat(1000), "%{a}`\\\\n`".to_owned()] {
        let quoted = text
            .replace('\\', "\\\\")
            .replace('"', "\\\"")
            .replace('\0', "\\0");
        assert_eq!(written(&format!("\"{quoted}\"")), format!("{text}\n"));
    }
}

/// The compiler's table and the guest's exports are two lists that have to say the same.
#[test]
fn the_table_of_primitives_is_the_guests() {
    let header = fs::read_to_string(PRIMITIVES.header()).unwrap();
    let mut declared: Vec<(&str, usize)> = header
        .lines()
        .filter_map(|line| line.strip_prefix("uint64_t ")?.split_once('('))
        .map(|(symbol, arguments)| (symbol, arguments.matches("uint64_t ").count()))
        .collect();
    let mut known: Vec<(&str, usize)> = primitives::ALL
        .iter()
        .map(|primitive| (primitive.symbol, primitive.arguments))
        .collect();
    known.push((primitives::REPORT, 2));
    known.sort_unstable();
    declared.sort_unstable();
    assert_eq!(known, declared);
}

/// What a host does only in part is asked for again, as long as it does anything.
#[test]
fn an_unwilling_host_is_asked_again() {
    let folder = tempfile::tempdir().unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/unwilling.c");
    let program = folder.path().join("unwilling");
    c::build(c::compiler(), &source, &[&PRIMITIVES], Linking::Dynamic, &program).unwrap();
    command::run(&mut Command::new(program)).unwrap();
}

#[test]
fn valgrind_has_nothing_to_say() {
    let folder = tempfile::tempdir().unwrap();
    let source = format!(
        "(define v #(1 \"two\" #(3)))
         (vector-set! v 0 (string-length (vector-ref v 1)))
         (writeln v {OUT})
         (close-port (open-output-file \"io.txt\"))"
    );
    let program = build(folder.path(), &source).unwrap();
    let output = command::run(
        Command::new("valgrind")
            .args(["--quiet", "--error-exitcode=9"])
            .arg(&program.executable)
            .current_dir(folder.path()),
    )
    .unwrap();
    assert_eq!(output.stdout, b"#(3 two #(3))\n");
}

#[test]
fn the_readme_is_right() {
    rustgo_hosts::readme::check("examples/scheme/README.md").unwrap();
}
