//! Constants that hold addresses, as a data symbol of their own.
//!
//! The image is one `TEXT` symbol, in which Go's linker fills in nothing. So these constants become `DATA`, whose
//! values may be symbols.

use std::fmt::Write;

use super::words::numbers;
use crate::error::{Error, Result};
use crate::image::Image;

/// The greatest alignment that Go's linker gives a data symbol, in bytes.
const MAX_ALIGNMENT: u64 = 32;

/// The directives that define the data symbol, for an image that starts `start` bytes into its own.
///
/// # Errors
///
/// If a constant requires a greater alignment than Go's linker gives.
pub fn write(image: &Image, start: u64) -> Result<String> {
    let relro = &image.relro;
    if image.relro().is_empty() {
        return Ok(String::new());
    }
    if relro.alignment > MAX_ALIGNMENT {
        return Err(Error::Go(format!(
            "a constant that holds addresses is aligned to {} bytes, but Go's linker aligns data to at most {MAX_ALIGNMENT}: reduce its `#[repr(align)]`",
            relro.alignment
        )));
    }
    let mut text = String::from("\n// Constants that hold addresses.\n");
    let mut at = relro.start;
    for held in &relro.addresses {
        plain(&mut text, image, at..held.at);
        let (symbol, offset) = if held.is_relro {
            ("rustdata<>", held.target - relro.start)
        } else {
            ("·rust", start + held.target)
        };
        directive(
            &mut text,
            held.at - relro.start,
            8,
            &format!("{symbol}+{offset}(SB)"),
        );
        at = held.at + 8;
    }
    let end = image.bytes.len() as u64;
    plain(&mut text, image, at..end);
    // The linker derives the alignment from the size.
    let size = (end - relro.start).next_multiple_of(relro.alignment);
    writeln!(text, "GLOBL rustdata<>(SB), RODATA|NOPTR, ${size}")?;
    Ok(text)
}

/// Bytes that hold no address. Zeros need no directive.
fn plain(text: &mut String, image: &Image, range: std::ops::Range<u64>) {
    let bytes = &image.bytes[range.start as usize..range.end as usize];
    for (at, length, value) in numbers(bytes) {
        if value != 0 {
            let offset = range.start - image.relro.start + at;
            directive(text, offset, length, &format!("0x{value:x}"));
        }
    }
}

fn directive(text: &mut String, offset: u64, length: u64, value: &str) {
    writeln!(text, "DATA rustdata<>+{offset}(SB)/{length}, ${value}").expect("writing to a string");
}
