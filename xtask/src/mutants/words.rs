//! Splits a command line into words, as a shell does, without a shell.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::shell::Shell;

/// The words of a line: separated by white space, unless quotes or a backslash hold them together.
pub fn words(line: &str) -> Result<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        match character {
            ' ' | '\t' => words.extend(word.take()),
            '\\' => word
                .get_or_insert_default()
                .push(characters.next().context("a backslash ends the line")?),
            '\'' | '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match characters.next() {
                        Some(end) if end == character => break,
                        Some('\\') if character == '"' => {
                            word.push(characters.next().context("a backslash ends the line")?);
                        }
                        Some(other) => word.push(other),
                        None => bail!("a {character} is never closed"),
                    }
                }
            }
            '|' | '&' | ';' | '<' | '>' | '$' | '`' => {
                bail!("`{character}` needs a shell, and there is none; quote it")
            }
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    Ok(words)
}

/// The command of some words, the first of which may set variables of its environment: `GOARCH=arm64 go vet`.
pub fn command(shell: &Shell, words: &[String]) -> Result<Command> {
    let is_assignment = |word: &&String| {
        word.split_once('=').is_some_and(|(name, _)| {
            !name.is_empty() && name.chars().all(|c| c == '_' || c.is_ascii_alphanumeric())
        })
    };
    let assignments = words.iter().take_while(is_assignment).count();
    let program = words.get(assignments).context("there is no command")?;
    let mut command = shell.command(program);
    command.args(&words[assignments + 1..]);
    for (name, value) in words[..assignments]
        .iter()
        .filter_map(|word| word.split_once('='))
    {
        command.env(name, value);
    }
    Ok(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_split_as_a_shell_splits_them() {
        for (line, expected) in [
            ("cargo test  -p x", &["cargo", "test", "-p", "x"][..]),
            (" a\tb ", &["a", "b"]),
            (
                r#"go test -run '^Test|X$' """#,
                &["go", "test", "-run", "^Test|X$", ""],
            ),
            (r#"a"b c"'d e'"#, &["ab cd e"]),
            (r#"a\ b "c\"d" 'e\f'"#, &["a b", r#"c"d"#, r"e\f"]),
            ("", &[]),
        ] {
            assert_eq!(words(line).unwrap(), expected, "{line}");
        }
        for line in [
            "'a", "\"a", "a\\", "a && b", "a | b", "a; b", "a > b", "$a", "`a`",
        ] {
            assert!(words(line).is_err(), "{line}");
        }
    }

    #[test]
    fn variables_come_before_the_command() {
        let shell = Shell::new().unwrap();
        let words = words("A=1 B_2=x=y env C=3").unwrap();
        let output = command(&shell, &words).unwrap().output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        for line in ["A=1", "B_2=x=y", "C=3"] {
            assert!(text.lines().any(|other| other == line), "{line}");
        }
        assert!(command(&shell, &["A=1".to_owned()]).is_err());
    }
}
