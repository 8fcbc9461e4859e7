//! The diagnostics that all processors share.

use crate::diagnostic::{Diagnostic, Refusal};
use crate::finding::Rule;
use crate::image::Image;

/// A processor's texts in the diagnostics that all processors share.
pub struct Wording {
    /// The frame pointer's name.
    pub frame_pointer: &'static str,
    /// What to do if the frame pointer is used for something else.
    pub frame_pointer_help: &'static str,
    /// What to do if a function does not restore callee-saved registers.
    pub not_restored_help: &'static str,
    /// What to do if memory below the stack pointer is used.
    pub red_zone_help: &'static str,
    /// What to do if an instruction is not understood.
    pub not_understood_help: &'static str,
    /// What to do if an instruction changes the rounding mode.
    pub rounding_help: &'static str,
    /// How many bytes are shown if they are not an instruction.
    pub shown: usize,
}

impl Wording {
    /// The frame pointer register holds something other than a frame pointer.
    pub fn frame_pointer(&self, reason: &str) -> Diagnostic {
        Diagnostic::new(
            Rule::FramePointer,
            format!(
                "{} is used for something other than the frame pointer: {reason}",
                self.frame_pointer
            ),
            self.frame_pointer_help,
        )
    }

    /// A function that is called by the C ABI does not restore registers of its caller.
    pub fn not_restored(&self, who: &str, registers: &[String]) -> Diagnostic {
        Diagnostic::new(
            Rule::ReservedRegister,
            format!("{who} does not restore {}", registers.join(", ")),
            self.not_restored_help,
        )
    }

    /// An instruction uses memory below the stack pointer.
    ///
    /// SOUNDNESS: H4
    pub fn red_zone(&self, instruction: &str) -> Diagnostic {
        Diagnostic::new(
            Rule::RedZone,
            format!("`{instruction}` uses memory below the stack pointer"),
            self.red_zone_help,
        )
    }

    /// An instruction changes the floating-point modes.
    pub fn rounding(&self, instruction: &str) -> Diagnostic {
        Diagnostic::new(
            Rule::ReservedRegister,
            format!("`{instruction}` changes how the host's floating-point arithmetic rounds and traps"),
            self.rounding_help,
        )
    }

    /// The effects of an instruction are unknown.
    ///
    /// SOUNDNESS: T12
    pub fn not_understood(&self, instruction: &str) -> Refusal {
        Refusal::undecidable(
            format!("`{instruction}` is not understood by the analysis"),
            self.not_understood_help,
        )
    }

    /// The bytes at an offset are not an instruction.
    pub fn undecodable(&self, image: &Image, at: u64) -> Refusal {
        let code = image.code();
        let bytes: Vec<String> = code[code.len().min(at as usize)..]
            .iter()
            .take(self.shown)
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Refusal::undecidable(
            format!("the bytes {} are no instruction", bytes.join(" ")),
            "there is data where code should be, or the instruction is newer than this tool: declare data as an object (`.type NAME, @object`), or replace the instruction",
        )
    }
}

/// An instruction that calls into a kernel.
///
/// SOUNDNESS: C6, T7
pub fn for_the_kernel(instruction: &str) -> Diagnostic {
    Diagnostic::new(
        Rule::SystemCall,
        format!("`{instruction}` is a system call, or an instruction for kernels only"),
        "an image runs inside any host on any system: do the work in the host, or declare a host import",
    )
}

/// An instruction that uses thread-local memory; `segment` is its segment register in parentheses, if it has one.
///
/// SOUNDNESS: T7
pub fn thread_local(instruction: &str, segment: &str) -> Diagnostic {
    Diagnostic::new(
        Rule::ThreadLocal,
        format!("`{instruction}` uses thread-local memory{segment}"),
        "an image has no thread-local memory: pass state through arguments. In C, stack protectors and \
         `_Thread_local` do this (`-fno-stack-protector`)",
    )
}

/// An instruction that writes into the image.
///
/// SOUNDNESS: C6, T7
pub fn writes_image(instruction: &str) -> Diagnostic {
    Diagnostic::new(
        Rule::MutableStatic,
        format!("`{instruction}` writes into the image"),
        READ_ONLY,
    )
}

/// An instruction that writes to an address which may be one of the image.
///
/// SOUNDNESS: C6, T7
pub fn may_write_image(instruction: &str) -> Diagnostic {
    Diagnostic::new(
        Rule::MutableStatic,
        format!(
            "`{instruction}` may write into the image: its target is in the image on one path to this place"
        ),
        READ_ONLY,
    )
}

/// A call that has the callee write into the image.
///
/// SOUNDNESS: C6, S4
pub fn has_image_written(callee: &str, register: &str) -> Diagnostic {
    Diagnostic::new(
        Rule::MutableStatic,
        format!("this passes {callee} an address of the image in {register}, and {callee} writes to it"),
        READ_ONLY,
    )
}

/// The help for code that writes into an image.
const READ_ONLY: &str = "an image is read-only: keep variables on the stack, or pass a pointer to them. A static \
                         that is written to, atomic or not, can't be in an image, and neither can a pointer that refers to \
                         a constant on one path and is written through on another";
