//! The C header: a prototype for each export, with the Rust documentation.

use std::collections::BTreeSet;
use std::fmt::Write;

use anyhow::{Context, Result};

use super::types::Crossing;
use super::{Origin, Proof};
use crate::export::Export;

/// The header's text, for C99 and C++.
///
/// # Errors
///
/// An export has a type that C can't spell.
pub fn write(origin: &Origin, proofs: &[Proof]) -> Result<String> {
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
