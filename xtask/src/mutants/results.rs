//! `tests/mutants/RESULTS.md`: what became of the generated mutants of each area when they were last planted.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

const HEADER: &str = "\
# What the tests notice

Faults made by [cargo-mutants](https://mutants.rs), one at a time, and what the area's tests made of them. `cargo xtask mutants
--generated --area AREA --sample DRAWN --seed SEED` draws the same again and rewrites the area's row and list. Mutants that don't
compile are not counted. A test run that a mutant keeps from ending within the limit is hung, which is not noticed. What is
equivalent is argued in [equivalent.toml](equivalent.toml); the share is of all others.

| area | drawn | of | noticed | unnoticed | hung | equivalent | share noticed | seed | versions |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |
";

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub area: String,
    /// Those that compile, of those that were drawn.
    pub drawn: usize,
    /// How many there were to draw from.
    pub of: usize,
    pub noticed: usize,
    pub hung: usize,
    pub equivalent: usize,
    pub seed: u64,
    pub versions: String,
    /// The names of those that were not noticed.
    pub survivors: Vec<String>,
}

impl Row {
    fn unnoticed(&self) -> usize {
        self.drawn - self.noticed - self.hung - self.equivalent
    }

    /// The line of the table.
    pub fn line(&self) -> String {
        let counted = self.drawn - self.equivalent;
        let share = if counted == 0 {
            "-".to_owned()
        } else {
            format!("{:.1}%", 100.0 * self.noticed as f64 / counted as f64)
        };
        format!(
            "| {} | {} | {} | {} | {} | {} | {} | {share} | {} | {} |",
            self.area,
            self.drawn,
            self.of,
            self.noticed,
            self.unnoticed(),
            self.hung,
            self.equivalent,
            self.seed,
            self.versions
        )
    }
}

/// Replaces the row of an area, and the list of its survivors; those of others stay.
pub fn record(file: &Path, row: &Row) -> Result<()> {
    let old = fs::read_to_string(file).unwrap_or_default();
    fs::write(file, replace(&old, row)).with_context(|| format!("{}", file.display()))
}

fn replace(old: &str, row: &Row) -> String {
    let mark = format!("| {} |", row.area);
    let heading = format!("## {}", row.area);
    let mut rows: Vec<_> = old
        .lines()
        .filter(|line| {
            line.starts_with("| ") && !line.starts_with("| area |") && !line.starts_with("| --- |")
        })
        .filter(|line| !line.starts_with(&mark))
        .map(str::to_owned)
        .collect();
    rows.push(row.line());
    rows.sort();
    let mut sections: Vec<String> = old
        .split("\n\n## ")
        .skip(1)
        .map(|section| format!("## {}", section.trim_end()))
        .filter(|section| section.lines().next() != Some(&heading))
        .collect();
    if !row.survivors.is_empty() {
        let mut section = format!("{heading}\n");
        for survivor in &row.survivors {
            let _ = write!(section, "\n- `{survivor}`");
        }
        sections.push(section);
    }
    sections.sort();
    let mut text = format!("{HEADER}{}\n", rows.join("\n"));
    for section in sections {
        let _ = write!(text, "\n{section}\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(area: &str, noticed: usize, survivors: &[&str]) -> Row {
        Row {
            area: area.to_owned(),
            drawn: 10,
            of: 100,
            noticed,
            hung: 1,
            equivalent: 2,
            seed: 7,
            versions: "cargo-mutants 1, rustc 2".to_owned(),
            survivors: survivors.iter().map(|&name| name.to_owned()).collect(),
        }
    }

    #[test]
    fn rows_are_replaced() {
        let line = row("rt", 6, &[]).line();
        assert_eq!(
            line,
            "| rt | 10 | 100 | 6 | 1 | 1 | 2 | 75.0% | 7 | cargo-mutants 1, rustc 2 |"
        );
        let first = replace("", &row("rt", 6, &["a: b", "c: d"]));
        assert_eq!(first, format!("{HEADER}{line}\n\n## rt\n\n- `a: b`\n- `c: d`\n"));
        let second = replace(&first, &row("check", 7, &["e: f"]));
        assert!(second.contains(&line) && second.contains("## check\n\n- `e: f`\n\n## rt\n\n- `a: b`"));
        assert_eq!(replace(&second, &row("check", 7, &["e: f"])), second);
        let third = replace(&second, &row("rt", 7, &[]));
        assert!(!third.contains("a: b") && !third.contains(&line) && third.contains("e: f"));
        assert_eq!(third.matches("| rt |").count(), 1);
    }
}
