#![doc = include_str!("../README.md")]
#![no_std]

#[cfg(all(feature = "panic-handler", panic = "unwind"))]
compile_error!(
    "a rustgo guest can't unwind. Set panic = \"abort\" under both [profile.dev] and [profile.release] in the \
     Cargo.toml at the root of the workspace, or build with `cargo rustgo build`, which sets it by itself. For \
     `cargo test`, or to use the guest as a library in a `std` program, build it with --no-default-features"
);

mod abort;
#[doc(hidden)]
pub mod entry;
pub mod ffi;
#[cfg(feature = "panic-handler")]
mod panic;
#[doc(hidden)]
pub mod promises;

pub use abort::abort;
pub use rustgo_rt_mem as mem;

/// Makes an `extern "C"` function callable from a host.
///
/// ```
/// /// The dot product of two vectors of `len` elements.
/// ///
/// /// # Safety
/// /// - `a` and `b` are readable for `len` elements.
/// #[rustgo_rt::export(stack = 512, no_panic)]
/// pub unsafe extern "C" fn dot(a: *const f64, b: *const f64, len: usize) -> f64 {
///     // SAFETY: as the caller vouches.
///     let (a, b) = unsafe { (core::slice::from_raw_parts(a, len), core::slice::from_raw_parts(b, len)) };
///     a.iter().zip(b).map(|(x, y)| x * y).sum()
/// }
/// ```
///
/// The function gets its own name as its symbol, and stays an ordinary function for Rust. Its doc comment becomes that
/// of the hosts' headers.
///
/// # Arguments
///
/// | argument | what it promises | who checks |
/// | --- | --- | --- |
/// | `stack = BYTES` | a call takes at most this much stack, return address and red zone included: a multiple of 16, at most 65536 | `cargo rustgo`, on the machine code. Without the argument it takes the bound that it proves |
/// | `no_panic` | no path leads to a panic | `cargo rustgo`, likewise. Without it hosts get to see a panic |
///
/// # Types
///
/// - By value: `u8` to `u64`, `i8` to `i64`, `usize`, `isize`, `bool`, `f32`, `f64`.
/// - Raw pointers and references, to anything that has a size. References promise what they do in Rust: a `&mut` beside
///   a `&` says that the two don't overlap. An export that allows overlap takes raw pointers, and reads before it writes.
/// - Results are the same but for references, or nothing.
///
/// Arrays and `#[repr(C)]` structs cross by pointer, slices and strings as pointer and length or as [`ffi::GoSlice`] and
/// [`ffi::GoString`]. At most six integers and pointers and eight floats fit into the registers that all processors have
/// for arguments. Everything else is refused, with what to write in its place.
///
/// # What it expands to
///
/// `#[unsafe(no_mangle)]`; `#[deny(improper_ctypes_definitions)]`; assertions that the scalars are the language's and the
/// pointers one word; and a description in the object file, in section `.rustgo.exports` (`__DATA,__rustgo` on Apple's
/// systems): one JSON text per export, ended by a zero byte.
///
/// ```json
/// {"v":1,"name":"dot","stack":512,"no_panic":true,"unsafe":true,
///  "args":[{"name":"a","type":"*const f64"},{"name":"b","type":"*const f64"},{"name":"len","type":"usize"}],
///  "ret":"f64","doc":"The dot product of two vectors of `len` elements.\n\n# Safety\n- `a` and `b` are readable for `len` elements."}
/// ```
///
/// `stack` and `ret` may be null. Types are spelt as rustfmt would; `v` changes when readers of the last version would
/// misread a record. Documentation that only the compiler can put together (`#[doc = include_str!(...)]`) is left out.
pub use rustgo_rt_macros::export;

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
