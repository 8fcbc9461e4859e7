//! Slices a text at indices that may be out of bounds, for which the standard library has a recursive panic path.
//@ on: amd64 arm64
//@ rule: recursion
//@ says: `core::str::slice_error_fail` calls `core::str::slice_error_fail_rt`
//@ help: write `text.get(a..b)`
#![no_std]

#[rustgo_rt::export]
pub fn digits(text: &str, from: usize) -> usize {
    #[cfg(bad)]
    let piece = &text[from..];
    #[cfg(not(bad))]
    let piece = text.get(from..).unwrap_or_default();
    piece.bytes().filter(u8::is_ascii_digit).count()
}
