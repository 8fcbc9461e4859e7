//! The C header, checked by compilers: the type of everything in it, in C and in C++.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::c::header;
use crate::export::{Export, Type};
use crate::interface::Interface;
use crate::testing::{enumeration, error, interface, origin, plain, raw, run, structure};

/// Each scalar in Rust, and as C99 and C++ have it.
pub const SCALARS: &[(&str, &str)] = &[
    ("u8", "uint8_t"),
    ("u16", "uint16_t"),
    ("u32", "uint32_t"),
    ("u64", "uint64_t"),
    ("i8", "int8_t"),
    ("i16", "int16_t"),
    ("i32", "int32_t"),
    ("i64", "int64_t"),
    ("usize", "size_t"),
    ("isize", "ptrdiff_t"),
    ("f32", "float"),
    ("f64", "double"),
    ("bool", "bool"),
];

/// Every form of parameter and result with every scalar: the exports, each with its result and parameters in C.
fn every_form() -> (Vec<Export>, Vec<(String, String)>) {
    let (mut exports, mut prototypes) = (Vec::new(), Vec::new());
    let mut add = |export: Export, ret: String, parameters: String| {
        prototypes.push((export.name.clone(), format!("{ret}|{parameters}")));
        exports.push(export);
    };
    for (rust, c) in SCALARS {
        let name = |form: &str| format!("{form}_{rust}");
        add(
            plain(&name("scalar"), &[&format!("x: {rust}")], rust),
            (*c).into(),
            (*c).into(),
        );
        add(
            plain(&name("shared"), &[&format!("x: &{rust}")], ""),
            "void".into(),
            format!("const {c} *"),
        );
        add(
            plain(&name("unique"), &[&format!("x: &mut {rust}")], ""),
            "void".into(),
            format!("{c} *"),
        );
        add(
            plain(&name("slice"), &[&format!("x: &[{rust}]")], ""),
            "void".into(),
            format!("const {c} *, size_t"),
        );
        add(
            plain(&name("slice_mut"), &[&format!("x: &mut [{rust}]")], ""),
            "void".into(),
            format!("{c} *, size_t"),
        );
        add(
            plain(&name("array"), &[&format!("x: &[{rust}; 3]")], ""),
            "void".into(),
            format!("const {c} *"),
        );
        add(
            plain(&name("array_mut"), &[&format!("x: &mut [{rust}; 3]")], ""),
            "void".into(),
            format!("{c} *"),
        );
        add(
            plain(&name("rows"), &[&format!("x: &[[{rust}; 3]]")], ""),
            "void".into(),
            format!("const {c} (*)[3], size_t"),
        );
        add(
            plain(&name("option"), &[], &format!("Option<{rust}>")),
            "bool".into(),
            format!("{c} *"),
        );
        add(
            plain(&name("result"), &[], &format!("Result<{rust}, Failure>")),
            "int32_t".into(),
            format!("{c} *"),
        );
        add(
            plain(&name("text"), &["x: &str"], rust),
            "int32_t".into(),
            format!("const char *, size_t, {c} *"),
        );
        add(
            raw(
                &name("pointers"),
                &[&format!("x: *mut *const {rust}")],
                &format!("*const {rust}"),
            ),
            format!("const {c} *"),
            format!("const {c} **"),
        );
        add(
            raw(
                &name("other_pointers"),
                &[&format!("x: *const *mut {rust}")],
                &format!("*mut {rust}"),
            ),
            format!("{c} *"),
            format!("{c} *const *"),
        );
    }
    add(plain("nothing", &[], ""), "void".into(), "void".into());
    add(
        plain("fails", &[], "Result<(), Failure>"),
        "int32_t".into(),
        "void".into(),
    );
    add(
        plain("words", &["x: &str"], ""),
        "int32_t".into(),
        "const char *, size_t".into(),
    );
    add(
        plain("by_value", &["x: &Inner"], "Inner"),
        "struct Inner".into(),
        "const struct Inner *".into(),
    );
    add(
        plain("outer", &["x: &mut [Outer]"], ""),
        "void".into(),
        "struct Outer *, size_t".into(),
    );
    add(
        raw("unknown", &["x: *mut Unknown", "y: *const c_void"], "*mut c_void"),
        "void *".into(),
        "struct Unknown *, const void *".into(),
    );
    add(
        raw("handle", &[], "*const Handle"),
        "const struct Handle *".into(),
        "void".into(),
    );
    add(
        plain(
            "mixed",
            &["a: u8", "out: &[u16]", "b: f64", "c: &mut [u8; 4]"],
            "Option<i8>",
        ),
        "bool".into(),
        "uint8_t, const uint16_t *, size_t, double, uint8_t *, int8_t *".into(),
    );
    (exports, prototypes)
}

/// A struct with padding, another one that contains the first and every scalar, and their offsets in C.
pub fn structures() -> Vec<Type> {
    let inner = structure("Inner", 16, 8, &[("small", "u8", 0), ("wide", "f64", 8)]);
    let outer = structure(
        "Outer",
        144,
        8,
        &[
            ("a", "u8", 0),
            ("b", "u16", 2),
            ("c", "u32", 4),
            ("d", "u64", 8),
            ("e", "i8", 16),
            ("f", "i16", 18),
            ("g", "i32", 20),
            ("h", "i64", 24),
            ("i", "usize", 32),
            ("j", "isize", 40),
            ("k", "f32", 48),
            ("l", "f64", 56),
            ("m", "bool", 64),
            ("class", "[Inner; 2]", 72),
            ("rows", "[[u16; 3]; 2]", 104),
            ("inner", "Inner", 120),
            ("last", "bool", 136),
        ],
    );
    vec![inner, outer]
}

fn failure() -> Type {
    error(
        "Failure",
        &[
            ("Early", 1, "it is \"early\"??/"),
            ("TooLate", 7, "back\\slash\tand */ end"),
        ],
    )
}

fn header(interface: &Interface, panics: bool) -> String {
    let stacks = interface
        .functions
        .iter()
        .map(|function| (function.name.clone(), 64));
    header::write(&origin(), interface, &BTreeMap::from_iter(stacks), panics)
}

/// Compiles a program that includes the header, without a warning.
fn compile(header: &str, program: &str, compiler: &str, standard: &str) -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    let extension = if compiler == "c++" { "cpp" } else { "c" };
    let file = format!("program.{extension}");
    std::fs::write(folder.path().join("guest.h"), header).unwrap();
    let program = format!("#include \"guest.h\"\n#include \"guest.h\"\n{program}");
    std::fs::write(folder.path().join(&file), &program).unwrap();
    let arguments = [
        standard,
        "-fsyntax-only",
        "-Wall",
        "-Wextra",
        "-Werror",
        "-pedantic-errors",
        &file,
    ];
    run(folder.path(), compiler, &arguments).map(drop)
}

#[test]
fn every_type_is_c_and_cpp_s_own() {
    let (exports, prototypes) = every_form();
    let types = [structures(), vec![failure()]].concat();
    let header = header(&interface(&exports, &types), true);
    let (mut c, mut cpp) = (String::new(), String::from("#include <type_traits>\n"));
    for (name, prototype) in prototypes {
        let (ret, parameters) = prototype.split_once('|').unwrap();
        writeln!(
            c,
            "_Static_assert(_Generic(&{name}, {ret} (*)({parameters}): 1, default: 0), \"{name}\");"
        )
        .unwrap();
        writeln!(
            cpp,
            "static_assert(std::is_same_v<decltype(&{name}), {ret} (*)({parameters})>);"
        )
        .unwrap();
    }
    for ((field, offset), (_, scalar)) in "abcdefghijklm"
        .chars()
        .zip([0, 2, 4, 8, 16, 18, 20, 24, 32, 40, 48, 56, 64])
        .zip(SCALARS)
    {
        writeln!(
            c,
            "_Static_assert(_Generic(((struct Outer *)0)->{field}, {scalar}: 1, default: 0), \"{field}\");\n\
             _Static_assert(offsetof(struct Outer, {field}) == {offset}, \"{field}\");"
        )
        .unwrap();
        writeln!(
            cpp,
            "static_assert(std::is_same_v<decltype(Outer::{field}), {scalar}>);\nstatic_assert(offsetof(Outer, {field}) == \
             {offset});"
        )
        .unwrap();
    }
    for (name, assert) in [("struct Outer", &mut c), ("Outer", &mut cpp)] {
        let keyword = if name == "Outer" {
            "static_assert"
        } else {
            "_Static_assert"
        };
        for expression in [
            format!("sizeof({name}) == 144"),
            format!("sizeof({}) == 16", name.replace("Outer", "Inner")),
            format!("offsetof({name}, class_) == 72"),
            format!("sizeof((({name} *)0)->class_) == 32"),
            format!("offsetof({name}, rows) == 104"),
            format!("sizeof((({name} *)0)->rows[1]) == 6"),
            format!("offsetof({name}, inner) == 120"),
            format!("offsetof({name}, last) == 136"),
            "FAILURE_EARLY == 1".to_owned(),
            "FAILURE_TOO_LATE == 7".to_owned(),
            "RUSTGO_OK == 0".to_owned(),
            "RUSTGO_NULL == -1".to_owned(),
            "RUSTGO_MISALIGNED == -2".to_owned(),
            "RUSTGO_TOO_LONG == -3".to_owned(),
            "RUSTGO_OVERLAP == -4".to_owned(),
            "RUSTGO_NOT_UTF8 == -5".to_owned(),
            "RUSTGO_NO_VALUE == -6".to_owned(),
            "sizeof(struct rustgo_panic_info) == 40".to_owned(),
            "offsetof(struct rustgo_panic_info, message) == 0".to_owned(),
            "offsetof(struct rustgo_panic_info, message_length) == 8".to_owned(),
            "offsetof(struct rustgo_panic_info, file) == 16".to_owned(),
            "offsetof(struct rustgo_panic_info, file_length) == 24".to_owned(),
            "offsetof(struct rustgo_panic_info, line) == 32".to_owned(),
            "offsetof(struct rustgo_panic_info, column) == 36".to_owned(),
        ] {
            writeln!(assert, "{keyword}({expression}, \"\");").unwrap();
        }
    }
    compile(&header, &c, "cc", "-std=c11").unwrap();
    compile(&header, &cpp, "c++", "-std=c++17").unwrap();
    compile(&header, "", "cc", "-std=c99").unwrap();
    compile(&header, "", "c++", "-std=c++11").unwrap();
}

#[test]
fn an_enum_is_its_integer_with_a_name_for_each_value() {
    let types = [
        enumeration("Mode", "u8", &[("Slow", 3), ("VeryFast", 255)]),
        enumeration(
            "Big",
            "i64",
            &[("Least", i64::MIN), ("Below", -1), ("Most", i64::MAX)],
        ),
    ];
    let exports = [
        plain("pass", &["a: Mode", "b: Big"], "Mode"),
        plain("maybe", &["text: &str", "a: Mode"], "Option<Big>"),
    ];
    let header = header(&interface(&exports, &types), false);
    let program = "_Static_assert(_Generic(&pass, uint8_t (*)(uint8_t, int64_t): 1, default: 0), \"\");\n\
                   _Static_assert(_Generic(&maybe, int32_t (*)(const char *, size_t, uint8_t, int64_t *): 1, default: 0), \"\");\n\
                   _Static_assert(MODE_SLOW == 3 && MODE_VERY_FAST == 255, \"\");\n\
                   _Static_assert(BIG_LEAST == INT64_MIN && BIG_BELOW == -1 && BIG_MOST == INT64_MAX, \"\");\n";
    compile(&header, program, "cc", "-std=c11").unwrap();
    compile(
        &header,
        &program
            .replace("_Static_assert(_Generic", "// (")
            .replace("_Static_", "static_"),
        "c++",
        "-std=c++11",
    )
    .unwrap();
    for note in [
        " * a is one of MODE_...; another number is a panic.\n",
        " * The result is one of MODE_....\n",
        " * a is one of MODE_...; another number is RUSTGO_NO_VALUE.\n",
        " * Returns 1 if there is a value, and only then writes it to out, which may be NULL",
    ] {
        assert!(header.contains(note), "{header}");
    }
}

#[test]
fn documentation_stays_in_its_comment() {
    let mut export = plain("f", &["x: u8"], "u8");
    export.doc = "a\0b\rc */ int bad; /* \u{1a}\u{feff}\u{202e} ??/\nend \\".to_owned();
    let header = header(&interface(&[export], &[]), false);
    assert!(
        header
            .chars()
            .all(|letter| letter == '\n' || !letter.is_control()),
        "{header}"
    );
    assert!(
        header.contains(r" * a\u{0}b\u{d}c * / int bad; / * \u{1a}\u{feff}\u{202e} ? ?/"),
        "{header}"
    );
    compile(&header, "", "cc", "-std=c99").unwrap();
}

/// `size_t` and `uint64_t` are the same type on Linux, and not everywhere.
#[test]
fn every_scalar_has_its_own_name() {
    for (rust, c) in SCALARS {
        let offered = interface(&[plain("f", &[&format!("x: {rust}")], rust)], &[]);
        let header = header(&offered, false);
        assert!(header.contains(&format!("\n{c} f({c} x);\n")), "{rust}: {header}");
    }
}

/// The header's assertions keep a C compiler with another layout from passing garbage.
#[test]
fn another_layout_does_not_compile() {
    let takes = |name: &str| plain("f", &[&format!("x: &{name}")], "");
    let right = structure("S", 16, 8, &[("a", "u8", 0), ("b", "u64", 8)]);
    compile(
        &header(&interface(&[takes("S")], &[right]), false),
        "",
        "cc",
        "-std=c99",
    )
    .unwrap();
    for (size, offsets) in [(24, [0, 8]), (16, [0, 1]), (16, [1, 8]), (9, [0, 8])] {
        let fields = [("a", "u8", offsets[0]), ("b", "u64", offsets[1])];
        let wrong = header(
            &interface(&[takes("S")], &[structure("S", size, 8, &fields)]),
            false,
        );
        assert!(
            compile(&wrong, "", "cc", "-std=c99").is_err(),
            "{size} bytes, {offsets:?}"
        );
        assert!(
            compile(&wrong, "", "c++", "-std=c++11").is_err(),
            "{size} bytes, {offsets:?}"
        );
    }
}

/// C can contain a struct by value only after its definition: whatever the names, inner structs come first.
#[test]
fn structs_are_defined_in_order() {
    let inside = structure("Zone", 4, 4, &[("a", "u32", 0)]);
    for ty in ["Zone", "[Zone; 1]", "[[Zone; 1]; 1]"] {
        let outside = structure("Area", 8, 4, &[("first", "u32", 0), ("zone", ty, 4)]);
        let around = structure("A", 8, 4, &[("area", "Area", 0)]);
        let types = [inside.clone(), outside, around];
        let offered = interface(&[plain("f", &["x: &A"], "")], &types);
        compile(&header(&offered, false), "", "cc", "-std=c99")
            .unwrap_or_else(|error| panic!("{ty}: {error}"));
    }
}

/// The results of an error's text function, run.
#[test]
fn texts_of_errors() {
    let offered = interface(&[plain("f", &[], "Result<(), Failure>")], &[failure()]);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("guest.h"), header(&offered, false)).unwrap();
    let program = "#include <stdio.h>\n#include \"guest.h\"\nint main(void) {\n    for (int32_t n = -6; n < 9; n++) \
                   {\n        const char *text = failure_text(n);\n        printf(\"%d %s\\n\", (int)n, text ? text : \
                   \"NULL\");\n    }\n}\n";
    std::fs::write(folder.path().join("program.c"), program).unwrap();
    run(
        folder.path(),
        "cc",
        &["-std=c99", "-Wall", "-Werror", "-o", "program", "program.c"],
    )
    .unwrap();
    let program = folder.path().join("program");
    let printed = run(folder.path(), program.to_str().unwrap(), &[]).unwrap();
    let expected = [
        "-6 a number is no value of its enum",
        "-5 text is not UTF-8",
        "-4 two arguments overlap, and one of them is written to",
        "-3 an argument is longer than memory can hold",
        "-2 an argument is not aligned for its type",
        "-1 an argument is null",
        "0 no error",
        "1 it is \"early\"??/",
        "2 NULL",
        "3 NULL",
        "4 NULL",
        "5 NULL",
        "6 NULL",
        "7 back\\slash\tand */ end",
        "8 NULL",
    ];
    assert_eq!(printed.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn only_what_is_needed_is_declared() {
    let bare = header(&interface(&[plain("f", &[], "")], &[]), false);
    assert!(
        !bare.contains("rustgo_panic") && !bare.contains("RUSTGO_OK"),
        "{bare}"
    );
    let panics = header(&interface(&[plain("f", &[], "")], &[]), true);
    assert!(
        panics.contains("rustgo_panic") && !panics.contains("RUSTGO_OK"),
        "{panics}"
    );
    let status = header(&interface(&[plain("f", &["x: &str"], "")], &[]), false);
    assert!(
        !status.contains("rustgo_panic") && status.contains("RUSTGO_OK"),
        "{status}"
    );
}

/// The last lines of a function's comment.
fn notes(export: Export) -> Vec<String> {
    let header = header(&interface(&[export], &[failure()]), false);
    let (_, comment) = header.split_once(" * Does f.\n").unwrap();
    let (comment, _) = comment.split_once(" */").unwrap();
    let lines = comment
        .lines()
        .map(|line| line.trim_start_matches(" *").trim().to_owned());
    lines.filter(|line| !line.is_empty()).collect()
}

#[test]
fn comments_say_what_the_c_form_adds() {
    const STACK: &str = "Stack: at most 64 bytes, the return address included.";
    let option = "Returns whether there is a value, and only then writes it to out, which may be NULL or overlap an argument, and \
                  need not be aligned.";
    let misuse = "Panics where an argument is null (of no elements it may be), or not aligned, or overlaps one that is \
                  written to.";
    assert_eq!(notes(plain("f", &[], "")), [STACK]);
    assert_eq!(notes(plain("f", &["x: u8"], "")), [STACK]);
    assert_eq!(
        notes(raw("f", &["x: &u8"], "")),
        [STACK],
        "its entry checks nothing"
    );
    assert_eq!(notes(plain("f", &["x: &u8"], "u8")), [misuse, STACK]);
    assert_eq!(notes(plain("f", &["x: &[u8]"], "")), [misuse, STACK]);
    assert_eq!(notes(plain("f", &["x: &[u8]"], "Option<u8>")), [option, STACK]);
    let out = "Returns whether there is a value, and only then writes it to out__, which may be NULL or overlap an argument, and need \
               not be aligned.";
    assert_eq!(
        notes(plain("f", &["out: u8", "out_: u8"], "Option<u8>")),
        [out, STACK]
    );
    let status = "Returns RUSTGO_OK or another of RUSTGO_... where the arguments are at fault.";
    assert_eq!(notes(plain("f", &["x: &str"], "")), [status, STACK]);
    let fails = "Returns RUSTGO_OK, a number of FAILURE_... where it fails, or another of RUSTGO_... where the arguments \
                 are at fault.";
    let written = "With RUSTGO_OK it writes the value to out, which may be NULL or overlap an argument, and need not be \
                   aligned.";
    assert_eq!(notes(plain("f", &[], "Result<(), Failure>")), [fails, STACK]);
    assert_eq!(
        notes(plain("f", &[], "Result<u8, Failure>")),
        [fails, written, STACK]
    );
}

/// Whatever the documentation contains, the comment ends where it should.
#[test]
fn documentation_can_not_leave_its_comment() {
    let mut export = plain("f", &[], "");
    export.doc = "a */ int b; /* c ??/\n\n*/".to_owned();
    let header = header(&interface(&[export], &[]), false);
    for (compiler, standard) in [("cc", "-std=c99"), ("c++", "-std=c++11")] {
        compile(&header, "void (*g)(void) = f; int b;", compiler, standard).unwrap();
    }
    let empty = crate::c::comment::c_comment("", &["One.".to_owned(), "Two.".to_owned()]);
    assert_eq!(empty, "/**\n * One.\n * Two.\n */\n");
}
