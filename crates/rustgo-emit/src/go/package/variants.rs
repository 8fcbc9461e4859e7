//! How a Go package selects the processor's build of each export: it asks the image once, when it starts, and stores
//! the answer in a variable, by which the shims jump. Before that the variable is 0, the portable build.

use std::collections::BTreeMap;

use super::assembly::{Way, shim};
use super::declarations::file;
use super::names::exported;
use super::signature::Signature;
use super::x86_64::X86_64;
use super::{Context, quoted};
use crate::interface::{Function, Outcome, Scalar, Type};
use crate::variants::{Table, symbol};

/// The Go function that asks the image.
const CHOOSE: &str = "rustChoose";

/// The variable with the answer.
const CHOSEN: &str = "rustVariant";

/// The text of `variants_PROCESSOR.go`: the variable, and a declaration for each build, which the garbage collector needs.
pub fn declarations(context: &Context<'_>, processor: &str, table: &Table) -> String {
    let mut text = format!(
        "import (\n\t\"slices\"\n\t\"strings\"\n\t\"syscall\"\n)\n\n\
         // {CHOSEN} is the number of the build that suits the processor, its operating system and GODEBUG: {}.\n\
         var {CHOSEN} = rustAllowed({CHOOSE}())\n\nfunc {CHOOSE}() uint32\n\n\
         // rustFeatures are what each build needs of the processor, as GODEBUG names it.\n\
         var rustFeatures = [...][]string{{\n",
        numbered(table)
    );
    for features in &table.features {
        // Go leaves the points out.
        let features: Vec<_> = features
            .iter()
            .map(|feature| quoted(&feature.replace('.', "")))
            .collect();
        text.push_str(&format!("\t{{{}}},\n", features.join(", ")));
    }
    text.push_str("}\n");
    text.push_str(include_str!("variants.go.in"));
    let is_chosen = |function: &&Function| table.exports.contains(&function.name);
    for function in context.interface.functions.iter().filter(is_chosen) {
        let signature = Signature::of(context.interface, function);
        for name in &table.names {
            let noescape = if signature.is_noescape {
                "//go:noescape\n"
            } else {
                ""
            };
            let declaration = signature
                .declaration
                .replacen(&signature.name, &build(function, name), 1);
            let go = build(function, name);
            text.push_str(&format!(
                "\n// {go} is {}, as {name} has it.\n//\n//lint:ignore U1000 the shim jumps to it\n{noescape}{declaration}\n",
                exported(&function.name)
            ));
        }
    }
    file(context, &format!("{processor} && gc && !purego"), &text)
}

/// `0 is the portable one, 1 v3`.
fn numbered(table: &Table) -> String {
    let further = table.names.iter().enumerate().skip(1);
    let further: String = further
        .map(|(number, name)| format!(", {number} {name}"))
        .collect();
    format!("0 is the portable one{further}")
}

/// The name of a build in Go, `rustCountV3`.
fn build(function: &Function, variant: &str) -> String {
    format!("rust{}{}", exported(&function.name), exported(variant))
}

/// The shims of all builds of an export, preceded by the jump to one of them.
pub fn shims(
    context: &Context<'_>,
    function: &Function,
    table: &Table,
    ways: &BTreeMap<String, Way>,
) -> String {
    let signature = Signature::of(context.interface, function);
    let mut text = jump(function, &signature, table);
    for name in &table.names {
        let export = Function {
            name: symbol(&function.name, name),
            ..function.clone()
        };
        let go = build(function, name);
        let mine = Signature {
            declaration: signature.declaration.replacen(&signature.name, &go, 1),
            name: go,
            ..signature.clone()
        };
        let way = ways[&export.name];
        text.push_str(&shim::<X86_64>(context.interface, &export, &mine, way));
    }
    text
}

fn jump(function: &Function, signature: &Signature, table: &Table) -> String {
    let Signature {
        name,
        declaration,
        size,
        ..
    } = signature;
    let mut text = format!(
        "\n// {declaration}\nTEXT ·{name}(SB), NOSPLIT|NOFRAME, $0-{size}\n\tMOVL ·{CHOSEN}(SB), AX\n"
    );
    let further = || table.names.iter().enumerate().skip(1);
    for (number, variant) in further() {
        text.push_str(&format!("\tCMPL AX, ${number}\n\tJEQ  {variant}\n"));
    }
    text.push_str(&format!("\tJMP  ·{}(SB)\n", build(function, &table.names[0])));
    for (_, variant) in further() {
        text.push_str(&format!("{variant}:\n\tJMP  ·{}(SB)\n", build(function, variant)));
    }
    text
}

/// The shim of the selecting function.
pub fn choose(context: &Context<'_>, table: &Table, ways: &BTreeMap<String, Way>) -> String {
    let number = Scalar::Int {
        bytes: 4,
        is_signed: false,
        is_address: false,
    };
    let function = Function {
        name: table.chooser.clone(),
        doc: String::new(),
        parameters: Vec::new(),
        outcome: Outcome::Value(Type::Scalar(number)),
        requires: Vec::new(),
        is_checked: false,
    };
    let signature = Signature {
        name: CHOOSE.to_owned(),
        declaration: format!("func {CHOOSE}() uint32"),
        ..Signature::of(context.interface, &function)
    };
    shim::<X86_64>(context.interface, &function, &signature, ways[&table.chooser])
}
