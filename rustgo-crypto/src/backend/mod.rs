//! The same multiplication for different processors: a folder for each, with the same files.
//!
//! | file | what it holds |
//! | --- | --- |
//! | `mod.rs` | the multiplication, of one scalar and of a group |
//! | `field.rs` | field elements, as many side by side as the backend has lanes |
//! | `select.rs` | the selection of table entries, which reads all of them |
//! | `combine.rs` | the sum of the points in the lanes, if one scalar is spread over them |
//! | `rows.rs` | the sums of several scalars, one in each lane |
//! | `inversion.rs` | the backend's own part of an inversion |

/// Evaluates an expression for each of five limbs.
#[cfg(target_arch = "x86_64")]
macro_rules! each_limb {
    ($i:ident, $e:expr) => {
        [
            { const $i: usize = 0; $e },
            { const $i: usize = 1; $e },
            { const $i: usize = 2; $e },
            { const $i: usize = 3; $e },
            { const $i: usize = 4; $e },
        ]
    };
}

#[cfg(target_arch = "x86_64")]
pub mod avx2;
#[cfg(target_arch = "x86_64")]
pub mod bmi2;
#[cfg(target_arch = "x86_64")]
pub mod ifma;
#[cfg(target_arch = "x86_64")]
mod prefetch;
pub mod serial;

/// Aligns the caller's frame to 64 bytes, so that the functions that it calls find the stack pointer at the same
/// remainder, whoever called it: tracebacks in Go need constant depths.
#[cfg(target_arch = "x86_64")]
#[repr(align(64))]
struct Aligned<T>(T);
