//! The header that Go shims include: the offset of each export, the size of its frame, and the calling sequence.

use std::fmt::Write;

use super::{aarch64, x86_64};
use crate::image::Image;
use crate::processor::Processor;
use crate::{Origin, Proof};

/// How shims call an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Convention {
    /// The processor.
    pub processor: Processor,
    /// Offset of the image in its symbol, in bytes.
    pub start: u64,
    /// Alignment of the stack pointer at the call of an export, in bytes.
    pub alignment: u64,
}

impl Convention {
    /// The frame of a shim around an export that uses `stack` bytes, including its return address.
    ///
    /// On amd64 Go's stack pointer is a multiple of 8, so a greater alignment may take up to 8 bytes less than the
    /// alignment. On arm64 the shim keeps its own return address and the address where a panic continues at the bottom
    /// of the frame, 32 bytes with their padding.
    pub fn frame(self, stack: u64) -> u64 {
        let shim = match self.processor {
            Processor::X86_64 => self.alignment - 8,
            Processor::Aarch64 => 32,
        };
        (stack + shim).next_multiple_of(16)
    }
}

/// The directives for the whole export, if it is short enough to be inlined into a shim.
pub fn inline(image: &Image, entry: u64) -> Option<String> {
    match image.processor {
        Processor::X86_64 => x86_64::inline(image, entry),
        Processor::Aarch64 => aarch64::inline(image, entry),
    }
}

/// The header's text.
pub fn write(origin: &Origin, image: &Image, convention: Convention, proofs: &[Proof]) -> String {
    let mut text = format!(
        "// {}\n//\n// ENTRY_name is where the export starts, in bytes from ·rust. FRAME_name is the least frame that a shim\n\
         // declares for it: the proven stack of the export and what the shim itself needs, in bytes.\n",
        origin.line()
    );
    for proof in proofs {
        let name = &proof.entry.export.name;
        write!(
            text,
            "\n// {name} uses at most {} bytes of stack, its return address included.\n\
             #define ENTRY_{name} {}\n#define FRAME_{name} {}\n",
            proof.stack,
            convention.start + proof.entry.at,
            convention.frame(proof.stack)
        )
        .expect("writing to a string");
        if let Some(code) = inline(image, proof.entry.at) {
            write!(
                text,
                "\n// All that {name} does, in place of a call: a shim with this declares a frame of 0 bytes.\n\
                 #define INLINE_{name} \\\n\t{code}\n"
            )
            .expect("writing to a string");
        }
    }
    text.push('\n');
    if convention.processor == Processor::Aarch64 {
        let furthest = proofs.iter().map(|proof| convention.start + proof.entry.at).max();
        text.push_str(aarch64::branch(furthest.unwrap_or_default()));
    }
    text.push_str(match (convention.processor, convention.alignment) {
        (Processor::X86_64, 16) => include_str!("x86_64/call_16.h"),
        (Processor::X86_64, _) => include_str!("x86_64/call_64.h"),
        (Processor::Aarch64, _) if image.panics() => include_str!("aarch64/call_panics.h"),
        (Processor::Aarch64, _) => include_str!("aarch64/call.h"),
    });
    text
}
