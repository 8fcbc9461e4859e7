//! Why some lines are run from one side only: `tests/coverage/reasons.toml`.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::gap::Gap;

/// The file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reasons {
    #[serde(default)]
    reason: Vec<Reason>,
}

/// An entry.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Reason {
    /// From the folder of the rules.
    file: String,
    /// The lines, without white space around them.
    lines: Vec<String>,
    /// The argument.
    why: String,
}

impl Reason {
    fn has(&self, gap: &Gap, line: &str) -> bool {
        self.file == gap.file && gap.text == line
    }
}

impl Reasons {
    /// Reads the file.
    pub fn read(file: &Path) -> Result<Self> {
        let text = fs::read_to_string(file).with_context(|| format!("{}", file.display()))?;
        Self::parse(&text).with_context(|| format!("{}", file.display()))
    }

    fn parse(text: &str) -> Result<Self> {
        let reasons: Self = toml::from_str(text)?;
        for reason in &reasons.reason {
            ensure!(
                !reason.why.trim().is_empty() && !reason.lines.is_empty(),
                "an entry for {} has no argument, or no lines",
                reason.file
            );
        }
        Ok(reasons)
    }

    /// Why a line is run from one side only, if the file says so.
    pub fn why(&self, gap: &Gap) -> Option<&str> {
        let has = |reason: &&Reason| reason.lines.iter().any(|line| reason.has(gap, line));
        self.reason.iter().find(has).map(|reason| reason.why.as_str())
    }

    /// Lines without a reason, and reasons whose line is not one of these.
    pub fn complaints(&self, gaps: &[Gap]) -> Vec<String> {
        let unexplained = gaps.iter().filter(|gap| self.why(gap).is_none());
        let mut complaints: Vec<String> = unexplained
            .map(|gap| {
                let Gap { file, line, text, by } = gap;
                format!("{file}:{line}: run by {}: {text}", by.name())
            })
            .collect();
        for reason in &self.reason {
            for line in &reason.lines {
                if !gaps.iter().any(|gap| reason.has(gap, line)) {
                    complaints.push(format!(
                        "{}: `{line}` needs no reason: both run it, or it is not there",
                        reason.file
                    ));
                }
            }
        }
        complaints
    }
}

#[cfg(test)]
mod tests {
    use super::super::gap::By;
    use super::*;

    const TEXT: &str = "[[reason]]\nfile = 'a.rs'\nlines = ['one();', 'two();']\nwhy = 'because'\n";

    fn gap(line: usize, text: &str) -> Gap {
        Gap {
            file: "a.rs".to_owned(),
            line,
            text: text.to_owned(),
            by: By::Refused,
        }
    }

    #[test]
    fn every_line_needs_a_reason_and_every_reason_a_line() {
        let reasons = Reasons::parse(TEXT).unwrap();
        let gaps = [gap(1, "one();"), gap(2, "two();")];
        assert_eq!(reasons.why(&gaps[1]), Some("because"));
        assert_eq!(reasons.complaints(&gaps), [""; 0]);
        let gaps = [gap(1, "one();"), gap(3, "three();")];
        let complaints = reasons.complaints(&gaps);
        assert_eq!(complaints.len(), 2, "{complaints:?}");
        assert_eq!(complaints[0], "a.rs:3: run by refused programs only: three();");
        assert!(
            complaints[1].starts_with("a.rs: `two();` needs no reason"),
            "{complaints:?}"
        );
    }

    #[test]
    fn a_reason_needs_an_argument_and_lines() {
        for damaged in [
            TEXT.replace("because", " "),
            TEXT.replace("'one();', 'two();'", ""),
        ] {
            assert!(Reasons::parse(&damaged).is_err(), "{damaged}");
        }
    }
}
