//! `cargo rustgo tree`: where the stack goes.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow};
use inferno::flamegraph;

use super::input::{Input, InputArgs};
use crate::check::{EntryVerdict, Folded, Hidden, Node, Trees};

/// Show the call tree of an export, with the stack that each function takes
///
/// For each function: the bytes of stack that it uses itself, and those that it and its callees use together. The first
/// line below a function is the callee that reaches deepest.
#[derive(clap::Args, Clone, Debug)]
#[command(after_help = "\
Examples:
  cargo rustgo tree sha256                    an export of the guest of the current folder
  cargo rustgo tree sha256 --svg stack.svg    the same as a flame graph: wide is what takes much stack
  cargo rustgo tree sha256 libhash.a          a function of an archive")]
pub struct Args {
    /// The export
    #[arg(value_name = "EXPORT")]
    name: String,

    #[command(flatten)]
    input: InputArgs,

    /// Write a flame graph, in which each box is as wide as the frames of all functions in it
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
///
/// If there is no such export, or the flame graph can't be written.
pub fn run(args: &Args) -> Result<ExitCode> {
    let inputs = args.input.load()?;
    let mut code = ExitCode::SUCCESS;
    for input in &inputs {
        let entry = find(input, &args.name)?;
        let Some(trees) = Trees::of(&input.checked.analysis, entry) else {
            for finding in &input.checked.analysis.findings {
                println!("{finding}\n");
            }
            println!(
                "{}: `{}` has no tree, because its stack bound is not proven: see the errors above",
                input.processor.go_name(),
                args.name
            );
            code = ExitCode::FAILURE;
            continue;
        };
        print!("{}", text(input.processor.go_name(), entry, &trees.tree()));
        if let Some(path) = &args.svg {
            let path = match inputs.len() {
                1 => path.clone(),
                _ => beside(path, input.processor.go_name()),
            };
            write_svg(&path, entry, &trees.folded())?;
        }
    }
    Ok(code)
}

fn find<'a>(input: &'a Input, name: &str) -> Result<&'a EntryVerdict> {
    let entries = &input.checked.analysis.entries;
    entries.iter().find(|entry| entry.name == name).ok_or_else(|| {
        let names: Vec<&str> = entries.iter().map(|entry| entry.name.as_str()).collect();
        match (names.is_empty(), input.checked.analysis.findings.first()) {
            (true, Some(finding)) => anyhow!("the guest is refused before its code is analysed\n{finding}"),
            _ => anyhow!("there is no export `{name}`; there is {}", names.join(", ")),
        }
    })
}

/// `stack.svg` becomes `stack-arm64.svg`.
fn beside(path: &Path, name: &str) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let extension = path
        .extension()
        .map_or_else(String::new, |e| format!(".{}", e.to_string_lossy()));
    path.with_file_name(format!("{stem}-{name}{extension}"))
}

fn text(processor: &str, entry: &EntryVerdict, root: &Node) -> String {
    let mut text = String::new();
    let bound = entry.bound.unwrap_or(root.total);
    writeln!(
        text,
        "{}, {processor}: {bound} bytes of stack, including {} for the return address to the host\n\n   frame   total",
        entry.name,
        bound - root.total
    )
    .expect("writing to a string");
    branch(&mut text, root, "", "").expect("writing to a string");
    text
}

/// Writes a function, with `first` before its name and `rest` before its callees.
fn branch(text: &mut String, node: &Node, first: &str, rest: &str) -> std::fmt::Result {
    let hidden = match node.hidden {
        Some(Hidden::Above) => " (its calls are shown above)",
        Some(Hidden::Deep) => " (its calls are too deep to be shown)",
        None => "",
    };
    writeln!(
        text,
        "{:>8}{:>8}  {first}{}{hidden}",
        node.frame, node.total, node.function
    )?;
    for (index, child) in node.children.iter().enumerate() {
        let is_last = index + 1 == node.children.len();
        let (branch_first, branch_rest) = if is_last {
            ("└─ ", "   ")
        } else {
            ("├─ ", "│  ")
        };
        branch(
            text,
            child,
            &format!("{rest}{branch_first}"),
            &format!("{rest}{branch_rest}"),
        )?;
    }
    Ok(())
}

fn write_svg(path: &Path, entry: &EntryVerdict, folded: &Folded) -> Result<()> {
    let mut options = flamegraph::Options::default();
    options.title = format!(
        "Stack of {}: at most {} bytes",
        entry.name,
        entry.bound.unwrap_or_default()
    );
    options.subtitle =
        Some("a box is as wide as its function's frame and those of all it calls, in bytes".to_owned());
    options.count_name = "bytes of stack".to_owned();
    options.name_type = "Function:".to_owned();
    options.deterministic = true;
    let mut svg = Vec::new();
    flamegraph::from_lines(&mut options, folded.lines.iter().map(String::as_str), &mut svg)
        .with_context(|| format!("the flame graph of `{}` can't be drawn", entry.name))?;
    std::fs::write(path, svg).with_context(|| format!("{} can't be written", path.display()))?;
    if folded.is_cut {
        eprintln!(
            "{} shows the first {} paths of calls only",
            path.display(),
            folded.lines.len()
        );
    }
    eprintln!("wrote {}", path.display());
    Ok(())
}
