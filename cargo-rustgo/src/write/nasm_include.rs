//! The NASM include file: an `extern` for each export, with its prototype and stack bound.

use std::collections::BTreeSet;
use std::fmt::Write;

use anyhow::Result;

use super::c_header::prototype;
use super::{Origin, Proof};

/// What an include file defines when an export can panic.
const PANIC: &str = "
; A panic in Rust calls rustgo_panic, which must not come back, with the address of these fields in rdi. A program may
; define it (`global rustgo_panic`); otherwise the library does, writes one line to standard error and aborts. The texts
; are UTF-8 and no zero ends them; RUSTGO_PANIC_MESSAGE is 0 where Rust would have had to format the message.
%ifndef RUSTGO_PANIC_MESSAGE
%define RUSTGO_PANIC_MESSAGE 0          ; address, 8 bytes
%define RUSTGO_PANIC_MESSAGE_LENGTH 8   ; in bytes, 8 bytes
%define RUSTGO_PANIC_FILE 16            ; address, 8 bytes
%define RUSTGO_PANIC_FILE_LENGTH 24     ; in bytes, 8 bytes
%define RUSTGO_PANIC_LINE 32            ; counted from 1, 4 bytes
%define RUSTGO_PANIC_COLUMN 36          ; counted from 1, 4 bytes
%endif
";

/// The include file's text. `panics` says that an export can panic, and leaves that to the program.
///
/// # Errors
///
/// An export has a type that C can't spell.
pub fn write(origin: &Origin, proofs: &[Proof], panics: bool) -> Result<String> {
    let mut text = format!(
        "; {}\n;\n; Calls follow the C ABI of the system: on Linux and macOS integer and pointer arguments go into rdi, rsi,\n\
         ; rdx, rcx, r8 and r9, the result comes back in rax. rsp is a multiple of 16 at each call, the direction flag is\n\
         ; clear; rbx, rbp and r12 to r15 come back unchanged. NAME_STACK is the most stack that a call uses, in bytes,\n\
         ; the return address included.\n",
        origin.line()
    );
    if panics {
        text.push_str(PANIC);
    }
    for proof in proofs {
        let export = &proof.entry.export;
        text.push('\n');
        for line in export.doc.lines() {
            text.push_str(format!("; {line}").trim_end());
            text.push('\n');
        }
        writeln!(text, "; {}", prototype(export, &mut BTreeSet::new())?)?;
        writeln!(text, "extern {}", export.name)?;
        writeln!(
            text,
            "%define {}_STACK {}",
            export.name.to_uppercase(),
            proof.stack
        )?;
    }
    Ok(text)
}
