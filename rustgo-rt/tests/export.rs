//! Everything that `#[export]` accepts, and the records that it leaves: this test finds them in its own program.

// What tests/support has for whole guests.
#[path = "support/archive.rs"]
#[allow(dead_code)]
mod archive;

use std::collections::BTreeMap;
use std::mem::MaybeUninit;

use rustgo_rt::ffi::{GoSlice, GoString};
use serde_json::{Value, json};

/// Adds one.
#[rustgo_rt::export(stack = 4096)]
pub extern "C" fn increment(value: u64) -> u64 {
    value.wrapping_add(1)
}

#[rustgo_rt::export]
extern "C" fn nothing() {}

#[rustgo_rt::export(requires = "avx2,bmi1,sve2-aes", no_panic)]
extern "C" fn particular() {}

#[rustgo_rt::export(no_panic, stack = 0x1_0000)]
#[allow(clippy::unused_unit)]
extern "C" fn unit(_value: bool) -> () {}

/// Sets what `dst` points to.
///
/// # Safety
/// - `dst` is writable.
#[rustgo_rt::export(stack = 16, no_panic)]
unsafe extern "C" fn set(dst: *mut u8) {
    // SAFETY: the caller guarantees that `dst` is writable.
    unsafe { *dst = 1 }
}

#[rustgo_rt::export]
extern "C" fn integers(a: u8, b: i16, c: u32, d: i64, e: usize, f: isize) -> i8 {
    (a as i64 + b as i64 + c as i64 + d + e as i64 + f as i64) as i8
}

#[rustgo_rt::export]
extern "C" fn floats(a: f32, b: f64, c: f64, d: f64, e: f64, f: f64, g: f64, h: f64, count: u32) -> f64 {
    (a as f64 + b + c + d + e + f + g + h) / count as f64
}

const SIDE: usize = 4;

#[repr(C)]
struct Point {
    x: f64,
}

/* Spaced unusually, to check that the record spells types like rustfmt. */
#[rustfmt::skip]
#[rustgo_rt::export]
extern "C" fn pointers(
    matrix : * const [ [ f32 ;SIDE ] ; 2*SIDE ], point: &mut  Point, list: *mut*const crate :: Point,
    slice: & GoSlice < u8 >, string: *const ::rustgo_rt::ffi::GoString, out: *mut MaybeUninit<[u8;32]>,
) -> *const Point {
    let _ = (matrix, list, slice, string, out);
    point
}

#[rustgo_rt::export]
extern "C" fn names(r#type: u8, mut count: u8, _unused: u8) -> u8 {
    count += r#type;
    count
}

#[rustgo_rt::export]
extern "C" fn r#loop() {}

/// Quotes "like these", back\slashes, tabs	and umlauts: äöü, ∞.
///
///     indented by four
/// `mov rax, [rdi]`
#[doc = " From an attribute,\n of two lines."]
/** In a block. */
#[rustgo_rt::export]
#[doc = " \u{1}\u{0}"]
extern "C" fn documented() {}

#[cfg(any())]
#[rustgo_rt::export]
extern "C" fn left_out() {}

#[rustgo_rt::export]
#[cfg(any())]
extern "C" fn left_out_below() {}

macro_rules! doubles {
    ($($name:ident: $type:ty),*) => {$(
        #[rustgo_rt::export(stack = 64)]
        extern "C" fn $name(value: $type, place: &$type) -> $type {
            value + *place
        }
    )*};
}

doubles!(sum_u32: u32, sum_f64: f64);

struct Family;

impl Family {
    #[rustgo_rt::export]
    extern "C" fn associated(value: u8) -> u8 {
        value
    }
}

mod inner {
    #[rustgo_rt::export]
    pub extern "C" fn in_a_module() {}
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
fn one_record_each() {
    let expected = [
        "associated",
        "documented",
        "floats",
        "in_a_module",
        "increment",
        "integers",
        "loop",
        "names",
        "nothing",
        "particular",
        "pointers",
        "set",
        "sum_f64",
        "sum_u32",
        "unit",
    ];
    assert_eq!(records().into_keys().collect::<Vec<_>>(), expected);
}

#[test]
fn a_whole_record() {
    let expected = json!({
        "v": 4, "name": "increment", "stack": 4096, "no_panic": false, "requires": [], "unsafe": false, "safe_fn": false,
        "args": [{ "name": "value", "type": "u64" }], "ret": "u64", "package": "rustgo-rt", "doc": "Adds one.",
    });
    assert_eq!(records()["increment"], expected);
}

#[test]
fn arguments() {
    let records = records();
    let set = &records["set"];
    assert_eq!(
        (&set["stack"], &set["no_panic"], &set["unsafe"]),
        (&json!(16), &json!(true), &json!(true))
    );
    let unit = &records["unit"];
    assert_eq!(
        (&unit["stack"], &unit["no_panic"], &unit["ret"]),
        (&json!(65536), &json!(true), &json!(null))
    );
    let requires = &records["particular"]["requires"];
    assert_eq!(requires, &json!(["avx2", "bmi1", "sve2-aes"]));
    let nothing = &records["nothing"];
    let (stack, doc) = (&nothing["stack"], &nothing["doc"]);
    assert_eq!(
        (stack, &nothing["args"], &nothing["ret"], doc),
        (&json!(null), &json!([]), &json!(null), &json!(""))
    );
}

/// Of the arguments, then of the result.
fn types(record: &Value) -> Vec<&str> {
    let arguments = record["args"]
        .as_array()
        .expect("arguments")
        .iter()
        .map(|argument| &argument["type"]);
    arguments
        .chain([&record["ret"]])
        .map(|ty| ty.as_str().expect("a type"))
        .collect()
}

#[test]
fn types_as_rustfmt_spells_them() {
    let records = records();
    assert_eq!(
        types(&records["integers"]),
        ["u8", "i16", "u32", "i64", "usize", "isize", "i8"]
    );
    let expected = [
        "*const [[f32; SIDE]; 2 * SIDE]",
        "&mut Point",
        "*mut *const crate::Point",
        "&GoSlice<u8>",
        "*const ::rustgo_rt::ffi::GoString",
        "*mut MaybeUninit<[u8; 32]>",
        "*const Point",
    ];
    assert_eq!(types(&records["pointers"]), expected);
    assert_eq!(types(&records["sum_u32"]), ["u32", "&u32", "u32"]);
}

#[test]
fn names_as_c_has_them() {
    let args = &records()["names"]["args"];
    assert_eq!(
        [&args[0]["name"], &args[1]["name"], &args[2]["name"]],
        ["type", "count", "_unused"]
    );
}

#[test]
fn documentation() {
    let expected = "Quotes \"like these\", back\\slashes, tabs\tand umlauts: äöü, ∞.\n\n    indented by four\n\
                    `mov rax, [rdi]`\nFrom an attribute,\nof two lines.\nIn a block.";
    let doc = records()["documented"]["doc"].as_str().expect("text").to_owned();
    assert!(doc.starts_with(expected), "{doc}");
    assert!(doc.ends_with("\u{1}\u{0}"), "{doc:?}");
    assert!(records()["set"]["doc"] == "Sets what `dst` points to.\n\n# Safety\n- `dst` is writable.");
}

/// The functions stay ordinary ones for Rust.
#[test]
fn callable() {
    let mut point = Point { x: 1.5 };
    let (matrix, list) = ([[0.0; SIDE]; 2 * SIDE], std::ptr::null_mut());
    let slice = GoSlice {
        data: std::ptr::null_mut(),
        len: 0,
        cap: 0,
    };
    let string = GoString {
        data: std::ptr::null(),
        len: 0,
    };
    let same = pointers(
        &matrix,
        &mut point,
        list,
        &slice,
        &string,
        &mut MaybeUninit::uninit(),
    );
    // SAFETY: the function returns its second argument.
    assert_eq!(unsafe { (*same).x }, 1.5);
    assert_eq!(
        (increment(u64::MAX), names(1, 2, 3), Family::associated(7)),
        (0, 3, 7)
    );
    assert_eq!(integers(1, 2, 3, 4, 5, 6), 21);
    assert_eq!(floats(1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 4), 2.0);
    assert_eq!((sum_u32(1, &2), sum_f64(1.5, &2.0)), (3, 3.5));
    nothing();
    unit(true);
    r#loop();
    documented();
    inner::in_a_module();
    let mut byte = 0;
    // SAFETY: the byte is writable.
    unsafe { set(&mut byte) };
    assert_eq!(byte, 1);
}
