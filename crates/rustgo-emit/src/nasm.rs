//! The NASM include file: an `extern` for each export, with its prototype and stack bound.

use std::collections::BTreeMap;
use std::fmt::Write;

use rustgo_record::panic::{FIELDS, FieldType};

use super::Origin;
use crate::c::reserved::constant;
use crate::c::types::prototype;
use crate::interface::Interface;
use crate::interface::documentation::plain;
use crate::interface::misuse::MISUSES;
use crate::processor::Processor;
use crate::requires;

/// The definitions in an include file if an export can panic, without the offsets.
const PANIC: &str = "
; A panic in Rust calls rustgo_panic, which must not come back, with the address of these fields in rdi. A program may
; define it (`global rustgo_panic`); otherwise the library does, writes one line to standard error and aborts. The texts
; are UTF-8 and no zero ends them.
%ifndef RUSTGO_PANIC_MESSAGE
";

/// The include file's text. `panics` says whether an export can panic, which the program has to handle.
pub fn write(origin: &Origin, interface: &Interface, stacks: &BTreeMap<String, u64>, panics: bool) -> String {
    let mut text = format!(
        "; {}\n;\n; Calls follow the C ABI of the system: on Linux and macOS integer and pointer arguments go into rdi, rsi,\n\
         ; rdx, rcx, r8 and r9, the result comes back in rax. rsp is a multiple of 16 at each call, the direction flag is\n\
         ; clear; rbx, rbp and r12 to r15 come back unchanged. NAME_STACK is the most stack that a call uses, in bytes,\n\
         ; the return address included.\n",
        origin.line()
    );
    if panics {
        text.push_str(PANIC);
        for field in FIELDS {
            let definition = format!(
                "%define RUSTGO_PANIC_{} {}",
                field.name.to_uppercase(),
                field.offset
            );
            let bytes = field.ty.size();
            let what = match field.ty {
                FieldType::Text => "an address, ",
                FieldType::Length | FieldType::U32 => "",
            };
            text.push_str(&format!(
                "{definition:<38} ; {bytes} bytes: {what}{}\n",
                field.doc
            ));
        }
        text.push_str("%endif\n");
    }
    define_types(&mut text, interface).expect("writing to a string");
    for function in &interface.functions {
        text.push('\n');
        for line in function.doc.lines() {
            text.push_str(&comment(line));
            text.push('\n');
        }
        for sentence in requires::sentences(function, &[Processor::X86_64]) {
            writeln!(text, "; {sentence}").expect("writing to a string");
        }
        let name = &function.name;
        let stack = stacks.get(name).copied().unwrap_or_default();
        write!(
            text,
            "; {}\nextern {name}\n%define {}_STACK {stack}\n",
            prototype(function),
            name.to_uppercase()
        )
        .expect("writing to a string");
    }
    text
}

/// A line of a comment. A backslash at its end would make the next line part of it.
fn comment(text: &str) -> String {
    let line = format!("; {}", plain(text));
    let line = line.trim_end();
    match line.ends_with('\\') {
        true => format!("{line} ."),
        false => line.to_owned(),
    }
}

/// Offsets in structs, and the numbers of statuses.
fn define_types(text: &mut String, interface: &Interface) -> std::fmt::Result {
    for (name, structure) in &interface.structures {
        writeln!(
            text,
            "\n; struct {name}: offsets of its fields and its size, in bytes"
        )?;
        for field in &structure.fields {
            writeln!(text, "%define {name}.{} {}", field.name, field.offset)?;
        }
        writeln!(text, "%define {name}_SIZE {}", structure.layout.size)?;
    }
    if interface.has_status() {
        text.push_str("\n; What a status below 0 says\n%ifndef RUSTGO_OK\n%define RUSTGO_OK 0\n");
        for misuse in MISUSES {
            writeln!(
                text,
                "%define RUSTGO_{} {} ; {}",
                misuse.name, misuse.status, misuse.text
            )?;
        }
        text.push_str("%endif\n");
    }
    for (name, error) in &interface.errors {
        writeln!(text, "\n; {name}")?;
        for variant in &error.variants {
            writeln!(
                text,
                "%define {}_{} {} {}",
                constant(name),
                constant(&variant.name),
                variant.value,
                comment(&variant.text)
            )?;
        }
    }
    for (name, this) in &interface.enums {
        writeln!(text, "\n; {name}")?;
        for variant in &this.variants {
            writeln!(
                text,
                "%define {}_{} {}",
                constant(name),
                constant(&variant.name),
                variant.value
            )?;
        }
    }
    Ok(())
}
