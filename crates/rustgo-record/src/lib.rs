//! What a guest and the tool that builds it have to agree on: the records that `#[rustgo_rt::export]` and
//! `#[rustgo_rt::import]` leave in the guest's objects, the status codes for misuse, the argument of a panic, and the
//! processor features that an export may require.
//!
//! Without features, as the runtime uses it, the crate has only constants and one struct, and allocates nothing. `write`
//! adds the serialization of records for the macros, `records` the records in memory, `serde` their deserialization.
#![cfg_attr(not(test), no_std)]

#[cfg(any(feature = "records", feature = "write"))]
extern crate alloc;

pub mod budget;
pub mod features;
pub mod misuse;
pub mod panic;
pub mod section;
#[cfg(feature = "records")]
mod types;
#[cfg(feature = "write")]
pub mod write;

pub use misuse::Misuse;
#[cfg(feature = "records")]
pub use types::{Argument, Constant, Export, Field, Import, Role, Type, TypeKind, Variant, variant_symbol};

/// The version of the record format. Incremented when a reader of the last version would misread a record.
pub const VERSION: u32 = 4;
