//! The other hosts: runs each example by the command in its README, and checks its output.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use rustgo_hosts::command;

use super::{Attempt, Lack, attempt};
use crate::shell::Shell;
use crate::tools::{GUEST_TARGETS, Tool, Tools};
use crate::ui::{self, Progress};

/// An example of `examples/`, a program of its own.
struct Example {
    host: &'static str,
    package: &'static str,
    /// Its argument, relative to the repository's root.
    argument: Option<&'static str>,
    needs: &'static [Tool],
    /// A line of its output.
    says: &'static str,
    /// The file that contains that line, if the example does not print it.
    into: Option<&'static str>,
}

const AMD64: Tool = Tool::Target(GUEST_TARGETS[0]);
/// Guests are built for both processors by default.
const ARM64: Tool = Tool::Target(GUEST_TARGETS[1]);
const NASM: Tool = Tool::Program("nasm");
const LD: Tool = Tool::Program("ld");
const EMULATOR: Tool = Tool::Program("qemu-system-i386");
const KERNEL_TARGET: Tool = Tool::Target("i586-unknown-linux-gnu");

const EXAMPLES: &[Example] = &[
    Example {
        host: "C and NASM, hello",
        package: "hello",
        argument: None,
        needs: &[AMD64, ARM64, Tool::Cc, Tool::Program("gcc"), NASM, LD],
        says: "NASM, without libc                 Hello from Rust!",
        into: None,
    },
    Example {
        host: "Scheme",
        package: "scheme",
        argument: Some("examples/scheme/hello.scm"),
        needs: &[AMD64, ARM64, NASM, LD],
        says: "Hello !!con 👋",
        into: Some("io.txt"),
    },
    Example {
        host: "Rust, calling assembly",
        package: "assembly-from-rust",
        argument: None,
        needs: &[AMD64, Tool::Cc, NASM],
        says: "1 8000000000000000 0000000000000000 0000000000000000 0000000000000001",
        into: None,
    },
    Example {
        host: "C, three guests at once",
        package: "together",
        argument: None,
        needs: &[AMD64, ARM64, Tool::Cc],
        says: "Hello from Scheme!",
        into: None,
    },
    Example {
        host: "a kernel, in QEMU",
        package: "kernel",
        argument: None,
        needs: &[KERNEL_TARGET, NASM, LD, EMULATOR],
        says: "Typed in QEMU, echoed by Rust!",
        into: None,
    },
];

/// All tools that the examples need.
pub fn tools() -> impl Iterator<Item = Tool> {
    EXAMPLES.iter().flat_map(|example| example.needs.iter().copied())
}

/// Runs the examples and prints the table. Returns whether all work.
pub fn show(shell: &Shell, tools: &Tools, folder: &Path) -> Result<bool> {
    let progress = Progress::new();
    let seen: Vec<Attempt<()>> = EXAMPLES
        .iter()
        .map(|example| {
            see(example, tools, || {
                progress.task(example.host, || run(example, shell, folder))
            })
        })
        .collect();

    let mut table = ui::table(&["host", "command", "what it says"]);
    for (example, seen) in EXAMPLES.iter().zip(&seen) {
        table.add_row([example.host.to_owned(), line(example), says(example, seen)]);
    }
    println!("{table}");
    Ok(!seen
        .iter()
        .any(|seen| matches!(seen, Err(lack) if lack.is_error())))
}

/// Runs an example, if this machine can.
fn see(example: &Example, tools: &Tools, run: impl FnOnce() -> Result<()>) -> Attempt<()> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Err(Lack::Elsewhere);
    }
    match tools.lacking(example.needs) {
        Some((tool, _)) => Err(Lack::Missing(tool)),
        None => attempt(run()),
    }
}

/// Its row in the table.
fn says(example: &Example, seen: &Attempt<()>) -> String {
    match seen {
        Ok(()) => words(example.says),
        Err(lack) => lack.to_string(),
    }
}

/// The command in the README.
fn line(example: &Example) -> String {
    let argument = example.argument.map(|argument| format!(" -- {argument}"));
    format!("cargo run -p {}{}", example.package, argument.unwrap_or_default())
}

fn run(example: &Example, shell: &Shell, folder: &Path) -> Result<()> {
    let mut cargo = shell.cargo();
    let root = &shell.workspace.root;
    cargo
        .args(["run", "--quiet", "-p", example.package, "--manifest-path"])
        .arg(root.join("Cargo.toml"));
    if let Some(argument) = example.argument {
        cargo.arg("--").arg(root.join(argument));
    }
    let output = command::read(cargo.current_dir(folder))?;
    let said = match example.into {
        None => output,
        Some(name) => {
            let file = folder.join(name);
            let said =
                fs::read_to_string(&file).with_context(|| format!("{} can't be read", file.display()))?;
            // The next run must not find the output of this one.
            fs::remove_file(&file)?;
            said
        }
    };
    ensure!(
        said.lines().any(|line| line == example.says),
        "`{}` says\n{said}\nand not\n{}",
        line(example),
        example.says
    );
    Ok(())
}

/// A text with single spaces, truncated if long.
fn words(text: &str) -> String {
    const ROOM: usize = 35;
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(ROOM) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(all(test, target_os = "linux", target_arch = "x86_64"))]
mod tests {
    use anyhow::bail;

    use super::*;

    #[test]
    fn a_row_says_what_is_missing_and_what_fails() {
        let tools = Tools::without(EMULATOR);
        for example in EXAMPLES {
            let seen = see(example, &tools, || match example.package {
                "kernel" => panic!("it is run without its emulator"),
                "scheme" => bail!("on purpose"),
                _ => Ok(()),
            });
            let expected = match example.package {
                "kernel" => "not run: qemu-system-i386 is missing".to_owned(),
                "scheme" => "FAILED: see above".to_owned(),
                _ => words(example.says),
            };
            assert_eq!(says(example, &seen), expected, "{}", example.host);
            let is_error = seen.is_err_and(Lack::is_error);
            assert_eq!(is_error, matches!(example.package, "kernel" | "scheme"));
        }
    }
}
