//! Every kind of signature that hosts can call. The tests of generated packages call each of these functions and compare
//! with what the documentation says.
#![no_std]

/// A place in the plane.
#[rustgo_rt::export]
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    x: f64,
    y: f64,
}

/// A range of bytes and a mark, with padding inside and behind.
#[rustgo_rt::export]
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Span {
    kind: u8,
    start: u32,
    r#type: [i16; 3],
    is_open: bool,
}

/// A float beside an integer.
#[rustgo_rt::export]
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mixed {
    ratio: f32,
    share: f32,
    count: i64,
}

/// Three bytes.
#[rustgo_rt::export]
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Colour {
    red: u8,
    green: u8,
    blue: u8,
}

/// A span, and where it is.
#[rustgo_rt::export]
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placed {
    span: Span,
    corners: [Point; 2],
}

/// What can be wrong with a number in decimal.
#[rustgo_rt::export]
#[repr(i32)]
#[derive(Debug, PartialEq)]
pub enum ParseError {
    /// There is nothing to read.
    Empty = 1,
    /// There is a letter that is "no digit".
    NotADigit,
    /// The number does not fit.
    TooLarge = 100,
}

/// Returns the sum of its arguments, modulo 2^64.
#[rustgo_rt::export]
pub fn add_integers(a: u8, b: i8, c: u16, d: i16, e: u32, f: i32) -> i64 {
    i64::from(a) + i64::from(b) + i64::from(c) + i64::from(d) + i64::from(e) + i64::from(f)
}

/// Returns `a + b` where `negate` is false, and `-(a + b)` where it is true.
#[rustgo_rt::export]
pub fn add_words(a: usize, b: isize, negate: bool) -> isize {
    let sum = (a as isize).wrapping_add(b);
    if negate { sum.wrapping_neg() } else { sum }
}

/// Returns `a * b + c`.
#[rustgo_rt::export]
pub fn multiply_add(a: f32, b: f64, c: f32, times: u32) -> f64 {
    f64::from(a) * b * f64::from(times) + f64::from(c)
}

/// Returns `a` with its sign changed.
#[rustgo_rt::export]
pub fn negate(a: f32) -> f32 {
    -a
}

/// Returns whether `value` is odd.
#[rustgo_rt::export]
pub fn is_odd(value: i8) -> bool {
    value & 1 != 0
}

/// Returns the lowest eight bits of a number.
#[rustgo_rt::export]
pub fn low_byte(number: u32) -> u8 {
    number as u8
}

/// Returns the lowest sixteen bits of a number, with a sign.
#[rustgo_rt::export]
pub fn low_half(number: u32) -> i16 {
    number as i16
}

/// Adds each element of `src` to that of `dst`, modulo 2^16.
#[rustgo_rt::export]
pub fn add_arrays(dst: &mut [u16; 8], src: &[u16; 8]) {
    for (to, from) in dst.iter_mut().zip(src) {
        *to = to.wrapping_add(*from);
    }
}

/// Adds `step` to `counter`, modulo 2^64.
#[rustgo_rt::export]
pub fn count(counter: &mut u64, step: u8) {
    *counter = counter.wrapping_add(step.into());
}

/// Returns the sum of the numbers, modulo 2^64.
#[rustgo_rt::export]
pub fn sum(numbers: &[u32]) -> u64 {
    numbers.iter().map(|&number| u64::from(number)).sum()
}

/// Copies as many elements as fit, and returns their number.
#[rustgo_rt::export]
pub fn copy_words(dst: &mut [u64], src: &[u64]) -> usize {
    let length = dst.len().min(src.len());
    dst[..length].copy_from_slice(&src[..length]);
    length
}

/// Returns the middle of the points; NaN where there are none.
#[rustgo_rt::export]
pub fn middle(points: &[Point]) -> Point {
    let count = points.len() as f64;
    Point {
        x: points.iter().map(|point| point.x).sum::<f64>() / count,
        y: points.iter().map(|point| point.y).sum::<f64>() / count,
    }
}

/// Returns the span with everything in it one larger.
#[rustgo_rt::export]
pub fn next_span(span: &Span) -> Span {
    Span {
        kind: span.kind.wrapping_add(1),
        start: span.start.wrapping_add(1),
        r#type: span.r#type.map(|number| number.wrapping_add(1)),
        is_open: !span.is_open,
    }
}

/// Returns what its arguments are.
#[rustgo_rt::export]
pub fn mix(ratio: f32, share: f32, count: i64) -> Mixed {
    Mixed { ratio, share, count }
}

/// Returns the colour in a number, 0xRRGGBB.
#[rustgo_rt::export]
pub fn unpack_colour(number: u32) -> Colour {
    let [blue, green, red, _] = number.to_le_bytes();
    Colour { red, green, blue }
}

/// Moves what is placed, and returns where its first corner is then.
#[rustgo_rt::export]
pub fn shift(placed: &mut Placed, by: &Point) -> Point {
    for corner in &mut placed.corners {
        corner.x += by.x;
        corner.y += by.y;
    }
    placed.span.start = placed.span.start.wrapping_add(1);
    placed.corners[0]
}

/// Returns where `needle` is first.
#[rustgo_rt::export]
pub fn position(haystack: &[u8], needle: u8) -> Option<usize> {
    haystack.iter().position(|&byte| byte == needle)
}

/// Returns the span of the first run of a byte.
#[rustgo_rt::export]
pub fn run(haystack: &[u8], byte: u8) -> Option<Span> {
    let start = haystack.iter().position(|&other| other == byte)?;
    Some(Span {
        kind: byte,
        start: start as u32,
        r#type: [1, -1, 0],
        is_open: false,
    })
}

/// Returns the number that is written in decimal.
#[rustgo_rt::export]
pub fn parse_decimal(text: &str) -> Result<u32, ParseError> {
    if text.is_empty() {
        return Err(ParseError::Empty);
    }
    if !text.chars().all(|letter| letter.is_ascii_digit()) {
        return Err(ParseError::NotADigit);
    }
    text.parse().map_err(|_| ParseError::TooLarge)
}

/// Copies the first bytes of `src`, where there are as many.
#[rustgo_rt::export]
pub fn copy_start(dst: &mut [u8; 4], src: &[u8]) -> Result<(), ParseError> {
    *dst = *src.first_chunk().ok_or(ParseError::Empty)?;
    Ok(())
}

/// Returns the number of characters.
/// - Not that of bytes.
///   Those are more:
/// * up to four each.
/// ## Example
/// ```
/// assert_eq!(rustgo_signatures::characters("äöü"), 3);
///
/// assert_eq!(rustgo_signatures::characters(""), 0);
/// ```
/// It takes about 0.5 ns per byte. See also [`measure`].
#[rustgo_rt::export]
pub fn characters(text: &str) -> usize {
    text.chars().count()
}

/// Returns whether there are no characters but those in ASCII, and writes how many bytes there are.
#[rustgo_rt::export]
pub fn measure(text: &str, bytes: &mut u64) -> bool {
    *bytes = text.len() as u64;
    text.is_ascii()
}

/// Returns the byte at an index. It panics where there is none.
#[rustgo_rt::export]
pub fn byte_at(bytes: &[u8], index: usize) -> u8 {
    bytes[index]
}

/// The days of the week: a table of addresses and lengths.
static DAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

/// Writes the name of a day of the week, counted from 0, and returns its length in bytes.
#[rustgo_rt::export]
pub fn day(dst: &mut [u8; 9], number: usize) -> Option<usize> {
    let name = DAYS.get(number)?.as_bytes();
    dst.get_mut(..name.len())?.copy_from_slice(name);
    Some(name.len())
}

/// A table of functions.
static OPERATIONS: [fn(u32, u32) -> u32; 3] = [u32::wrapping_add, u32::wrapping_mul, u32::abs_diff];

/// Returns what one of several operations makes of two numbers: 0 is their sum, 1 their product, 2 their difference.
#[rustgo_rt::export]
pub fn calculate(operation: usize, a: u32, b: u32) -> Option<u32> {
    OPERATIONS.get(operation).map(|operation| operation(a, b))
}

trait Shape: Sync {
    fn area(&self, side: f64) -> f64;
}

struct Square;
struct Triangle;

impl Shape for Square {
    fn area(&self, side: f64) -> f64 {
        side * side
    }
}

impl Shape for Triangle {
    fn area(&self, side: f64) -> f64 {
        side * side * 0.433_012_701_892_219_3
    }
}

/// A table of objects, each with the address of its methods' table.
static SHAPES: [&dyn Shape; 2] = [&Square, &Triangle];

/// Returns the area of a regular shape with sides so long: 0 is a square, 1 a triangle; and 0 of no other.
#[rustgo_rt::export]
pub fn area(shape: usize, side: f64) -> f64 {
    SHAPES.get(shape).map_or(0.0, |shape| shape.area(side))
}

/// Returns the sum of its arguments, the length of the text among them; they have names that mean something in C or Go.
#[rustgo_rt::export]
pub fn r#type(value: &str, status: u32, func: u32, int: u32) -> u32 {
    value.len() as u32 + status + func + int
}

/// Writes the sum of the others to `out`, and returns it where it is not 0. What it says of comments, as in `*/` or `/*`
/// or \\, ends or opens none: //go:build ignore
#[rustgo_rt::export]
pub fn range(out: &mut u32, länge: u8, register: u8, g: u8, sp: u8) -> Option<u32> {
    *out = [länge, register, g, sp].map(u32::from).iter().sum();
    (*out != 0).then_some(*out)
}

/// Returns the sum of `len` bytes at `data`.
///
/// # Safety
///
/// - `data` is valid for reads of `len` bytes.
#[rustgo_rt::export]
pub unsafe extern "C" fn sum_bytes(data: *const u8, len: usize) -> u64 {
    // SAFETY: the caller vouches for the bytes.
    (0..len).map(|index| u64::from(unsafe { *data.add(index) })).sum()
}
