#![doc = include_str!("../README.md")]
#![no_std]

#[cfg(all(feature = "panic-handler", panic = "unwind"))]
compile_error!(
    "a rustgo guest can't unwind. Set panic = \"abort\" under both [profile.dev] and [profile.release] in the \
     Cargo.toml at the root of the workspace, or build with `cargo rustgo build`, which sets it by itself. For \
     `cargo test`, or to use the guest as a library in a `std` program, leave its feature `guest` off (--no-default-features if it is a default feature)"
);

#[doc(hidden)]
pub mod __private;
mod abort;
#[doc(hidden)]
pub mod entry;
pub mod ffi;
mod heap;
#[cfg(feature = "panic-handler")]
mod panic;

pub use abort::abort;
pub use heap::NoHeap;
pub use rustgo_rt_mem as mem;

/// Exports a function to hosts: a safe Rust function, or an `extern "C"` function.
///
/// ```
/// /// The dot product over the elements that both slices have.
/// #[rustgo_rt::export(stack = 512)]
/// pub fn dot(a: &[f64], b: &[f64]) -> f64 {
///     a.iter().zip(b).map(|(x, y)| x * y).sum()
/// }
/// ```
///
/// The function stays an ordinary one for Rust. Hosts get an entry with the C ABI under its name, and its doc comment
/// in their headers and packages.
///
/// # Types of a safe Rust function
///
/// | Rust | C | Go |
/// | --- | --- | --- |
/// | `u8` to `u64`, `i8` to `i64`, `usize`, `isize`, `bool`, `f32`, `f64` | the same | the same; `uint`, `int` |
/// | `&T`, `&mut T` | `const T *`, `T *` | `*T` |
/// | `&[T; N]`, `&mut [T; N]` | `const T[N]`, `T[N]` | `*[N]T` |
/// | `&[T]`, `&mut [T]` | `const T *NAME, size_t NAME_len`, the same without `const` | `[]T` |
/// | `&str` | `const char *NAME, size_t NAME_len` | `string` |
/// | an enum without fields | its integer, and a constant for each variant | a type with constants |
/// | result: a struct of up to 16 bytes | the same | the same |
/// | result: `Option<V>` | `bool`, and a last argument `V *out` | `(V, bool)` |
/// | result: `Result<V, E>` | `int32_t`, and a last argument `V *out` | `(V, error)` |
///
/// `T` is a number, a `bool`, an array, or a struct with this attribute and `#[repr(C)]`. `V` is a number, a `bool` or
/// such a struct of up to 16 bytes. `E` is an enum with this attribute and `#[repr(i32)]`. The attribute refuses every
/// other type and says what to write in its place.
///
/// - An empty slice or string may have any address, including null.
/// - If there is no value, C's `out` is left as it was, and Go gets a zero. In C `out` may be null.
/// - Text that is not UTF-8 is an error: `RUSTGO_NOT_UTF8` in C, `ErrNotUTF8` in Go. A function that takes `&str`
///   therefore returns a status in C and an `error` in Go, whatever its own result.
/// - The entry rejects an address that is null or misaligned, a length beyond what memory can hold, and an overlap that
///   involves a `&mut`, before it creates any reference. In C they give a negative status if the function has a status,
///   and otherwise a panic. In Go they give a panic.
///
/// # Structs and errors
///
/// ```
/// /// A point in the plane.
/// #[rustgo_rt::export]
/// #[repr(C)]
/// pub struct Point {
///     x: f64,
///     y: f64,
/// }
///
/// /// Why a text is not a number.
/// #[rustgo_rt::export]
/// #[repr(i32)]
/// pub enum NumberError {
///     /// There is nothing to read.
///     Empty = 1,
///     /// A character is not a digit.
///     NotADigit = 2,
/// }
///
/// assert_eq!(NumberError::Empty.to_string(), "there is nothing to read");
/// ```
///
/// Hosts lay the struct out as the compiler did, and their headers assert it. An error is a number greater than 0. The
/// first paragraph of each variant's doc comment is its text in `Display`, in C's `number_error_text` and in Go's
/// `Error`, without the initial capital and the full stop.
///
/// # `extern "C"` functions
///
/// ```
/// /// The dot product of two vectors of `len` elements.
/// ///
/// /// # Safety
/// /// - `a` and `b` are readable for `len` elements.
/// #[rustgo_rt::export(stack = 512, no_panic)]
/// pub unsafe extern "C" fn dot(a: *const f64, b: *const f64, len: usize) -> f64 {
///     // SAFETY: the caller guarantees `len` readable elements at both.
///     let (a, b) = unsafe { (core::slice::from_raw_parts(a, len), core::slice::from_raw_parts(b, len)) };
///     a.iter().zip(b).map(|(x, y)| x * y).sum()
/// }
/// ```
///
/// The function's name is its symbol. Its arguments are not checked.
///
/// - By value: numbers and `bool`.
/// - Raw pointers and references, to anything sized. References keep their meaning in Rust: a `&mut` argument promises
///   that no other one overlaps it. An export that allows overlap takes raw pointers, and reads before it writes.
/// - Results: the same except references, or nothing. On macOS for arm64, callers expect integers below 32 bits to be
///   extended, which these functions don't do: return `u32` or `i32`.
///
/// Arrays and `#[repr(C)]` structs are passed by pointer, slices and strings as pointer and length, or as
/// [`ffi::GoSlice`] and [`ffi::GoString`].
///
/// All arguments have to fit into the argument registers that every processor has: six for integers and addresses,
/// eight for floats. A slice or string takes two.
///
/// # Arguments
///
/// | argument | what it promises | who checks |
/// | --- | --- | --- |
/// | `stack = BYTES` | a call takes at most this much stack, return address and red zone included: a multiple of 16, at most 16777216 | `cargo rustgo`, on the machine code. Without the argument the proven bound may be at most 65536 |
/// | `name = "NAME"` | hosts call it so | `cargo rustgo`, that no host has the name already |
/// | `no_panic` | no path leads to a panic | `cargo rustgo`, likewise. Without it a panic reaches the host |
/// | `requires = "FEATURE,FEATURE"` | no path leads to an instruction that needs a processor feature beyond these, by rustc's names, what they imply, and what every processor of the target has | `cargo rustgo`, likewise. Hosts' files name the features, and hosts call the function only where the processor has them |
///
/// # What it expands to
///
/// A symbol for the function or its entry; `#[deny(improper_ctypes_definitions)]`; assertions that the scalars are the
/// language's and that pointers are one word; and a record in section `.rustgo.exports` (`__DATA,__rustgo` on Apple's
/// systems): one JSON text per export, zero-terminated. Structs and errors have theirs in `.rustgo.types`
/// (`__DATA,__rustgo_types`).
///
/// ```json
/// {"v":4,"name":"dot","stack":512,"no_panic":true,"requires":[],"unsafe":true,"safe_fn":false,
///  "args":[{"name":"a","type":"*const f64"},{"name":"b","type":"*const f64"},{"name":"len","type":"usize"}],
///  "ret":"f64","package":"vectors","doc":"The dot product of two vectors of `len` elements.\n\n# Safety\n- `a` and `b` are readable for `len` elements."}
/// ```
///
/// `stack` and `ret` may be null. `safe_fn` is true for a safe Rust function. Types are spelt as by rustfmt. `v` changes when readers of the last version would
/// misread a record. Structs and enums are spelt by the names that they are declared with, whatever the signature calls them.
pub use rustgo_rt_macros::export;

/// Declares host imports: functions that the host provides.
///
/// An image defines every function that it calls, except host imports. Each of them becomes one branch at a fixed place
/// in the image. A sealed object leaves its target to the program or to a default member of the archive, a Go package
/// to an assembly stub. The proven stack bound of an export does not include what an imported function uses. Arguments
/// have 32 bits or more, because systems pass smaller ones differently.
///
/// ```
/// #[rustgo_rt::import]
/// unsafe extern "C" {
///     /// Writes `length` bytes to a file, and returns how many were written or a negative error.
///     fn rustgo_write(file: i32, bytes: *const u8, length: usize) -> isize;
/// }
/// ```
pub use rustgo_rt_macros::import;
