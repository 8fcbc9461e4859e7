#![doc = include_str!("../README.md")]
#![no_std]

#[cfg(all(feature = "panic-handler", panic = "unwind"))]
compile_error!(
    "a rustgo guest can't unwind. Set panic = \"abort\" under both [profile.dev] and [profile.release] in the \
     Cargo.toml at the root of the workspace, or build with `cargo rustgo build`, which sets it by itself. For \
     `cargo test`, or to use the guest as a library in a `std` program, build it with --no-default-features"
);

#[doc(hidden)]
pub mod __private;
mod abort;
#[doc(hidden)]
pub mod entry;
pub mod ffi;
#[cfg(feature = "panic-handler")]
mod panic;

pub use abort::abort;
pub use rustgo_rt_mem as mem;

/// Makes a function callable from a host: a plain Rust function, or one in C's own terms.
///
/// ```
/// /// The dot product of as many elements as both have.
/// #[rustgo_rt::export(stack = 512)]
/// pub fn dot(a: &[f64], b: &[f64]) -> f64 {
///     a.iter().zip(b).map(|(x, y)| x * y).sum()
/// }
/// ```
///
/// The function stays an ordinary one for Rust. Hosts get an entry under its name, with the C ABI, and its doc comment in
/// their headers and packages.
///
/// # Types of a plain Rust function
///
/// | Rust | C | Go |
/// | --- | --- | --- |
/// | `u8` to `u64`, `i8` to `i64`, `usize`, `isize`, `bool`, `f32`, `f64` | the same | the same; `uint`, `int` |
/// | `&T`, `&mut T` | `const T *`, `T *` | `*T` |
/// | `&[T; N]`, `&mut [T; N]` | `const T[N]`, `T[N]` | `*[N]T` |
/// | `&[T]`, `&mut [T]` | `const T *NAME, size_t NAME_len`, the same without `const` | `[]T` |
/// | `&str` | `const char *NAME, size_t NAME_len` | `string` |
/// | as a result: a struct of up to 16 bytes | the same | the same |
/// | as a result: `Option<V>` | `bool`, and a last argument `V *out` | `(V, bool)` |
/// | as a result: `Result<V, E>` | `int32_t`, and a last argument `V *out` | `(V, error)` |
///
/// `T` is a number, a `bool`, an array, or a struct with this attribute and `#[repr(C)]` above it; `V` a number, a `bool`
/// or such a struct of up to 16 bytes; `E` an enum with this attribute and `#[repr(i32)]` above it. Everything else is
/// refused, with what to write in its place.
///
/// - Of no elements a slice or text may have any address, null and nil among them.
/// - Where there is no value, C finds `out` as it was, and Go gets a zero. In C `out` may be null.
/// - Text that is not UTF-8 is an error: `RUSTGO_NOT_UTF8` in C, `ErrNotUTF8` in Go. So a function that takes `&str` has a
///   status in C and an `error` in Go, whatever it returns.
/// - An address that is null or not aligned, a length beyond what memory can have, and an overlap that involves a `&mut`
///   are found before there is a reference that they would make undefined. In C they are a status below 0, where the
///   function has a status, and else a panic. In Go they are panics.
///
/// # Structs and errors
///
/// ```
/// /// A place in the plane.
/// #[rustgo_rt::export]
/// #[repr(C)]
/// pub struct Point {
///     x: f64,
///     y: f64,
/// }
///
/// /// What can be wrong with a number.
/// #[rustgo_rt::export]
/// #[repr(i32)]
/// pub enum NumberError {
///     /// There is nothing to read.
///     Empty = 1,
///     /// There is a letter that is no digit.
///     NotADigit = 2,
/// }
///
/// assert_eq!(NumberError::Empty.to_string(), "there is nothing to read");
/// ```
///
/// Hosts lay the struct out as the compiler did, and their headers assert that they have. An error is a number that is
/// greater than 0; the first paragraph of each variant's doc comment is its text, without the capital and the full stop,
/// in `Display`, in C's `number_error_text` and in Go's `Error`.
///
/// # In C's own terms
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
/// The function gets its own name as its symbol, and nothing looks at what it is passed.
///
/// - By value: numbers and `bool`.
/// - Raw pointers and references, to anything that has a size. References promise what they do in Rust: a `&mut` beside
///   a `&` says that the two don't overlap. An export that allows overlap takes raw pointers, and reads before it writes.
/// - Results are the same but for references, or nothing. On macOS for arm64 callers expect integers of less than 32 bits to
///   be extended, which these functions don't do: return `u32` or `i32`.
///
/// Arrays and `#[repr(C)]` structs cross by pointer, slices and strings as pointer and length or as [`ffi::GoSlice`] and
/// [`ffi::GoString`].
///
/// At most six integers and addresses and eight floats fit into the registers that all processors have for arguments; a
/// slice takes two, and so does text.
///
/// # Arguments
///
/// | argument | what it promises | who checks |
/// | --- | --- | --- |
/// | `stack = BYTES` | a call takes at most this much stack, return address and red zone included: a multiple of 16, at most 65536 | `cargo rustgo`, on the machine code. Without the argument it takes the bound that it proves |
/// | `no_panic` | no path leads to a panic | `cargo rustgo`, likewise. Without it hosts get to see a panic |
/// | `requires = "FEATURE,FEATURE"` | no path leads to an instruction that needs a processor feature beyond these, by rustc's names, what they imply, and what every processor of the target has | `cargo rustgo`, likewise. Hosts' files name the features, and hosts call the function only where the processor has them |
///
/// # What it expands to
///
/// A symbol for the function or its entry; `#[deny(improper_ctypes_definitions)]`; assertions that the scalars are the
/// language's and the pointers one word; and a description in the object file, in section `.rustgo.exports`
/// (`__DATA,__rustgo` on Apple's systems): one JSON text per export, ended by a zero byte. Structs and errors have theirs in
/// `.rustgo.types` (`__DATA,__rustgo_types`).
///
/// ```json
/// {"v":3,"name":"dot","stack":512,"no_panic":true,"requires":[],"unsafe":true,"natural":false,
///  "args":[{"name":"a","type":"*const f64"},{"name":"b","type":"*const f64"},{"name":"len","type":"usize"}],
///  "ret":"f64","doc":"The dot product of two vectors of `len` elements.\n\n# Safety\n- `a` and `b` are readable for `len` elements."}
/// ```
///
/// `stack` and `ret` may be null. `natural` says that the function is a plain one. Types are spelt as rustfmt would; `v` changes when readers of the last version would
/// misread a record. Documentation that only the compiler can put together (`#[doc = include_str!(...)]`) is left out.
pub use rustgo_rt_macros::export;

/// Declares functions that the host provides: host imports.
///
/// An image defines everything it calls, but for these. Each becomes one branch at a fixed place of the image, which a
/// sealed object leaves to the program or to a default member of its archive, and a Go package to an assembly stub.
/// What an imported function does to the stack is not part of an export's proven bound.
/// Arguments are of 32 bits or more: systems differ in how they pass smaller ones.
///
/// ```
/// #[rustgo_rt::import]
/// unsafe extern "C" {
///     /// Writes `length` bytes to a file, and returns how many were written or a negative error.
///     fn rustgo_write(file: i32, bytes: *const u8, length: usize) -> isize;
/// }
/// ```
pub use rustgo_rt_macros::import;
