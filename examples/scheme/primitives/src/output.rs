//! How values are written. Without `core::fmt`, which calls through pointers: no stack bound could be proven.

use scheme_values::{Error, Unpacked, Value};

use crate::heap::{Objects, Vector};
use crate::{Outcome, error, files, wrong_type};

/// How deeply vectors may lie in each other.
const DEPTH_MOST: usize = 16;

/// The system's standard error.
const STDERR: i32 = 2;

/// Writes a value and a newline.
pub fn writeln(objects: Objects<'_>, value: Value, file: i32) -> Outcome {
    match value.unpack() {
        Unpacked::Vector(_) => vector(objects, value, file)?,
        _ => atom(objects, value, file)?,
    }
    files::write(file, b"\n")?;
    Ok(Value::NIL)
}

/// Says what an error value means, if it is one.
pub fn report(objects: Objects<'_>, value: Value, place: Value) -> Outcome {
    let place = objects.string(place)?;
    if value.unpack() != Unpacked::Error {
        return Ok(Value::FALSE);
    }
    let (kind, number) = value.as_error();
    files::write(STDERR, place)?;
    files::write(STDERR, b": error: ")?;
    files::write(STDERR, kind.map_or("an unknown error", Error::message).as_bytes())?;
    if number != 0 {
        files::write(STDERR, b" (system error ")?;
        fixnum(number.into(), STDERR)?;
        files::write(STDERR, b")")?;
    }
    files::write(STDERR, b"\n")?;
    Ok(Value::TRUE)
}

/// Writes a vector and those in it, with a stack of those that are not finished: a bound on recursion can't be proven.
fn vector(objects: Objects<'_>, value: Value, file: i32) -> Result<(), Value> {
    let mut outer: [Option<(Vector<'_>, i64)>; DEPTH_MOST] = [None; DEPTH_MOST];
    let mut depth = 0;
    let mut current = objects.vector(value)?;
    let mut index = 0;
    files::write(file, b"#(")?;
    loop {
        let Some(value) = current.get(index) else {
            files::write(file, b")")?;
            // The one around it goes on.
            depth = match usize::checked_sub(depth, 1) {
                Some(depth) => depth,
                None => return Ok(()),
            };
            let Some(Some(around)) = outer.get(depth) else {
                return Err(error(Error::TooDeep));
            };
            (current, index) = *around;
            continue;
        };
        if index != 0 {
            files::write(file, b" ")?;
        }
        index += 1;
        if let Unpacked::Vector(_) = value.unpack() {
            let inner = objects.vector(value)?;
            *outer.get_mut(depth).ok_or(error(Error::TooDeep))? = Some((current, index));
            depth += 1;
            (current, index) = (inner, 0);
            files::write(file, b"#(")?;
        } else {
            atom(objects, value, file)?;
        }
    }
}

/// Writes a value that has no values in it.
fn atom(objects: Objects<'_>, value: Value, file: i32) -> Result<(), Value> {
    match value.unpack() {
        Unpacked::String(_) => files::write(file, objects.string(value)?),
        Unpacked::Fixnum(number) => fixnum(number, file),
        Unpacked::Nil => files::write(file, b"()"),
        Unpacked::Boolean(true) => files::write(file, b"#t"),
        Unpacked::Boolean(false) => files::write(file, b"#f"),
        _ => Err(wrong_type(value)),
    }
}

/// Writes a number in decimal.
fn fixnum(number: i64, file: i32) -> Result<(), Value> {
    const DIGITS_MOST: usize = 20;
    let mut digits = [0; DIGITS_MOST];
    let mut rest = number.unsigned_abs();
    let mut count = 0;
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (rest % 10) as u8;
        rest /= 10;
        count += 1;
        if rest == 0 {
            break;
        }
    }
    if number < 0 {
        files::write(file, b"-")?;
    }
    files::write(file, digits.get(DIGITS_MOST - count..).unwrap_or_default())
}
