//! How large the number in a register can be.

use super::State;
use crate::state::{Register, Value, ones};

/// An upper bound for the low bits of a register.
pub fn bound(state: &State, register: Register, bits: u32) -> Option<u64> {
    match state.get(register) {
        // A bound on more bits bounds the lower ones too, as long as it fits.
        Value::AtMost { bits: known, max } if known >= bits && max <= ones(bits) => Some(max),
        _ => None,
    }
}
