//! `exports_test.go`: the Go compiler checks the shims' assumptions about Go's layouts.

use super::Context;
use super::names::{self, exported};
use super::quoted;
use super::signature::Signature;
use crate::interface::{Kind, Type};

/// The text of the test.
pub fn write(context: &Context<'_>) -> String {
    let interface = context.interface;
    let mut rows = Vec::new();
    let mut row =
        |what: &str, got: &str, want: u64| rows.push(format!("\t\t{{{}, {got}, {want}}},\n", quoted(what)));
    row("a uint", "unsafe.Sizeof(uint(0))", 8);
    for (name, structure) in &interface.structures {
        let name = exported(name);
        row(
            &name,
            &format!("unsafe.Sizeof({name}{{}})"),
            structure.layout.size,
        );
        row(
            &format!("the alignment of {name}"),
            &format!("unsafe.Alignof({name}{{}})"),
            structure.layout.align,
        );
        for field in &structure.fields {
            let field_name = exported(&field.name);
            row(
                &format!("{name}.{field_name}"),
                &format!("unsafe.Offsetof({name}{{}}.{field_name})"),
                field.offset,
            );
        }
    }
    let mut frames = String::new();
    for function in &interface.functions {
        let signature = Signature::of(interface, function);
        let mut fields = Vec::new();
        for parameter in &function.parameters {
            let ty = match &parameter.kind {
                Kind::Scalar(scalar) | Kind::Enum(_, scalar) => names::scalar(*scalar).to_owned(),
                Kind::Pointer(_) => "uintptr".to_owned(),
                Kind::Slice { .. } => "[]byte".to_owned(),
                Kind::Text => "string".to_owned(),
            };
            fields.push((format!("a{}", fields.len()), ty));
        }
        let results: Vec<_> = signature.out.iter().chain(&signature.ret).collect();
        if !results.is_empty() {
            // Results start at a multiple of a word.
            fields.push(("results".to_owned(), "[0]uint64".to_owned()));
        }
        for (slot, ty) in results {
            let ty = match ty {
                Type::Pointer(_) => "uintptr".to_owned(),
                ty => names::ty(interface, ty),
            };
            let frame = format!("frameOf{}", exported(&function.name));
            row(
                &format!("{} of {}", slot.name, exported(&function.name)),
                &format!("unsafe.Offsetof({frame}{{}}.{})", slot.name),
                slot.offset,
            );
            fields.push((slot.name.clone(), ty));
        }
        if signature.ret.is_some() {
            let width = fields
                .iter()
                .map(|(name, _)| name.len())
                .max()
                .unwrap_or_default();
            let list: String = fields
                .iter()
                .map(|(name, ty)| format!("\t{name:width$} {ty}\n"))
                .collect();
            frames.push_str(&format!(
                "\n//lint:ignore U1000 fields are here for their places\ntype frameOf{} struct {{\n{list}}}\n",
                exported(&function.name)
            ));
        }
    }
    format!(
        "// {}\n\n//go:build {}\n\npackage {}\n\nimport (\n\t\"testing\"\n\t\"unsafe\"\n)\n\n\
         // TestABI compares sizes and places, in bytes, with those that the shims and Rust count on.\n\
         func TestABI(t *testing.T) {{\n\tfor _, test := range []struct {{\n\t\twhat      string\n\t\tgot, want uintptr\n\t}}{{\n{}\t}} \
         {{\n\t\tif test.got != test.want {{\n\t\t\tt.Errorf(\"%s: Go has %d, Rust %d\", test.what, test.got, \
         test.want)\n\t\t}}\n\t}}\n}}\n{frames}",
        context.origin.line(),
        context.constraint(),
        context.package,
        rows.concat()
    )
}
