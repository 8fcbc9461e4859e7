//! The C header: a prototype for each export, with the Rust documentation.

use std::collections::BTreeSet;
use std::fmt::Write;

use anyhow::{Context, Result};

use super::types::Crossing;
use super::{Origin, Proof};
use crate::export::Export;

/// What a header declares when an export can panic.
const PANIC: &str = r#"#ifndef RUSTGO_PANIC_INFO
#define RUSTGO_PANIC_INFO
/**
 * What a panic in Rust tells. The texts are UTF-8, lie in the library and stay there; no zero ends them.
 */
struct rustgo_panic_info {
    const char *message; /* NULL where Rust would have had to format it */
    size_t message_length;
    const char *file;
    size_t file_length;
    uint32_t line; /* counted from 1 */
    uint32_t column; /* counted from 1 */
};
#endif

/**
 * Is called when an export panics, and must not come back. A program may define it; otherwise the library does, writes
 * one line to standard error and aborts.
 */
void rustgo_panic(const struct rustgo_panic_info *info);

"#;

/// The header's text, for C99 and C++. `panics` says that an export can panic, and leaves that to the program.
///
/// # Errors
///
/// An export has a type that C can't spell.
pub fn write(origin: &Origin, proofs: &[Proof], panics: bool) -> Result<String> {
    let guard = format!("{}_H", origin.identifier().to_uppercase());
    let mut prototypes = String::new();
    let mut structs = BTreeSet::new();
    for proof in proofs {
        let export = &proof.entry.export;
        prototypes.push_str(&comment(&export.doc, proof.stack));
        writeln!(prototypes, "{};\n", prototype(export, &mut structs)?)?;
    }
    let mut text = format!("/* {} */\n\n#ifndef {guard}\n#define {guard}\n\n", origin.line());
    text.push_str("#include <stdbool.h>\n#include <stddef.h>\n#include <stdint.h>\n\n");
    text.push_str("#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n");
    for name in structs {
        writeln!(text, "struct {name};\n")?;
    }
    if panics {
        text.push_str(PANIC);
    }
    text.push_str(&prototypes);
    text.push_str("#ifdef __cplusplus\n}\n#endif\n\n");
    writeln!(text, "#endif /* {guard} */")?;
    Ok(text)
}

/// An export's C prototype, without the semicolon.
pub(super) fn prototype(export: &Export, structs: &mut BTreeSet<String>) -> Result<String> {
    let mut crossing = |ty: &str| -> Result<Crossing> {
        let crossing = Crossing::parse(ty).with_context(|| format!("in export `{}`", export.name))?;
        structs.extend(crossing.named().map(str::to_owned));
        Ok(crossing)
    };
    let mut arguments = Vec::new();
    for argument in &export.args {
        arguments.push(crossing(&argument.ty)?.c_declaration(&argument.name));
    }
    let result = match &export.ret {
        Some(ty) => crossing(ty)?.c_result(),
        None => "void".to_owned(),
    };
    let arguments = if arguments.is_empty() {
        "void".to_owned()
    } else {
        arguments.join(", ")
    };
    let space = if result.ends_with('*') { "" } else { " " };
    Ok(format!("{result}{space}{}({arguments})", export.name))
}

/// The documentation as a C comment, with what was proven.
fn comment(documentation: &str, stack: u64) -> String {
    let mut text = String::from("/**\n");
    for line in documentation.lines() {
        // The end of a comment inside of it would end it.
        let line = line.replace("*/", "* /");
        text.push_str(format!(" * {line}").trim_end());
        text.push('\n');
    }
    if !documentation.is_empty() {
        text.push_str(" *\n");
    }
    text + &format!(" * Stack: at most {stack} bytes, the return address included.\n */\n")
}
