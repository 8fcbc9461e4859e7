//! The NASM include file: an `extern` for each export, with its prototype and stack bound.

use std::collections::BTreeSet;
use std::fmt::Write;

use anyhow::Result;

use super::c_header::prototype;
use super::{Origin, Proof};

/// The include file's text.
///
/// # Errors
///
/// An export has a type that C can't spell.
pub fn write(origin: &Origin, proofs: &[Proof]) -> Result<String> {
    let mut text = format!(
        "; {}\n;\n; Calls follow the C ABI of the system: on Linux and macOS integer and pointer arguments go into rdi, rsi,\n\
         ; rdx, rcx, r8 and r9, the result comes back in rax. rsp is a multiple of 16 at each call, the direction flag is\n\
         ; clear; rbx, rbp and r12 to r15 come back unchanged. NAME_STACK is the most stack that a call uses, in bytes,\n\
         ; the return address included.\n",
        origin.line()
    );
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
