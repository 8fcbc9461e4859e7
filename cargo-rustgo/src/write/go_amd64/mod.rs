//! The image as Go assembly for amd64: data inside one symbol that is private to its package, with every change of
//! the stack pointer in a form that the assembler tracks, so that Go's unwinder finds its way through Rust frames.

mod frames;

use std::collections::BTreeMap;
use std::fmt::Write;

use super::Origin;
use crate::image::{Image, Line};
use crate::link::SLOT;

pub use frames::{Inexact, Piece, Plan, plan};

/// How many bytes of the symbol come before the image: a prologue that never runs, of any length below this.
pub const START: u64 = 128;

/// The text of `rust_amd64.s`, with the plan's frames; without a plan the image ends every traceback.
pub fn write(origin: &Origin, image: &Image, plan: Option<&Plan>) -> String {
    let mut text = format!(
        "// {}\n\n//go:build !purego\n\n#include \"textflag.h\"\n",
        origin.line()
    );
    text.push_str(match plan {
        Some(_) => {
            "#include \"funcdata.h\"\n\n\
             // The call makes ·rust a function that is no leaf, or the assembler would mark it NOSPLIT and the linker\n\
             // would limit its frames to 800 bytes. Neither the call nor the prologue in front of it ever runs.\n\
             // func rust()\nTEXT ·rust(SB), NOFRAME, $0-0\n\tNO_LOCAL_POINTERS\n\tCALL ·rust(SB)\n"
        }
        None => {
            "\n// No frame in here can be unwound: the traceback ends.\n\
             // func rust()\nTEXT ·rust(SB), NOSPLIT|NOFRAME|TOPFRAME, $0-0\n\tBYTE $0xcc\n"
        }
    });
    writeln!(text, "\tPCALIGN ${START}").expect("writing to a string");
    for import in &image.imports {
        writeln!(text, "\tJMP ·{}(SB)", import.name).expect("writing to a string");
        data(&mut text, &[TRAP; SLOT as usize - JUMP]);
    }
    match plan {
        Some(plan) => exact(&mut text, image, plan),
        None => data(&mut text, &image.bytes[image.imports_size() as usize..]),
    }
    text
}

/// The length of a `JMP` to another symbol, in bytes.
const JUMP: usize = 5;

/// What fills gaps between code: `int3`.
const TRAP: u8 = 0xcc;

/// Writes the pieces. What came from one Rust line stands on one line, so that the assembler gives it that number.
fn exact(text: &mut String, image: &Image, plan: &Plan) {
    let mut run = Run::default();
    for (at, piece) in &plan.pieces {
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
        }
    }
    run.finish(text, image);
}

/// Instructions of one Rust line that follow each other.
#[derive(Default)]
struct Run<'a> {
    line: Option<&'a Line>,
    /// What the assembler would say of the next line, without being told.
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
                // The directive numbers the line behind the next one.
                writeln!(text, "#line {} \"{}\"", line.line + 1, line.file).expect("writing to a string");
            }
            self.expected = Some((place.0, place.1 + 1));
        }
        writeln!(text, "\t{}", self.items.join("; ")).expect("writing to a string");
        self.items.clear();
    }
}

/// Writes bytes as they are, one directive a line.
fn data(text: &mut String, bytes: &[u8]) {
    items(bytes, |item| {
        writeln!(text, "\t{item}").expect("writing to a string")
    });
}

/// The directives for raw bytes, the largest that fit.
fn items(bytes: &[u8], mut each: impl FnMut(String)) {
    let (quads, rest) = bytes.as_chunks::<8>();
    for quad in quads {
        each(format!("QUAD $0x{:016x}", u64::from_le_bytes(*quad)));
    }
    let (longs, rest) = rest.as_chunks::<4>();
    for long in longs {
        each(format!("LONG $0x{:08x}", u32::from_le_bytes(*long)));
    }
    let (words, rest) = rest.as_chunks::<2>();
    for word in words {
        each(format!("WORD $0x{:04x}", u16::from_le_bytes(*word)));
    }
    for byte in rest {
        each(format!("BYTE $0x{byte:02x}"));
    }
}

/// The true depth of every instruction of the image.
pub type Depths = BTreeMap<u64, u64>;
