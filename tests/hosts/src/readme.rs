//! Checks a README or a page of the book: runs its commands and compares their output.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::command;

/// Runs each `console` block of a README, a path from the repository's root, and compares stdout with the README. In a
/// block, lines that begin with `$ ` are commands, and the lines after them are their output.
///
/// # Errors
///
/// If there is no such block, a command fails, or it prints something else.
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

/// This checkout's `cargo rustgo`, as `cargo install` would put it on PATH.
const TOOL: &str = "#!/bin/sh
exec cargo run --quiet --manifest-path \"$RUSTGO/Cargo.toml\" -p cargo-rustgo -- \"$@\"
";

/// PATH, starting with a folder that has the tool in it. Its user needs `RUSTGO`, the checkout.
///
/// # Errors
///
/// If the folder can't be written.
pub fn path_with_tool(folder: &Path) -> Result<OsString> {
    let tool = folder.join("cargo-rustgo");
    std::fs::write(&tool, TOOL).with_context(|| format!("{} can't be written", tool.display()))?;
    std::fs::set_permissions(&tool, PermissionsExt::from_mode(0o755))?;
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(folder.to_owned()).chain(std::env::split_paths(&path));
    Ok(std::env::join_paths(folders)?)
}

/// Runs a script from the repository's root, with the tool on PATH, and returns its stdout.
///
/// # Errors
///
/// If a command in it fails, or its output is not UTF-8.
pub fn shell(script: &str) -> Result<String> {
    let tool = tempfile::tempdir().context("no folder for the tool")?;
    let mut shell = Command::new("sh");
    shell.args(["-e", "-c", script]).current_dir(crate::root());
    shell
        .env("PATH", path_with_tool(tool.path())?)
        .env("RUSTGO", crate::root());
    String::from_utf8(command::run(&mut shell)?.stdout).context("the output is not UTF-8")
}

/// The separator of two blocks' outputs: a control character that no command prints.
const END_OF_BLOCK: char = '\u{1e}';

/// Follows a page like a reader, in a folder: writes each block that names a file after its language (```` ```go
/// main.go ````) into that file, and runs each `console` block in the same shell, so that `cd` lasts. `environment`
/// applies to all of them. Compares the output of each block.
///
/// # Errors
///
/// If the page has no `console` block, a command fails, or a block prints something else.
pub fn follow(page: &str, folder: &Path, environment: &[(&str, &Path)]) -> Result<()> {
    let path = crate::root().join(page);
    let text = std::fs::read_to_string(&path).with_context(|| format!("{} can't be read", path.display()))?;
    let mut script = String::new();
    let mut blocks = Vec::new();
    for (info, body) in fenced(&text) {
        if info == "console" {
            let (commands, printed): (Vec<_>, Vec<_>) = body.lines().partition(|line| line.starts_with("$ "));
            for command in &commands {
                writeln!(script, "{}", &command[2..])?;
            }
            writeln!(script, "printf '{END_OF_BLOCK}'")?;
            blocks.push((commands.join("\n"), printed.join("\n")));
        } else if let Some((_, file)) = info.split_once(' ') {
            writeln!(script, "mkdir -p \"$(dirname '{file}')\"")?;
            writeln!(script, "cat > '{file}' <<'END_OF_FILE'\n{body}END_OF_FILE")?;
        }
    }
    ensure!(!blocks.is_empty(), "{page} gives no commands");
    let mut shell = Command::new("sh");
    shell.args(["-e", "-c", &script]).current_dir(folder);
    shell
        .envs(environment.iter().copied())
        .env_remove("CARGO_TARGET_DIR");
    let output = command::run(&mut shell).with_context(|| format!("{page} can't be followed"))?;
    let output = String::from_utf8(output.stdout).context("the output is not UTF-8")?;
    for ((commands, said), printed) in blocks.iter().zip(output.split(END_OF_BLOCK)) {
        ensure!(
            said.trim_end() == printed.trim_end(),
            "{page} says that\n{commands}\nprints\n{said}\nbut it prints\n{printed}"
        );
    }
    Ok(())
}

/// The fenced blocks of a page that begin at the start of a line: the text after the fence, and the lines between.
fn fenced(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let start = if rest.starts_with("```") {
            3
        } else {
            rest.find("\n```")? + 4
        };
        let (info, body) = rest[start..].split_once('\n')?;
        // A block without lines ends at once.
        let end = if body.starts_with("```") {
            0
        } else {
            body.find("\n```")? + 1
        };
        rest = &body[end + 3..];
        Some((info, &body[..end]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn followed(page: &str) -> Result<()> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("page.md");
        std::fs::write(&path, page).unwrap();
        follow(path.to_str().unwrap(), folder.path(), &[])
    }

    #[test]
    fn blocks_have_a_language_and_a_body() {
        let text = "a\n```sh x.sh\necho 1\n```\n\n```\n```\n```console\n$ a\n```\n";
        let blocks: Vec<_> = fenced(text).collect();
        assert_eq!(blocks, [("sh x.sh", "echo 1\n"), ("", ""), ("console", "$ a\n")]);
    }

    #[test]
    fn a_page_is_followed_in_one_shell() {
        let page =
            "```sh sub/x.sh\necho $1\n```\n```console\n$ cd sub\n```\n```console\n$ sh x.sh two\ntwo\n```\n";
        followed(page).unwrap();
    }

    #[test]
    fn what_is_wrong_is_noticed() {
        for (page, says) in [
            ("no block", "gives no commands"),
            ("```console\n$ echo 1\n2\n```\n", "but it prints\n1"),
            ("```console\n$ false\n```\n", "can't be followed"),
            ("```console\n$ false\n$ true\n```\n", "can't be followed"),
            (
                "```console\n$ true\n```\n```console\n$ echo 1\n```\n",
                "but it prints\n1",
            ),
        ] {
            let error = format!("{:#}", followed(page).unwrap_err());
            assert!(error.contains(says), "{page}: {error}");
        }
    }
}
