//! Results that are numbers.

use scheme_values::{Error, Value};

use crate::{Outcome, error};

/// A result that may not have fitted into 64 bits.
pub fn from(number: Option<i64>) -> Outcome {
    number.and_then(Value::fixnum).ok_or(error(Error::Overflow))
}

/// How many there are of something.
pub fn from_length(length: usize) -> Outcome {
    from(i64::try_from(length).ok())
}

/// `a / b`, rounded towards zero.
pub fn quotient(a: i64, b: i64) -> Outcome {
    if b == 0 {
        return Err(error(Error::DivisionByZero));
    }
    from(a.checked_div(b))
}
