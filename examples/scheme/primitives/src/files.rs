//! Files, through what the host provides.

use scheme_values::{Error, Value};

use crate::{Outcome, error};

/// The longest path, in bytes.
const PATH_MOST: usize = 1023;

/// Open for writing: create the file, or empty it.
const WRITE: i32 = 1;

/// The system's error number for a call that a signal has cut short.
const EINTR: i32 = 4;

#[rustgo_rt::import]
unsafe extern "C" {
    fn rustgo_open(path: *const u8, mode: i32) -> i32;
    fn rustgo_write(file: i32, bytes: *const u8, length: usize) -> isize;
    fn rustgo_close(file: i32) -> i32;
}

/// Opens a file for output.
pub fn open(path: &[u8]) -> Outcome {
    let mut buffer = [0; PATH_MOST + 1];
    if path.is_empty() || path.contains(&0) {
        return Err(error(Error::BadPath));
    }
    // What is not overwritten stays zero, and ends the path for the system.
    let Some(start) = buffer[..PATH_MOST].get_mut(..path.len()) else {
        return Err(error(Error::BadPath));
    };
    start.copy_from_slice(path);
    loop {
        // SAFETY: the buffer holds the path and at least one zero byte.
        match unsafe { rustgo_open(buffer.as_ptr(), WRITE) } {
            file if file >= 0 => return Ok(Value::port(file)),
            // A signal arrived before the reader of a pipe.
            failure if failure == -EINTR => {}
            failure => return Err(Value::error(Error::CantOpen, failure.wrapping_neg())),
        }
    }
}

/// Closes a file.
pub fn close(file: i32) -> Outcome {
    // SAFETY: closing a file touches no memory.
    match unsafe { rustgo_close(file) } {
        failure if failure < 0 => Err(Value::error(Error::CantClose, failure.wrapping_neg())),
        _ => Ok(Value::NIL),
    }
}

/// Writes all of the bytes to a file.
pub fn write(file: i32, mut bytes: &[u8]) -> Result<(), Value> {
    while !bytes.is_empty() {
        // SAFETY: the bytes are a slice's.
        let written = unsafe { rustgo_write(file, bytes.as_ptr(), bytes.len()) };
        if written == -(EINTR as isize) {
            continue;
        }
        // A host that writes nothing, or more than there is, is not asked again.
        bytes = match usize::try_from(written) {
            Ok(count @ 1..) => bytes.get(count..).ok_or(Value::error(Error::CantWrite, 0))?,
            Ok(0) => return Err(Value::error(Error::CantWrite, 0)),
            Err(_) => return Err(Value::error(Error::CantWrite, written.wrapping_neg() as i32)),
        };
    }
    Ok(())
}
