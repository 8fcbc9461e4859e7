//! The image as Go assembly for amd64: data in one symbol that is private to its package, with every change of the
//! stack pointer in a form that the assembler tracks, so that Go's unwinder can walk Rust frames.

mod epilogue;
mod frames;
mod inline;
mod pieces;
mod relro;
#[cfg(test)]
mod tests;

use std::fmt::Write;

use iced_x86::Register;

use crate::Origin;
use crate::error::Result;
use crate::go::words::numbers;
use crate::image::{Image, Line};
use rustgo_image::layout::SLOT;

pub use frames::{Inexact, Plan};
pub use inline::inline;
pub use pieces::Piece;

/// The number of bytes before the image in its symbol: a prologue that never runs, of any length below this.
pub const START: u64 = 128;

/// The text of `rust_amd64.s`.
///
/// # Errors
///
/// If the image has something that Go's assembler can't express.
pub fn write(origin: &Origin, image: &Image, plan: &Plan) -> Result<String> {
    let mut text = format!(
        "// {}\n\n//go:build gc && !purego\n\n#include \"textflag.h\"\n#include \"funcdata.h\"\n",
        origin.line()
    );
    // Before the image, because the assembler attributes every line after it to Rust.
    if image.panics() {
        text.push_str(&if plan.is_exact() {
            include_str!("panic_exact.s.in").to_owned()
        } else {
            let end = START + image.relro.start;
            include_str!("panic_opaque.s.in").replace("IMAGE_END", &end.to_string())
        });
    }
    text.push_str(if plan.is_exact() {
        "\n// The call makes ·rust a function that is no leaf, or the assembler would mark it NOSPLIT and the linker\n\
         // would limit its frames to 800 bytes. Neither the call nor the prologue in front of it ever runs.\n\
         // func rust()\nTEXT ·rust(SB), NOFRAME, $0-0\n\tNO_LOCAL_POINTERS\n\tCALL ·rust(SB)\n"
    } else {
        "\n// No frame in here can be unwound: the traceback ends.\n\
         // func rust()\nTEXT ·rust(SB), NOSPLIT|NOFRAME|TOPFRAME, $0-0\n\tBYTE $0xcc\n"
    });
    if plan.first != 0 {
        writeln!(text, "\tADJSP ${}", plan.first)?;
    }
    writeln!(text, "\tPCALIGN ${START}")?;
    for import in &image.imports {
        writeln!(text, "\tJMP ·{}(SB)", import.name)?;
        data(&mut text, &[TRAP; SLOT as usize - JUMP]);
    }
    code(&mut text, image, &relro::split(image, &plan.pieces)?);
    text.push_str(&super::relro::write(image, START)?);
    Ok(text)
}

/// The length of a `JMP` to another symbol, in bytes.
const JUMP: usize = 5;

/// The filler between functions: `int3`.
const TRAP: u8 = 0xcc;

/// Writes the pieces. Code of one Rust line is written on one line, so that the assembler gives it that number.
fn code(text: &mut String, image: &Image, pieces: &[(u64, Piece)]) {
    let mut run = Run::default();
    for (at, piece) in pieces {
        let line = image.lines.at(*at).filter(|_| *at < image.code_size);
        match piece {
            Piece::Raw(range) if range.start >= image.code_size => {
                run.finish(text, image);
                data(text, &image.bytes[range.start as usize..range.end as usize]);
            }
            Piece::Raw(range) if range.end > image.code_size => {
                run.raw(text, image, range.start..image.code_size, line);
                run.finish(text, image);
                data(text, &image.bytes[image.code_size as usize..range.end as usize]);
            }
            Piece::Raw(range) => run.raw(text, image, range.clone(), line),
            Piece::Push(register) => run.tracked(text, image, format!("PUSHQ {register}"), line),
            Piece::Pop(register) => run.tracked(text, image, format!("POPQ {register}"), line),
            Piece::Adjust(amount) => run.tracked(text, image, format!("ADJSP ${amount}"), line),
            Piece::Instruction(go) => run.tracked(text, image, go.clone(), line),
        }
    }
    run.finish(text, image);
}

/// Consecutive instructions of one Rust line.
#[derive(Default)]
struct Run<'a> {
    line: Option<&'a Line>,
    /// The line that the assembler would assign next without a directive.
    expected: Option<(&'a str, u32)>,
    raw: std::ops::Range<u64>,
    items: Vec<String>,
}

impl<'a> Run<'a> {
    fn raw(&mut self, text: &mut String, image: &Image, range: std::ops::Range<u64>, line: Option<&'a Line>) {
        self.start(text, image, line);
        if self.raw.end != range.start || self.raw.is_empty() {
            self.flush_raw(image);
            self.raw = range;
        } else {
            self.raw.end = range.end;
        }
    }

    fn tracked(&mut self, text: &mut String, image: &Image, item: String, line: Option<&'a Line>) {
        self.start(text, image, line);
        self.flush_raw(image);
        self.items.push(item);
    }

    fn start(&mut self, text: &mut String, image: &Image, line: Option<&'a Line>) {
        if line.is_some() && line != self.line {
            self.finish(text, image);
            self.line = line;
        }
    }

    fn flush_raw(&mut self, image: &Image) {
        let range = std::mem::take(&mut self.raw);
        items(&image.bytes[range.start as usize..range.end as usize], |item| {
            self.items.push(item)
        });
    }

    fn finish(&mut self, text: &mut String, image: &Image) {
        self.flush_raw(image);
        if self.items.is_empty() {
            return;
        }
        if let Some(line) = self.line {
            let place = (&*line.file, line.line);
            if self.expected != Some(place) {
                // The directive numbers the line after the next one.
                writeln!(text, "#line {} \"{}\"", line.line + 1, line.file).expect("writing to a string");
            }
            self.expected = Some((place.0, place.1 + 1));
        }
        writeln!(text, "\t{}", self.items.join("; ")).expect("writing to a string");
        self.items.clear();
    }
}

/// Writes bytes as they are, one directive per line.
fn data(text: &mut String, bytes: &[u8]) {
    items(bytes, |item| {
        writeln!(text, "\t{item}").expect("writing to a string")
    });
}

/// The directives for raw bytes, the largest that fit.
fn items(bytes: &[u8], mut each: impl FnMut(String)) {
    for (_, size, value) in numbers(bytes) {
        each(match size {
            8 => format!("QUAD $0x{value:016x}"),
            4 => format!("LONG $0x{value:08x}"),
            2 => format!("WORD $0x{value:04x}"),
            _ => format!("BYTE $0x{value:02x}"),
        });
    }
}

/// The Go name of a general-purpose register.
fn register(register: Register) -> Option<&'static str> {
    Some(match register {
        Register::RAX => "AX",
        Register::RBX => "BX",
        Register::RCX => "CX",
        Register::RDX => "DX",
        Register::RSI => "SI",
        Register::RDI => "DI",
        Register::RBP => "BP",
        Register::R8 => "R8",
        Register::R9 => "R9",
        Register::R10 => "R10",
        Register::R11 => "R11",
        Register::R12 => "R12",
        Register::R13 => "R13",
        Register::R14 => "R14",
        Register::R15 => "R15",
        _ => return None,
    })
}
