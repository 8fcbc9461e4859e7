//! Layout promises that `#[export]` rests on. Not part of the public interface: the attribute's expansion uses it.

pub use static_assertions::{assert_eq_size, assert_type_eq_all};

/// The scalars that cross, under names that a guest can't shadow.
pub use core::primitive;
