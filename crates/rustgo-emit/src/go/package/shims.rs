//! The shims: what all processors share. A shim loads the arguments that Go passes into the C ABI's registers, calls,
//! and stores the result.

use std::collections::BTreeMap;

use super::aarch64::{self, Aarch64};
use super::assembly::{Way, shim};
use super::signature::Signature;
use super::x86_64::{self, X86_64};
use super::{Context, variants};
use crate::c::types;
use crate::processor::Processor;
use crate::variants::Table;

/// The text of `exports_PROCESSOR.s`.
pub fn write(
    context: &Context<'_>,
    processor: Processor,
    ways: &BTreeMap<String, Way>,
    variants: Option<&Table>,
) -> String {
    let Context {
        origin, interface, ..
    } = context;
    let (name, registers) = match processor {
        Processor::X86_64 => ("amd64", x86_64::REGISTERS),
        Processor::Aarch64 => ("arm64", aarch64::REGISTERS),
    };
    let mut text = format!(
        "// {}\n//\n// The shims around the Rust exports of {}.\n//\n",
        origin.line(),
        origin.stamp.guest
    );
    let functions = interface.functions.iter().filter(|function| {
        let is_chosen = |table: &Table| table.exports.contains(&function.name);
        ways.contains_key(&function.name) || variants.is_some_and(is_chosen)
    });
    for function in functions.clone() {
        text.push_str(&format!("//\t{};\n", types::prototype(function)));
    }
    text.push_str(registers);
    text.push_str(&format!(
        "\n//go:build gc && !purego\n\n#include \"textflag.h\"\n#include \"funcdata.h\"\n#include \"rust_{name}.h\"\n"
    ));
    for function in functions {
        if let Some(table) = variants.filter(|table| table.exports.contains(&function.name)) {
            text.push_str(&variants::shims(context, function, table, ways));
            continue;
        }
        let way = &ways[&function.name];
        let signature = Signature::of(interface, function);
        text.push_str(&match processor {
            Processor::X86_64 => shim::<X86_64>(interface, function, &signature, *way),
            Processor::Aarch64 => shim::<Aarch64>(interface, function, &signature, *way),
        });
    }
    text.extend(variants.map(|table| variants::choose(context, table, ways)));
    text
}
