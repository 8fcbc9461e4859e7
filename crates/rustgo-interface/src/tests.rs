//! Reading what guests declare: every type, every form of function, and what is refused.

mod records;

use super::*;
use crate::testing::{chain, enumeration, error, plain, raw, structure};

/// Each integer: its name, its size in bytes, whether it is signed, and whether it is as wide as an address.
const INTEGERS: &[(&str, u64, bool, bool)] = &[
    ("u8", 1, false, false),
    ("u16", 2, false, false),
    ("u32", 4, false, false),
    ("u64", 8, false, false),
    ("usize", 8, false, true),
    ("i8", 1, true, false),
    ("i16", 2, true, false),
    ("i32", 4, true, false),
    ("i64", 8, true, false),
    ("isize", 8, true, true),
];

const U8: Scalar = Scalar::Int {
    bytes: 1,
    is_signed: false,
    is_address: false,
};

fn function(export: Export) -> Function {
    let interface = Interface::new([&export], &[]).unwrap_or_else(|error| panic!("{}", chain(&error)));
    interface.functions.into_iter().next().unwrap()
}

fn kind(ty: &str) -> Kind {
    function(plain("f", &[&format!("x: {ty}")], "")).parameters[0]
        .kind
        .clone()
}

fn pointer(is_mut: bool, is_reference: bool, to: Option<Type>) -> Pointer {
    Pointer {
        is_mut,
        is_reference,
        to: to.map(Box::new),
    }
}

#[test]
fn scalars() {
    for &(name, bytes, is_signed, is_address) in INTEGERS {
        let scalar = Scalar::Int {
            bytes,
            is_signed,
            is_address,
        };
        assert_eq!(kind(name), Kind::Scalar(scalar), "{name}");
        assert_eq!((scalar.size(), scalar.is_float()), (bytes, false));
    }
    for (name, scalar, size, is_float) in [
        ("f32", Scalar::Float(4), 4, true),
        ("f64", Scalar::Float(8), 8, true),
        ("bool", Scalar::Bool, 1, false),
    ] {
        assert_eq!(kind(name), Kind::Scalar(scalar), "{name}");
        assert_eq!((scalar.size(), scalar.is_float()), (size, is_float));
    }
    for name in ["u128", "i128", "char", "f16", "f128", "u", "Usize"] {
        assert_eq!(Scalar::of(name), None, "{name}");
    }
}

#[test]
fn parameters() {
    let byte = || Type::Scalar(U8);
    let pair = || Type::Array(Box::new(byte()), 2);
    assert_eq!(kind("&u8"), Kind::Pointer(pointer(false, true, Some(byte()))));
    assert_eq!(kind("&mut u8"), Kind::Pointer(pointer(true, true, Some(byte()))));
    assert_eq!(
        kind("&mut [u8; 2]"),
        Kind::Pointer(pointer(true, true, Some(pair())))
    );
    assert_eq!(kind("&str"), Kind::Text);
    for (text, is_mut) in [("&[u8]", false), ("&mut [u8]", true)] {
        let element = byte();
        assert_eq!(kind(text), Kind::Slice { is_mut, element });
    }
    let element = pair();
    assert_eq!(
        kind("&[[u8; 2]]"),
        Kind::Slice {
            is_mut: false,
            element
        }
    );
    let raw_kind = |ty: &str| {
        function(raw("f", &[&format!("x: {ty}")], "")).parameters[0]
            .kind
            .clone()
    };
    assert_eq!(
        raw_kind("*const u8"),
        Kind::Pointer(pointer(false, false, Some(byte())))
    );
    assert_eq!(
        raw_kind("*mut u8"),
        Kind::Pointer(pointer(true, false, Some(byte())))
    );
    assert_eq!(raw_kind("(*mut u8)"), raw_kind("*mut u8"));
    assert_eq!(
        raw_kind("*mut core::ffi::c_void"),
        Kind::Pointer(pointer(true, false, None))
    );
    let inner = Type::Pointer(pointer(true, false, Some(byte())));
    assert_eq!(
        raw_kind("*const *mut u8"),
        Kind::Pointer(pointer(false, false, Some(inner)))
    );
    assert_eq!(
        raw_kind("&other::S"),
        Kind::Pointer(pointer(false, true, Some(Type::Struct("S".to_owned()))))
    );
}

#[test]
fn outcomes() {
    let value = |ty: &str| Type::Scalar(Scalar::of(ty).unwrap());
    let outcome = |parameters: &[&str], ret: &str| function(plain("f", parameters, ret)).outcome;
    let text = &["x: &str"][..];
    let status = |value: Option<Type>| Outcome::Status { value, error: None };
    for (parameters, ret, expected, out) in [
        (&[][..], "", Outcome::Nothing, None),
        (&[], "i16", Outcome::Value(value("i16")), None),
        (
            &[],
            "Option<i16>",
            Outcome::Option(value("i16")),
            Some(value("i16")),
        ),
        (&["x: &[u8]"], "i16", Outcome::Value(value("i16")), None),
        // Text may not be UTF-8.
        (text, "", status(None), None),
        (text, "i16", status(Some(value("i16"))), Some(value("i16"))),
        (
            text,
            "Option<i16>",
            Outcome::StatusOption(value("i16")),
            Some(value("i16")),
        ),
    ] {
        let found = outcome(parameters, ret);
        assert_eq!(
            (&found, found.out()),
            (&expected, out.as_ref()),
            "{parameters:?} {ret}"
        );
    }
    let fails = |ret: &str, parameters: &[&str]| {
        let export = plain("f", parameters, ret);
        let interface = Interface::new([&export], &[error("Failure", &[("A", 1, "a")])]).unwrap();
        interface.functions[0].outcome.clone()
    };
    for parameters in [&[][..], text] {
        let error = Some("Failure".to_owned());
        assert_eq!(
            fails("Result<(), Failure>", parameters),
            Outcome::Status {
                value: None,
                error: error.clone()
            }
        );
        assert_eq!(
            fails("Result<u8, crate::Failure>", parameters),
            Outcome::Status {
                value: Some(value("u8")),
                error
            }
        );
    }
    // `extern "C"` functions have no status.
    assert_eq!(function(raw("f", &[], "*const u8")).outcome.out(), None);
}

#[test]
fn enums_are_integers_with_names() {
    let export = plain("f", &["a: Sign", "b: &str"], "Option<Sign>");
    let types = [
        enumeration("Sign", "i8", &[("Minus", -1), ("Plus", 1)]),
        enumeration("Wide", "u64", &[("Most", -1)]),
        enumeration("Unused", "u8", &[("A", 1)]),
    ];
    let interface = Interface::new([&export, &plain("g", &[], "Wide")], &types).unwrap();
    let i8 = Scalar::of("i8").unwrap();
    let sign = || Type::Enum("Sign".to_owned(), i8);
    assert_eq!(
        interface.functions[0].parameters[0].kind,
        Kind::Enum("Sign".to_owned(), i8)
    );
    assert_eq!(interface.functions[0].outcome, Outcome::StatusOption(sign()));
    assert_eq!(interface.layout(&sign()).size, 1);
    let values = |name: &str| -> Vec<i128> {
        interface.enums[name]
            .variants
            .iter()
            .map(|variant| variant.value)
            .collect()
    };
    assert_eq!(
        (values("Sign"), values("Wide")),
        (vec![-1, 1], vec![i128::from(u64::MAX)])
    );
    assert_eq!(interface.enums.len(), 2);
    // What is not declared is no enum.
    assert!(Interface::new([&export], &[]).is_err());
}

#[test]
fn functions_keep_what_was_declared() {
    for (export, is_checked) in [
        (plain("f", &["a: u8", "b: u16"], ""), true),
        (raw("f", &["a: u8", "b: u16"], ""), false),
    ] {
        let function = function(export);
        assert_eq!((function.name.as_str(), function.doc.as_str()), ("f", "Does f."));
        let names: Vec<&str> = function
            .parameters
            .iter()
            .map(|parameter| parameter.name.as_str())
            .collect();
        assert_eq!(names, ["a", "b"]);
        assert_eq!(function.is_checked, is_checked);
    }
}

fn structures() -> Vec<export::Type> {
    vec![
        structure("Inner", 12, 4, &[("a", "u8", 0), ("b", "[u32; 2]", 4)]),
        structure(
            "Outer",
            48,
            8,
            &[
                ("rows", "[Inner; 2]", 0),
                ("at", "*const Behind", 24),
                ("last", "f64", 32),
                ("end", "bool", 40),
            ],
        ),
        structure("Behind", 1, 1, &[("a", "u8", 0)]),
        structure("Unused", 1, 1, &[("a", "u8", 0)]),
        error("Failure", &[("A", 1, "a")]),
        error("OtherFailure", &[("A", 1, "a")]),
    ]
}

#[test]
fn layouts_and_leaves() {
    let interface = Interface::new([&plain("f", &["x: &Outer"], "")], &structures()).unwrap();
    let outer = Type::Struct("Outer".to_owned());
    let array = Type::Array(Box::new(outer.clone()), 3);
    let layout = |size, align| Layout { size, align };
    assert_eq!(interface.layout(&outer), layout(48, 8));
    assert_eq!(interface.layout(&array), layout(144, 8));
    assert_eq!(
        interface.layout(&Type::Array(Box::new(Type::Scalar(Scalar::Float(4))), 5)),
        layout(20, 4)
    );
    assert_eq!(
        interface.layout(&Type::Pointer(pointer(false, true, Some(array.clone())))),
        layout(8, 8)
    );
    for &(name, bytes, ..) in INTEGERS {
        assert_eq!(
            interface.layout(&Type::Scalar(Scalar::of(name).unwrap())),
            layout(bytes, bytes)
        );
    }
    let leaves = interface.leaves(&Type::Array(Box::new(outer), 2));
    let offsets: Vec<(u64, u64)> = leaves
        .iter()
        .map(|leaf| (leaf.offset, leaf.scalar.size()))
        .collect();
    let one = [
        (0, 1),
        (4, 4),
        (8, 4),
        (12, 1),
        (16, 4),
        (20, 4),
        (24, 8),
        (32, 8),
        (40, 1),
    ];
    let two = one.map(|(offset, size)| (offset + 48, size));
    assert_eq!(offsets, [one, two].concat());
    let address = Scalar::Int {
        bytes: 8,
        is_signed: false,
        is_address: true,
    };
    assert_eq!(
        (leaves[6].scalar, leaves[7].scalar, leaves[8].scalar),
        (address, Scalar::Float(8), Scalar::Bool)
    );
}

#[test]
fn only_what_is_used_is_offered() {
    for (export, used, fails) in [
        (plain("f", &["x: u8"], ""), vec![], vec![]),
        (plain("f", &["x: &Inner"], ""), vec!["Inner"], vec![]),
        (plain("f", &["x: &[Inner]"], ""), vec!["Inner"], vec![]),
        (plain("f", &["x: &[[Inner; 2]; 2]"], ""), vec!["Inner"], vec![]),
        (raw("f", &["x: *mut *const Inner"], ""), vec!["Inner"], vec![]),
        (plain("f", &[], "Behind"), vec!["Behind"], vec![]),
        (plain("f", &[], "Option<Behind>"), vec!["Behind"], vec![]),
        (raw("f", &[], "*const Behind"), vec!["Behind"], vec![]),
        (
            plain("f", &[], "Result<Behind, Failure>"),
            vec!["Behind"],
            vec!["Failure"],
        ),
        (plain("f", &[], "Result<(), Failure>"), vec![], vec!["Failure"]),
        (
            plain("f", &["x: &Outer"], ""),
            vec!["Behind", "Inner", "Outer"],
            vec![],
        ),
    ] {
        let interface = Interface::new([&export], &structures()).unwrap();
        assert_eq!(
            interface.structures.keys().collect::<Vec<_>>(),
            used,
            "{export:?}"
        );
        assert_eq!(interface.errors.keys().collect::<Vec<_>>(), fails, "{export:?}");
    }
}

#[test]
fn what_is_not_described_may_be_a_name_behind_a_raw_pointer() {
    let is_fine = |export: Export| Interface::new([&export], &[]).is_ok();
    assert!(is_fine(raw("f", &["x: *const S"], "*const S")));
    assert!(is_fine(raw("f", &["x: &S", "y: *mut [S; 2]"], "")));
    // Its entry would have to know the struct's size.
    assert!(!is_fine(plain("f", &["x: &S"], "")));
    assert!(!is_fine(plain("f", &["x: &[S]"], "")));
    assert!(!is_fine(plain("f", &["x: &mut [S; 2]"], "")));
    assert!(!is_fine(plain("f", &[], "S")));
    assert!(!is_fine(raw("f", &[], "S")));
    assert!(!is_fine(plain("f", &[], "Option<S>")));
    assert!(!is_fine(plain("f", &[], "Result<(), S>")));
}

#[test]
fn lengths_have_names_of_their_own() {
    let is_fine = |export: Export| Interface::new([&export], &[]).is_ok();
    assert!(!is_fine(plain("f", &["x: &[u8]", "x_len: u8"], "")));
    assert!(!is_fine(plain("f", &["x_len: u8", "x: &str"], "")));
    assert!(!is_fine(plain(
        "f",
        &["y: u8", "x: &mut [u8]", "x_len: &[u8]"],
        ""
    )));
    // A parameter without a length, or with another name.
    assert!(is_fine(plain("f", &["x: &u8", "x_len: u8"], "")));
    assert!(is_fine(plain("f", &["x: u8", "x_len: u8"], "")));
    assert!(is_fine(plain("f", &["x: &[u8]", "y_len: u8"], "")));
}

#[test]
fn what_crosses_by_itself() {
    for (ty, is_fine) in [
        ("u8", true),
        ("[u8; 2]", false),
        ("String", false),
        ("str", false),
        ("char", false),
        ("u128", false),
        ("i128", false),
        ("(u8,)", false),
        ("fn(u8)", false),
        ("&[u8]", false),
        ("[u8; N]", false),
        ("*const [u8; 1 + 1]", false),
    ] {
        let argument = raw("f", &[&format!("x: {ty}")], "");
        let result = raw("f", &[], ty);
        for export in [argument, result] {
            assert_eq!(Interface::new([&export], &[]).is_ok(), is_fine, "{export:?}");
        }
    }
    // A struct is returned by value, but passed by pointer.
    let types = structures();
    assert!(Interface::new([&raw("f", &[], "Inner")], &types).is_ok());
    assert!(Interface::new([&raw("f", &["x: Inner"], "")], &types).is_err());
    // A field of a type that can't be passed to hosts.
    let wrong = structure("S", 8, 8, &[("a", "fn()", 0)]);
    let error = Interface::new([&plain("f", &["x: &S"], "")], &[wrong]).unwrap_err();
    let error = chain(&error);
    assert!(error.starts_with("in `S`: "), "{error}");
}

#[test]
fn questions_about_all_functions() {
    let all = |exports: &[Export]| {
        let interface = Interface::new(exports, &structures()).unwrap();
        (interface.takes_text(), interface.has_status())
    };
    assert_eq!(all(&[]), (false, false));
    assert_eq!(all(&[plain("f", &["x: &[u8]"], "u8")]), (false, false));
    assert_eq!(
        all(&[plain("f", &[], ""), plain("g", &["y: u8", "x: &str"], "")]),
        (true, true)
    );
    assert_eq!(
        all(&[plain("f", &[], "Result<(), Failure>"), plain("g", &[], "")]),
        (false, true)
    );
    assert_eq!(all(&[plain("f", &[], "Option<u8>")]), (false, false));
}

/// rustgo-rt's entries return these numbers, and its own tests have the same table.
#[test]
fn misuse_has_the_numbers_of_the_entries() {
    let numbers = misuse::MISUSES.map(|misuse| (misuse.name, misuse.status));
    let expected = [
        ("NULL", -1),
        ("MISALIGNED", -2),
        ("TOO_LONG", -3),
        ("OVERLAP", -4),
        ("NOT_UTF8", -5),
        ("NO_VALUE", -6),
    ];
    assert_eq!(numbers, expected);
    assert_eq!(misuse::NOT_UTF8, misuse::MISUSES[4]);
}

fn refusal(arguments: &str, ret: &str) -> String {
    let record = format!(r#"{{"v":4,"name":"f","safe_fn":true,"args":[{arguments}],"ret":{ret}}}"#);
    let export: Export = serde_json::from_str(&record).unwrap();
    chain(&Interface::new([&export], &[]).unwrap_err())
}

#[test]
fn what_no_host_can_be_told_is_refused() {
    let argument = |name: &str, ty: &str| format!(r#"{{"name":"{name}","type":"{ty}"}}"#);
    for (arguments, ret, expected) in [
        (argument("x", "&Point"), "null", "above `struct Point`"),
        (argument("x", "&[Point]"), "null", "above `struct Point`"),
        (String::new(), r#""Option<Point>""#, "above `struct Point`"),
        (String::new(), r#""Result<u8, Failure>""#, "above `enum Failure`"),
        (String::new(), r#""(u8, u8)""#, "can't be passed by the C ABI"),
        (
            [argument("x", "&[u8]"), argument("x_len", "u8")].join(","),
            "null",
            "`x_len`, as C calls the length of `x`: rename one",
        ),
    ] {
        let refusal = refusal(&arguments, ret);
        assert!(refusal.contains(expected), "{refusal}");
    }
}
