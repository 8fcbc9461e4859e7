//! A whole Go package around an image: declarations with documentation, shims for each processor, a test of the ABI,
//! and code for processors without an image.

mod aarch64;
mod abi_test;
mod assembly;
mod declarations;
mod documentation;
mod folder;
mod names;
mod shims;
mod signature;
#[cfg(test)]
mod tests;
mod variants;
mod x86_64;

use std::collections::BTreeMap;
use std::path::Path;

use super::panic;
use crate::error::{Error, Result};
use crate::interface::documentation::plain;
use crate::interface::{Function, Interface};
use crate::processor::Processor;
use crate::scope::Scope;
use crate::variants::{PROCESSOR, Table};
use crate::{Files, Origin, Stamp};

use names::{NOT_UTF8, exported};

pub use assembly::Way;

/// The file that exists in a folder only if its whole package is generated.
pub const PACKAGE_MARKER: &str = "exports.go";

/// The data that all files of a package share.
pub struct Context<'a> {
    origin: &'a Origin,
    interface: &'a Interface,
    package: String,
    processors: Vec<&'static str>,
}

impl Context<'_> {
    /// The build constraint of files that need an image.
    fn constraint(&self) -> String {
        format!("{} && gc && !purego", panic::any_of(&self.processors))
    }

    /// The build constraint of all other processors.
    fn no_constraint(&self) -> String {
        format!("!{} || !gc || purego", panic::any_of(&self.processors))
    }
}

/// Adds the package's files to those of the images, which [`super::add`] adds. `ways` says for each processor how shims
/// reach each export; `variants` are the builds of the exports, if there are several.
///
/// # Errors
///
/// If Go can't import the folder, or it has hand-written files at the paths of these, or hand-written shims.
pub fn add(
    files: &mut Files,
    folder: &Path,
    origin: &Origin,
    interface: &Interface,
    ways: &BTreeMap<Processor, BTreeMap<String, Way>>,
    variants: Option<&Table>,
    fallback: Option<&str>,
) -> Result<()> {
    let context = Context {
        origin,
        interface,
        package: folder::package(folder)?,
        processors: ways.keys().map(|processor| processor.go_name()).collect(),
    };
    let is_on = |processor: Processor, function: &Function| {
        let is_chosen = |table: &Table| table.exports.contains(&function.name);
        ways[&processor].contains_key(&function.name)
            || processor == PROCESSOR && variants.is_some_and(is_chosen)
    };
    let is_everywhere = |function: &&Function| ways.keys().all(|&processor| is_on(processor, function));
    let (everywhere, somewhere): (Vec<&Function>, Vec<&Function>) =
        interface.functions.iter().partition(is_everywhere);
    let mut mine = vec![
        ("doc.go".to_owned(), doc(&context)),
        (
            PACKAGE_MARKER.to_owned(),
            declarations::functions(&context, &everywhere),
        ),
        ("exports_test.go".to_owned(), abi_test::write(&context)),
    ];
    mine.extend(
        other(&context, fallback)
            .into_iter()
            .map(|(name, text)| (name.to_owned(), text)),
    );
    mine.extend(declarations::types(&context).map(|text| ("types.go".to_owned(), text)));
    for (processor, ways) in ways {
        let name = processor.go_name();
        let variants = variants.filter(|_| *processor == PROCESSOR);
        let text = shims::write(&context, *processor, ways, variants);
        mine.push((format!("exports_{name}.s"), text));
        let here: Vec<&Function> = somewhere
            .iter()
            .copied()
            .filter(|function| is_on(*processor, function))
            .collect();
        if !here.is_empty() {
            mine.push((
                format!("exports_{name}.go"),
                declarations::of_one(&context, name, &here),
            ));
        }
        if let Some(table) = variants {
            let text = self::variants::declarations(&context, name, table);
            mine.push((format!("variants_{name}.go"), text));
        }
    }
    check_names(interface)?;
    refuse_hand_written(folder, &mine)?;
    for (name, text) in mine {
        files.add(folder.join(name), text);
    }
    Ok(())
}

/// Refuses names that the package would define twice: Rust separates the names of types, functions and variants, and
/// has more spellings.
///
/// # Errors
///
/// If there is such a name.
pub fn check_names(interface: &Interface) -> Result<()> {
    let mut package = Scope::new("Go");
    if interface.takes_text() {
        package.add(
            NOT_UTF8.to_owned(),
            "the error of text that is not UTF-8".to_owned(),
        )?;
    }
    for (name, structure) in &interface.structures {
        package.add(exported(name), format!("`{name}`"))?;
        let mut fields = Scope::new("Go");
        for field in &structure.fields {
            fields.add(exported(&field.name), format!("`{name}::{}`", field.name))?;
        }
    }
    for (name, error) in &interface.errors {
        package.add(exported(name), format!("`{name}`"))?;
        for variant in &error.variants {
            package.add(
                names::variant(name, &variant.name),
                format!("`{name}::{}`", variant.name),
            )?;
        }
    }
    for (name, this) in &interface.enums {
        package.add(exported(name), format!("`{name}`"))?;
        for variant in &this.variants {
            let what = format!("`{name}::{}`", variant.name);
            package.add(names::variant(name, &variant.name), what)?;
        }
    }
    for function in &interface.functions {
        package.add(exported(&function.name), format!("`{}`", function.name))?;
        let mut parameters = Scope::new("Go");
        for parameter in &function.parameters {
            let what = format!("`{}` of `{}`", parameter.name, function.name);
            parameters.add(names::parameter(&parameter.name), what)?;
        }
    }
    Ok(())
}

/// Keeps hand-written files.
fn refuse_hand_written(folder: &Path, mine: &[(String, String)]) -> Result<()> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Ok(());
    };
    for entry in entries.flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_mine = mine.iter().any(|(mine, _)| *mine == name);
        if !is_mine && !name.ends_with(".s") {
            continue;
        }
        let is_generated = std::fs::read(&path).is_ok_and(|file| Stamp::find(&file).is_some());
        if !is_generated {
            return Err(Error::HandWritten(path));
        }
    }
    Ok(())
}

/// The package's documentation.
fn doc(context: &Context<'_>) -> String {
    let Context { origin, package, .. } = context;
    let description = plain(&origin.description);
    let description = description.split_whitespace().collect::<Vec<_>>().join(" ");
    let description = description.trim_end_matches('.');
    let mut text = format!(
        "// {}\n\n// Package {package}: {}.\n",
        origin.line(),
        documentation::lowered(description)
    );
    let documentation = documentation::plain(&plain(&origin.documentation));
    if !documentation.is_empty() {
        text.push_str("//\n");
        for line in documentation {
            text.push_str(&documentation::commented(&line));
        }
    }
    text.push_str("//\n");
    let about = format!(
        "The functions are those of the Rust crate {} {}, compiled into the package as Go assembly: it takes neither Rust nor \
         a C compiler to build it. While a call runs, its goroutine can't be preempted, so a stop of the world waits for it.",
        origin.stamp.guest, origin.stamp.version
    );
    for line in documentation::wrapped(&about) {
        text.push_str(&format!("// {line}\n"));
    }
    text + &format!("package {package}\n")
}

/// The files for builds without an image: the author's Go code, or for each reason an error that names it.
fn other(context: &Context<'_>, fallback: Option<&str>) -> Vec<(&'static str, String)> {
    let Context { origin, package, .. } = context;
    let file = |constraint: &str, body: &str| {
        format!(
            "// {}\n\n//go:build {constraint}\n\npackage {package}\n{body}\n",
            origin.line()
        )
    };
    if let Some(text) = fallback {
        let body = text.lines().skip_while(|line| !line.starts_with("package "));
        let body: Vec<_> = body.skip(1).collect();
        return vec![(
            "exports_other.go",
            file(&context.no_constraint(), &body.join("\n")),
        )];
    }
    let refused = |constraint: &str, reason: &str, name: &str| {
        file(
            constraint,
            &format!("\n// {reason}, and there is no Go in this package to take its place.\nvar _ = {name}"),
        )
    };
    let (list, name) = (context.processors.join(" and "), context.processors.join("_and_"));
    vec![
        (
            "exports_other.go",
            refused(
                &format!("!{} && gc && !purego", panic::any_of(&context.processors)),
                &format!("There is machine code in this package, for {list}"),
                &format!("this_package_has_machine_code_for_{name}_only"),
            ),
        ),
        (
            "exports_compiler.go",
            refused(
                "!gc && !purego",
                "Machine code is in this package in the assembly language of the compiler gc",
                "this_package_is_for_the_compiler_gc_only",
            ),
        ),
        (
            "exports_purego.go",
            refused(
                "purego",
                "The build tag purego leaves out the machine code",
                "this_package_has_nothing_for_the_build_tag_purego",
            ),
        ),
    ]
}

/// A Go string literal. UTF-8 stays as it is.
fn quoted(text: &str) -> String {
    let mut literal = String::from('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => literal.extend(['\\', letter]),
            control if control.is_control() => literal.push_str(&format!("\\u{:04x}", u32::from(control))),
            other => literal.push(other),
        }
    }
    literal + "\""
}
