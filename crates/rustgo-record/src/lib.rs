//! What a guest and the tool that builds it have to agree on: the records that `#[rustgo_rt::export]` and
//! `#[rustgo_rt::import]` leave in the guest's objects, the status codes for misuse, the argument of a panic, and the
//! processor features that an export may require.
//!
//! Without features the crate has only constants and allocates nothing. `records` adds the records, `serde` their
//! deserialization. The runtime and its macros repeat these numbers in their own sources, and `tests/macros.rs`
//! compares them: a dependency on this crate would rename every crate of a guest, and so reorder the functions of
//! committed images.
#![cfg_attr(not(test), no_std)]

#[cfg(feature = "records")]
extern crate alloc;

pub mod features;
pub mod misuse;
pub mod panic;
pub mod section;
#[cfg(feature = "records")]
mod types;

pub use misuse::Misuse;
#[cfg(feature = "records")]
pub use types::{Argument, Export, Field, Import, Role, Type, TypeKind, Variant, variant_symbol};

/// The version of the record format. Incremented when a reader of the last version would misread a record.
pub const VERSION: u32 = 3;
