//! The image as Go assembly for amd64: raw data inside one symbol that is private to its package.

use std::fmt::Write;

use super::Origin;
use crate::image::Image;

/// How many bytes of the symbol come before the image.
pub const START: u64 = 0;

/// The text of `rust_amd64.s`.
pub fn write(origin: &Origin, image: &Image) -> String {
    let mut text = format!(
        "// {}\n\n//go:build !purego\n\n#include \"textflag.h\"\n\n// func rust()\n\
         TEXT ·rust(SB), NOSPLIT|NOFRAME|TOPFRAME, $0-0\n\tPCALIGN ${}\n",
        origin.line(),
        image.alignment.max(16)
    );
    data(&mut text, &image.bytes);
    text
}

/// Writes bytes as they are, eight at a time.
fn data(text: &mut String, bytes: &[u8]) {
    let (words, rest) = bytes.as_chunks::<8>();
    for word in words {
        writeln!(text, "\tQUAD $0x{:016x}", u64::from_le_bytes(*word)).expect("writing to a string");
    }
    for byte in rest {
        writeln!(text, "\tBYTE $0x{byte:02x}").expect("writing to a string");
    }
}
