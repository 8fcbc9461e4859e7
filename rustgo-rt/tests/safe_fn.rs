//! Plain Rust functions as exports: the entries that the attribute writes, called as C would, and their records.

// What tests/support has for whole guests.
#[path = "support/archive.rs"]
#[allow(dead_code)]
mod archive;

use std::collections::BTreeMap;
use std::ptr::{null, null_mut};

use rustgo_rt::entry::Misuse;
use serde_json::{Value, json};

const SIDE: usize = 4;

/// Where something is.
#[rustgo_rt::export]
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// To the right.
    x: f32,
    y: f64,
    r#type: [u8; SIDE - 1],
}

/// A quotient and a remainder.
#[rustgo_rt::export]
#[repr(C)]
#[derive(Debug, PartialEq)]
pub struct Division {
    quotient: u64,
    remainder: u32,
}

/// What can go wrong.
#[rustgo_rt::export]
#[repr(i32)]
#[derive(Debug, PartialEq)]
pub enum ParseError {
    /// There is nothing
    /// to read.
    ///
    /// This is not part of the text.
    Empty = 1,
    /// UTF-8 that is no digit
    NotADigit,
    /// The number is too large.
    TooLarge = 10 + 1,
}

/// How a sum is rounded.
#[rustgo_rt::export]
#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Rounding {
    /// Towards zero.
    Down = 3,
    #[allow(missing_docs, reason = "hosts may have no word about it")]
    Up,
}

/// With numbers below zero.
#[rustgo_rt::export]
#[repr(i16)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Sign {
    /// Below zero.
    Minus = -1,
    /// Above.
    Plus = 1,
}

type Key = [u8; SIDE];
type Id = u16;

/// Another name is as good as the type's own.
#[rustgo_rt::export]
fn aliases(key: &Key, keys: &mut [Key], id: Id) -> Id {
    keys[0] = *key;
    id + 1
}

#[rustgo_rt::export]
fn halve(number: u32, rounding: Rounding) -> u32 {
    number / 2 + if rounding == Rounding::Up { number % 2 } else { 0 }
}

#[rustgo_rt::export]
fn sign_of(text: &str, sign: Sign) -> Option<Sign> {
    match text.chars().next()? {
        '-' => Some(Sign::Minus),
        '+' => Some(sign),
        _ => None,
    }
}

#[rustgo_rt::export(name = "hosts_call_it_so")]
fn renamed() -> Sign {
    Sign::Minus
}

#[doc = "Quoted \"\u{1}\","]
#[doc = include_str!("ui/one_line.txt")]
/// and more.
#[rustgo_rt::export]
fn documented() {}

/// Adds.
#[rustgo_rt::export(stack = 64, no_panic)]
fn add(a: u64, b: i8, c: bool, d: f32) -> f64 {
    a as f64 + f64::from(b) + f64::from(u8::from(c)) + f64::from(d)
}

#[rustgo_rt::export]
fn sum(numbers: &[u32]) -> u64 {
    numbers.iter().map(|&number| u64::from(number)).sum()
}

#[rustgo_rt::export]
fn copy(dst: &mut [u16], src: &[u16], count: &mut u32) {
    let length = dst.len().min(src.len());
    dst[..length].copy_from_slice(&src[..length]);
    *count = length as u32;
}

#[rustgo_rt::export]
fn transpose(matrix: &mut [[f32; SIDE]; 2 * 2], origin: &Point, list: &[Point]) -> f64 {
    matrix[0][1] = origin.x;
    origin.y + list.iter().map(|point| point.y).sum::<f64>()
}

#[rustgo_rt::export]
fn divide(a: u64, b: u32) -> Division {
    Division {
        quotient: a / u64::from(b),
        remainder: (a % u64::from(b)) as u32,
    }
}

#[rustgo_rt::export]
fn find(haystack: &[u8], needle: u8) -> Option<usize> {
    haystack.iter().position(|&byte| byte == needle)
}

#[rustgo_rt::export]
fn checked_divide(a: u64, b: u32) -> Option<Division> {
    (b != 0).then(|| divide(a, b))
}

#[rustgo_rt::export]
fn parse(text: &str) -> Result<u32, ParseError> {
    if text.is_empty() {
        return Err(ParseError::Empty);
    }
    if !text.chars().all(|letter| letter.is_ascii_digit()) {
        return Err(ParseError::NotADigit);
    }
    text.parse().map_err(|_| ParseError::TooLarge)
}

#[rustgo_rt::export]
fn first(dst: &mut [u8; 2], src: &[u8]) -> Result<(), ParseError> {
    *dst = *src.first_chunk().ok_or(ParseError::Empty)?;
    Ok(())
}

#[rustgo_rt::export]
fn letters(text: &str) -> usize {
    text.chars().count()
}

/// The entries, as a C program declares them.
mod entries {
    use super::{Division, Point, SIDE};

    unsafe extern "C" {
        pub safe fn add(a: u64, b: i8, c: bool, d: f32) -> f64;
        pub fn sum(data: *const u32, length: usize) -> u64;
        pub fn copy(dst: *mut u16, dst_length: usize, src: *const u16, src_length: usize, count: *mut u32);
        pub fn transpose(
            matrix: *mut [f32; SIDE * SIDE],
            origin: *const Point,
            list: *const Point,
            length: usize,
        ) -> f64;
        pub fn find(data: *const u8, length: usize, needle: u8, out: *mut usize) -> bool;
        pub safe fn divide(a: u64, b: u32) -> Division;
        pub fn checked_divide(a: u64, b: u32, out: *mut Division) -> bool;
        pub fn parse(data: *const u8, length: usize, out: *mut u32) -> i32;
        pub fn first(dst: *mut [u8; 2], src: *const u8, length: usize) -> i32;
        pub fn letters(data: *const u8, length: usize, out: *mut usize) -> i32;
        pub fn aliases(key: *const u8, keys: *mut [u8; SIDE], length: usize, id: u16) -> u32;
        pub fn sign_of(data: *const u8, length: usize, sign: i16, out: *mut i16) -> i32;
        pub safe fn halve(number: u32, rounding: u8) -> u32;
        pub safe fn hosts_call_it_so() -> i32;
    }
}

#[test]
fn entries_do_what_the_functions_do() {
    let origin = Point {
        x: 1.5,
        y: 2.0,
        r#type: [0; 3],
    };
    let mut matrix = [0.0; SIDE * SIDE];
    let (mut dst, mut count) = ([0; 3], 0);
    assert_eq!(entries::add(1, -2, true, 0.5), 0.5);
    assert_eq!(
        entries::divide(17, 5),
        Division {
            quotient: 3,
            remainder: 2
        }
    );
    // SAFETY: everything is as the entries' documentation asks for.
    unsafe {
        assert_eq!(entries::sum([1, 2, 3].as_ptr(), 3), 6);
        entries::copy(dst.as_mut_ptr(), 3, [7, 8].as_ptr(), 2, &mut count);
        assert_eq!((dst, count), ([7, 8, 0], 2));
        assert_eq!(
            entries::transpose(&mut matrix, &origin, [origin, origin].as_ptr(), 2),
            6.0
        );
        assert_eq!(matrix[1], 1.5);
    }
}

#[test]
fn options_and_results() {
    let mut place = 99;
    let mut division = Division {
        quotient: 9,
        remainder: 9,
    };
    let mut number = 99;
    let mut bytes = [0; 2];
    // SAFETY: all places are valid for what is passed; a null place for a result is allowed.
    unsafe {
        assert!(entries::find(b"abc".as_ptr(), 3, b'c', &mut place) && place == 2);
        assert!(!entries::find(b"abc".as_ptr(), 3, b'd', &mut place) && place == 2);
        assert!(entries::find(b"abc".as_ptr(), 3, b'a', null_mut()));
        assert!(!entries::checked_divide(1, 0, &mut division) && division.quotient == 9);
        assert!(entries::checked_divide(9, 4, &mut division));
        assert_eq!(
            division,
            Division {
                quotient: 2,
                remainder: 1
            }
        );

        assert_eq!((entries::parse(b"42".as_ptr(), 2, &mut number), number), (0, 42));
        assert_eq!((entries::parse(null(), 0, &mut number), number), (1, 42));
        assert_eq!(entries::parse(b"4x".as_ptr(), 2, &mut number), 2);
        assert_eq!(entries::parse(b"99999999999".as_ptr(), 11, null_mut()), 11);
        assert_eq!(entries::first(&mut bytes, b"Rust".as_ptr(), 4), 0);
        assert_eq!(&bytes, b"Ru");
        assert_eq!((entries::letters("äß".as_ptr(), 4, &mut place), place), (0, 2));
    }
}

#[test]
fn an_enum_is_a_number_that_one_of_its_variants_has() {
    assert_eq!((entries::halve(7, 3), entries::halve(7, 4)), (3, 4));
    let mut sign = 9;
    // SAFETY: as above.
    unsafe {
        assert_eq!((entries::sign_of(b"-".as_ptr(), 1, 1, &mut sign), sign), (1, -1));
        assert_eq!((entries::sign_of(b"+".as_ptr(), 1, 1, &mut sign), sign), (1, 1));
        for none in [0, 2, -2, 255, -32768] {
            assert_eq!(
                entries::sign_of(b"-".as_ptr(), 1, none, &mut sign),
                Misuse::NoValue as i32
            );
        }
    }
    assert_eq!(sign, 1);
    // What a small integer returns has 32 bits.
    assert_eq!(entries::hosts_call_it_so(), -1);
    assert_eq!(
        (halve(1, Rounding::Down), sign_of("x", Sign::Plus), renamed()),
        (0, None, Sign::Minus)
    );
}

#[test]
fn text_may_have_no_answer_and_may_be_no_text() {
    let mut sign = 9;
    // SAFETY: as above.
    unsafe {
        assert_eq!(entries::sign_of(b"x".as_ptr(), 1, 1, &mut sign), 0);
        assert_eq!(entries::sign_of(null(), 0, 1, &mut sign), 0);
        assert_eq!(
            entries::sign_of(b"\xff".as_ptr(), 1, 1, &mut sign),
            Misuse::NotUtf8 as i32
        );
        assert_eq!(sign, 9);
        assert_eq!(entries::sign_of(b"+".as_ptr(), 1, 1, null_mut()), 1);
    }
}

/// The place for a result is written to last, wherever it lies.
#[test]
fn a_result_may_overlap_an_argument_and_need_not_be_aligned() {
    let mut bytes = *b"12 and more";
    // SAFETY: as above.
    unsafe {
        let start = bytes.as_mut_ptr();
        assert_eq!(entries::parse(start, 2, start.add(1).cast()), 0);
    }
    assert_eq!(&bytes, b"1\x0c\0\0\0d more");
}

#[test]
fn another_name_of_a_type_is_seen_through() {
    let (key, mut keys) = ([1, 2, 3, 4], [[0; SIDE]; 2]);
    assert_eq!(
        // SAFETY: the key is readable, and two keys are writable and do not overlap it.
        unsafe { entries::aliases(key.as_ptr(), keys.as_mut_ptr(), 2, 65535 - 1) },
        65535
    );
    assert_eq!(keys[0], key);
    let record = &records()["aliases"];
    let types: Vec<_> = record["args"]
        .as_array()
        .unwrap()
        .iter()
        .map(|argument| &argument["type"])
        .collect();
    assert_eq!(types, ["&[u8; 4]", "&mut [[u8; 4]]", "u16"]);
    assert_eq!(record["ret"], "u16");
}

#[test]
fn records_of_enums() {
    let records = records();
    assert_eq!(
        records["Rounding"],
        json!({
            "v": 4, "kind": "enum", "name": "Rounding", "repr": "u8",
            "variants": [
                { "name": "Down", "value": 3, "doc": "Towards zero." },
                { "name": "Up", "value": 4, "doc": "" },
            ],
            "doc": "How a sum is rounded.",
        })
    );
    assert_eq!(records["Sign"]["variants"][0]["value"], u64::MAX);
    assert_eq!(
        (&records["halve"]["args"][1]["type"], &records["sign_of"]["ret"]),
        (&json!("Rounding"), &json!("Option<Sign>"))
    );
}

#[test]
fn documentation_that_the_compiler_reads_is_not_lost() {
    let expected = "Quoted \"\u{1}\",\na line of \"another\" file,\n\n\nand more.";
    assert_eq!(records()["documented"]["doc"], expected);
}

#[test]
fn nothing_is_defined() {
    let mut count = 99;
    // SAFETY: the addresses of nothing don't matter.
    unsafe {
        assert_eq!(entries::sum(null(), 0), 0);
        assert_eq!(entries::sum(std::ptr::without_provenance(3), 0), 0);
        entries::copy(null_mut(), 0, null(), 0, &mut count);
    }
    assert_eq!(count, 0);
}

#[test]
fn misuse_has_a_status() {
    let mut bytes = *b"Rust";
    let mut number = 0;
    let all = bytes.as_mut_ptr();
    // SAFETY: nothing is read or written where the entries refuse.
    unsafe {
        assert_eq!(entries::first(null_mut(), all, 4), Misuse::Null as i32);
        assert_eq!(entries::first(all.cast(), null(), 1), Misuse::Null as i32);
        assert_eq!(
            entries::first(all.cast(), all, usize::MAX),
            Misuse::TooLong as i32
        );
        assert_eq!(entries::first(all.cast(), all.add(1), 3), Misuse::Overlap as i32);
        assert_eq!(entries::first(all.add(1).cast(), all, 2), Misuse::Overlap as i32);
        assert_eq!(entries::first(all.cast(), all.add(2), 2), 0);
        assert_eq!(
            entries::parse(b"1\xff".as_ptr(), 2, &mut number),
            Misuse::NotUtf8 as i32
        );
        assert_eq!(
            entries::letters(b"\xc3".as_ptr(), 1, null_mut()),
            Misuse::NotUtf8 as i32
        );
        assert_eq!(entries::letters(null(), 1, null_mut()), Misuse::Null as i32);
    }
    assert_eq!(&bytes, b"stst");
}

#[test]
fn functions_stay_ordinary_ones() {
    assert_eq!((sum(&[1, 2]), find(b"ab", b'b'), letters("äö")), (3, Some(1), 2));
    assert_eq!(parse("").unwrap_err().to_string(), "there is nothing to read");
    assert_eq!(ParseError::NotADigit.to_string(), "UTF-8 that is no digit");
}

fn records() -> BTreeMap<String, Value> {
    let program = std::env::current_exe().expect("this program");
    let texts = archive::records(&std::fs::read(program).expect("this program"));
    let values = texts
        .iter()
        .map(|text| serde_json::from_str::<Value>(text).expect(text));
    values
        .map(|value| (value["name"].as_str().expect("a name").to_owned(), value))
        .collect()
}

#[test]
fn records_of_functions() {
    let expected = json!({
        "v": 4, "name": "add", "stack": 64, "no_panic": true, "requires": [], "unsafe": false, "safe_fn": true,
        "args": [
            { "name": "a", "type": "u64" }, { "name": "b", "type": "i8" },
            { "name": "c", "type": "bool" }, { "name": "d", "type": "f32" },
        ],
        "ret": "f64", "package": "rustgo-rt", "doc": "Adds.",
    });
    let records = records();
    assert_eq!(records["add"], expected);
    let types = |name: &str| {
        let record = &records[name];
        let args = record["args"].as_array().expect("arguments").iter();
        let types = args.map(|arg| arg["type"].as_str().expect("a type"));
        let ret = record["ret"].as_str().map(|ret| format!("-> {ret}"));
        types.map(str::to_owned).chain(ret).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(types("transpose"), "&mut [[f32; 4]; 4], &Point, &[Point], -> f64");
    assert_eq!(types("copy"), "&mut [u16], &[u16], &mut u32");
    assert_eq!(types("parse"), "&str, -> Result<u32, ParseError>");
    assert_eq!(types("first"), "&mut [u8; 2], &[u8], -> Result<(), ParseError>");
    assert_eq!(types("checked_divide"), "u64, u32, -> Option<Division>");
}

#[test]
fn records_of_types() {
    let records = records();
    let expected = json!({
        "v": 4, "kind": "struct", "name": "Point", "size": 24, "align": 8,
        "fields": [
            { "name": "x", "type": "f32", "offset": 0 }, { "name": "y", "type": "f64", "offset": 8 },
            { "name": "type", "type": "[u8; 3]", "offset": 16 },
        ],
        "doc": "Where something is.",
    });
    assert_eq!(records["Point"], expected);
    let variants = &records["ParseError"]["variants"];
    let list: Vec<_> = variants
        .as_array()
        .expect("variants")
        .iter()
        .map(|variant| {
            (
                variant["name"].as_str().unwrap(),
                variant["value"].as_i64().unwrap(),
                variant["text"].as_str().unwrap(),
            )
        })
        .collect();
    let expected = [
        ("Empty", 1, "there is nothing to read"),
        ("NotADigit", 2, "UTF-8 that is no digit"),
        ("TooLarge", 11, "the number is too large"),
    ];
    assert_eq!(list, expected);
}
