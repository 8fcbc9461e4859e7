#![doc = include_str!("../README.md")]
#![no_std]

#[cfg(all(feature = "panic-handler", panic = "unwind"))]
compile_error!(
    "a rustgo guest can't unwind. Set panic = \"abort\" under both [profile.dev] and [profile.release] in the \
     Cargo.toml at the root of the workspace, or build with `cargo rustgo build`, which sets it by itself. For \
     `cargo test`, or to use the guest as a library in a `std` program, build it with --no-default-features"
);

mod abort;
pub mod ffi;
#[cfg(feature = "panic-handler")]
mod panic;
#[doc(hidden)]
pub mod promises;

pub use abort::abort;
pub use rustgo_rt_macros::export;
pub use rustgo_rt_mem as mem;

/// Declares functions that the host provides: host imports.
///
/// An image defines everything it calls, but for these. Each becomes one branch at a fixed place of the image, which a
/// sealed object leaves to the program or to a default member of its archive, and a Go package to an assembly stub.
/// What an imported function does to the stack is not part of an export's proven bound.
///
/// ```
/// #[rustgo_rt::import]
/// unsafe extern "C" {
///     /// Writes `length` bytes to a file, and returns how many were written or a negative error.
///     fn rustgo_write(file: i32, bytes: *const u8, length: usize) -> isize;
/// }
/// ```
pub use rustgo_rt_macros::import;
