//! The constants that a Go shim includes: where each export starts, and the frame that makes room for it.

use std::fmt::Write;

use super::{Origin, Proof};
use crate::processor::Processor;

/// The header's text, for an image that starts `start` bytes into its symbol.
pub fn write(origin: &Origin, processor: Processor, start: u64, proofs: &[Proof]) -> String {
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
            start + proof.entry.at,
            frame(processor, proof.stack)
        )
        .expect("writing to a string");
    }
    text
}

/// The frame of a shim around an export that uses `stack` bytes, its return address included.
///
/// On amd64 the shim loses up to 8 bytes to bring SP to a multiple of 16. On arm64 it keeps its own return address and
/// the place to which a panic comes back at the frame's bottom, 32 bytes with their padding.
pub fn frame(processor: Processor, stack: u64) -> u64 {
    let shim = match processor {
        Processor::X86_64 => 8,
        Processor::Aarch64 => 32,
    };
    (stack + shim).next_multiple_of(16)
}
