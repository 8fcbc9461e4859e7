//! The image as Go assembly for arm64: data in one symbol that is private to its package.
//!
//! Go's unwinder expects a return address at the bottom of each frame. Rust keeps it elsewhere, so no frame in the
//! image can be unwound, and the symbol says that every traceback ends here (`TOPFRAME`).

mod inline;

use std::fmt::Write;

use super::relro;
use crate::Origin;
use crate::error::Result;
use crate::image::Image;
use crate::object::veneers;
use rustgo_image::layout::SLOT;

pub use inline::inline;

/// The number of bytes before the image in its symbol: none, because nothing precedes the alignment.
pub const START: u64 = 0;

/// The text of `rust_arm64.s`.
///
/// # Errors
///
/// If the image has something that Go's assembler can't express.
pub fn write(origin: &Origin, image: &Image) -> Result<String> {
    let mut text = format!(
        "// {}\n\n//go:build gc && !purego\n\n#include \"textflag.h\"\n\n\
         // No frame in here can be unwound: the traceback ends.\n\
         // func rust()\nTEXT ·rust(SB), NOSPLIT|NOFRAME|TOPFRAME, $0-0\n\tPCALIGN ${}\n",
        origin.line(),
        image.alignment
    );
    for import in &image.imports {
        writeln!(text, "\tB ·{}(SB)", import.name)?;
        for _ in 1..SLOT / WORD as u64 {
            word(&mut text, TRAP);
        }
    }
    let veneers = veneers::veneers(image);
    let mut bytes = image.text().to_vec();
    for veneer in &veneers {
        bytes[veneer.replaces as usize..][..WORD].copy_from_slice(&veneer.branch().to_le_bytes());
    }
    bytes.resize(bytes.len().next_multiple_of(WORD), 0);
    for &bytes in bytes[image.imports_size() as usize..].as_chunks().0 {
        word(&mut text, u32::from_le_bytes(bytes));
    }
    for veneer in &veneers {
        writeln!(
            text,
            "\tMOVD $rustdata<>{:+}(SB), R{}",
            veneer.offset, veneer.register
        )?;
        word(&mut text, veneer.branch_back());
    }
    if image.panics() {
        text.push_str(include_str!("panic.s.in"));
    }
    text.push_str(&relro::write(image, START)?);
    Ok(text)
}

/// The most that Go adds to a symbol's address in one relocation of PE, the narrowest: 21 bits with their sign.
const MAX_ADDEND: u64 = (1 << 20) - 1;

/// The macro by which shims reach entries, the furthest of which is so many bytes from the image's symbol.
///
/// With an external linker for Mach-O or PE, Go gives `BL` no offset and an address only a small one (`cmd/link`, `machoreloc1`
/// and `pereloc1`: they have symbols for offsets, but none in code).
pub fn branch(furthest: u64) -> &'static str {
    if furthest <= MAX_ADDEND {
        include_str!("branch.h")
    } else {
        include_str!("branch_far.h")
    }
}

/// The length of an instruction in bytes.
const WORD: usize = 4;

/// The filler between functions: `udf #0`.
const TRAP: u32 = 0;

fn word(text: &mut String, value: u32) {
    writeln!(text, "\tWORD $0x{value:08x}").expect("writing to a string");
}
