//! Generated mutants that change nothing that a test could notice, with the argument for each: `tests/mutants/equivalent.toml`.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

/// The file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Equivalents {
    #[serde(default)]
    mutant: Vec<Equivalent>,
}

/// An entry.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Equivalent {
    /// From the repository's root.
    file: String,
    /// As cargo-mutants prints it, without the file, line and column: `replace < with <= in grow`.
    name: String,
    /// The line that is changed, without white space around it, where the name is that of several mutants.
    line: Option<String>,
    /// The argument.
    why: String,
}

impl Equivalents {
    /// Reads the file.
    pub fn read(file: &Path) -> Result<Self> {
        let text = fs::read_to_string(file).with_context(|| format!("{}", file.display()))?;
        Self::parse(&text).with_context(|| format!("{}", file.display()))
    }

    fn parse(text: &str) -> Result<Self> {
        let equivalents: Self = toml::from_str(text)?;
        for mutant in &equivalents.mutant {
            ensure!(!mutant.why.trim().is_empty(), "`{}` has no argument", mutant.name);
        }
        Ok(equivalents)
    }

    /// Why a mutant is equivalent, if the file says so.
    pub fn why(&self, file: &str, name: &str, line: &str) -> Option<&str> {
        let found = self.mutant.iter().find(|mutant| {
            mutant.file == file
                && mutant.name == name
                && mutant.line.as_ref().is_none_or(|text| text == line.trim())
        });
        found.map(|mutant| mutant.why.as_str())
    }

    /// Entries that match none or, without a line, several of these mutants: (file, name, line).
    pub fn misplaced<'a>(&self, all: impl Fn() -> Vec<(&'a str, &'a str, &'a str)>) -> Vec<String> {
        let all = all();
        let matches = |mutant: &Equivalent| {
            let same = all.iter().filter(|(file, name, line)| {
                mutant.file == *file
                    && mutant.name == *name
                    && mutant.line.as_ref().is_none_or(|text| text == line.trim())
            });
            same.count()
        };
        let mut complaints = Vec::new();
        for mutant in &self.mutant {
            let many = matches(mutant);
            if many == 0 && all.iter().any(|(file, ..)| mutant.file == *file) {
                complaints.push(format!(
                    "{}: {}: there is no such mutant",
                    mutant.file, mutant.name
                ));
            } else if many > 1 && mutant.line.is_none() {
                complaints.push(format!(
                    "{}: {}: there are {many}; say `line`",
                    mutant.file, mutant.name
                ));
            }
        }
        complaints
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
        [[mutant]]
        file = "src/a.rs"
        name = "replace < with <= in grow"
        line = "if size < LIMIT {"
        why = "Both branches are the same at the limit."
        [[mutant]]
        file = "src/a.rs"
        name = "replace grow with ()"
        why = "It is never called."
    "#;

    #[test]
    fn mutants_are_found() {
        let equivalents = Equivalents::parse(TEXT).unwrap();
        let why = |file, name, line| equivalents.why(file, name, line).is_some();
        assert!(why(
            "src/a.rs",
            "replace < with <= in grow",
            "    if size < LIMIT {\n"
        ));
        assert!(!why(
            "src/a.rs",
            "replace < with <= in grow",
            "if other < LIMIT {"
        ));
        assert!(!why("src/b.rs", "replace < with <= in grow", "if size < LIMIT {"));
        assert!(!why("src/a.rs", "replace < with > in grow", "if size < LIMIT {"));
        assert!(why("src/a.rs", "replace grow with ()", "anything"));
    }

    #[test]
    fn entries_without_a_mutant_or_with_several_are_complained_of() {
        let equivalents = Equivalents::parse(TEXT).unwrap();
        let first = ("src/a.rs", "replace < with <= in grow", "if size < LIMIT {");
        let second = ("src/a.rs", "replace grow with ()", "x");
        assert!(equivalents.misplaced(|| vec![first, first, second]).is_empty());
        assert!(equivalents.misplaced(|| vec![("src/b.rs", "y", "z")]).is_empty());
        let complaints = equivalents.misplaced(|| vec![second, second]);
        assert_eq!(complaints.len(), 2, "{complaints:?}");
        assert!(complaints[0].contains("no such mutant") && complaints[1].contains("say `line`"));
    }

    #[test]
    fn an_argument_is_needed() {
        for text in [
            TEXT.replace("It is never called.", " "),
            TEXT.replace("why = ", "reason = "),
        ] {
            assert!(Equivalents::parse(&text).is_err());
        }
    }

    #[test]
    fn the_file_can_be_read() {
        Equivalents::read(&rustgo_hosts::root().join("tests/mutants/equivalent.toml")).unwrap();
    }
}
