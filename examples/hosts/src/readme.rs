//! Checks what a README promises: runs its commands and compares what they print.

use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::command;

/// Runs each `console` block of a README, a path from the repository's root, and compares stdout with what the README
/// says. In a block, lines that begin with `$ ` are commands, which the others follow as output.
///
/// # Errors
///
/// There is no such block, a command fails, or it prints something else.
pub fn check(readme: &str) -> Result<()> {
    let path = crate::root().join(readme);
    let text = std::fs::read_to_string(&path).with_context(|| format!("{} can't be read", path.display()))?;
    let mut blocks = 0;
    for block in text.split("```console\n").skip(1) {
        let (block, _) = block
            .split_once("```")
            .with_context(|| format!("{readme}: a block has no end"))?;
        // Blocks in lists are indented.
        let indent = block.len() - block.trim_start_matches(' ').len();
        let lines = block.lines().map(|line| line.get(indent..).unwrap_or_default());
        let (commands, printed): (Vec<_>, Vec<_>) = lines.partition(|line| line.starts_with("$ "));
        let commands: Vec<_> = commands.iter().map(|line| &line[2..]).collect();
        let output = shell(&commands.join("\n"))?;
        let printed = printed.join("\n");
        ensure!(
            output.trim_end() == printed.trim_end(),
            "{readme} says that\n{}\nprints\n{}\nbut it prints\n{}",
            commands.join("\n"),
            printed.trim_end(),
            output.trim_end()
        );
        blocks += 1;
    }
    ensure!(blocks != 0, "{readme} gives no commands");
    Ok(())
}

/// Runs a script from the repository's root and returns what it writes to stdout.
///
/// # Errors
///
/// A command in it fails, or writes what is not UTF-8.
pub fn shell(script: &str) -> Result<String> {
    let mut shell = Command::new("sh");
    shell.args(["-e", "-c", script]).current_dir(crate::root());
    String::from_utf8(command::run(&mut shell)?.stdout).context("the output is not UTF-8")
}
