//! `tests/mutants/RESULTS.md`: what became of the generated mutants of each area when they were last planted.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

const HEADER: &str = "\
# What the tests notice

Faults made by [cargo-mutants](https://mutants.rs), one at a time, and what the areas' tests made of them. `cargo xtask mutants
--generated --area AREA --sample SAMPLE --seed SEED`, with each of the row's areas, draws the same again at the same commit, and
rewrites the row and its list. Mutants that the compiler refuses are not among the drawn ones, nor are those that `--one-build` leaves
out, such as those in constants. A test run that a mutant keeps from
ending within the limit is hung, which is not noticed. What is equivalent is argued in [equivalent.toml](equivalent.toml); the share
is of all others.

| areas | sample | of | seed | left out | drawn | noticed | unnoticed | hung | equivalent | share noticed | versions | commit |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- | --- |
";

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// One, or several that were drawn from together.
    pub areas: String,
    /// How many were drawn.
    pub sample: usize,
    /// How many there were to draw from.
    pub of: usize,
    /// Those of the sample that were not planted, as each would need a build of its own.
    pub left_out: usize,
    /// Those of the sample that compile and were planted.
    pub drawn: usize,
    pub noticed: usize,
    pub hung: usize,
    pub equivalent: usize,
    pub seed: u64,
    pub versions: String,
    /// What the mutants were planted in.
    pub commit: String,
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
            "| {} | {} | {} | {} | {} | {} | {} | {} | {} | {} | {share} | {} | {} |",
            self.areas,
            self.sample,
            self.of,
            self.seed,
            self.left_out,
            self.drawn,
            self.noticed,
            self.unnoticed(),
            self.hung,
            self.equivalent,
            self.versions,
            self.commit
        )
    }
}

/// Reads the row of some areas, and the list of its survivors.
pub fn read(file: &Path, areas: &str) -> Result<Row> {
    let text = fs::read_to_string(file).with_context(|| format!("{}", file.display()))?;
    parse(&text, areas).with_context(|| format!("{} has no row of {areas}", file.display()))
}

fn parse(text: &str, areas: &str) -> Option<Row> {
    let mark = format!("| {areas} | ");
    let line = text.lines().find_map(|line| line.strip_prefix(&mark))?;
    let cells: Vec<_> = line.trim_end_matches(" |").split(" | ").collect();
    let [
        sample,
        of,
        seed,
        left_out,
        drawn,
        noticed,
        _,
        hung,
        equivalent,
        _,
        versions,
        commit,
    ] = cells[..]
    else {
        return None;
    };
    let heading = format!("## {areas}\n");
    let section = text
        .split("\n\n")
        .skip_while(|part| !part.starts_with(heading.trim_end()));
    let list = section.take(2).filter(|part| part.starts_with("- "));
    let survivors = list
        .flat_map(str::lines)
        .filter_map(|line| line.strip_prefix("- `")?.strip_suffix('`'));
    Some(Row {
        areas: areas.to_owned(),
        sample: sample.parse().ok()?,
        of: of.parse().ok()?,
        seed: seed.parse().ok()?,
        left_out: left_out.parse().ok()?,
        drawn: drawn.parse().ok()?,
        noticed: noticed.parse().ok()?,
        hung: hung.parse().ok()?,
        equivalent: equivalent.parse().ok()?,
        versions: versions.to_owned(),
        commit: commit.to_owned(),
        survivors: survivors.map(str::to_owned).collect(),
    })
}

/// Replaces the row of some areas, and the list of its survivors; those of others stay.
pub fn record(file: &Path, row: &Row) -> Result<()> {
    let old = fs::read_to_string(file).unwrap_or_default();
    fs::write(file, replace(&old, row)).with_context(|| format!("{}", file.display()))
}

fn replace(old: &str, row: &Row) -> String {
    let mark = format!("| {} |", row.areas);
    let heading = format!("## {}", row.areas);
    let mut rows: Vec<_> = old
        .lines()
        .filter(|line| {
            line.starts_with("| ") && !line.starts_with("| areas |") && !line.starts_with("| --- |")
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
pub mod tests {
    use super::*;

    pub fn row(area: &str, noticed: usize, survivors: &[&str]) -> Row {
        Row {
            areas: area.to_owned(),
            sample: 13,
            left_out: 1,
            of: 100,
            drawn: 10,
            noticed,
            hung: 1,
            equivalent: 2,
            seed: 7,
            versions: "cargo-mutants 1, rustc 2".to_owned(),
            commit: "0123".to_owned(),
            survivors: survivors.iter().map(|&name| name.to_owned()).collect(),
        }
    }

    #[test]
    fn rows_are_read_back() {
        let rows = [
            row("rt", 6, &["a: b", "c: d (hung)"]),
            row("check + image", 7, &["e: f"]),
            row("go", 7, &[]),
        ];
        let text = rows.iter().fold(String::new(), |text, row| replace(&text, row));
        for row in rows {
            assert_eq!(parse(&text, &row.areas).unwrap(), row);
        }
        assert_eq!(parse(&text, "check"), None);
    }

    #[test]
    fn rows_are_replaced() {
        let line = row("rt", 6, &[]).line();
        assert_eq!(
            line,
            "| rt | 13 | 100 | 7 | 1 | 10 | 6 | 1 | 1 | 2 | 75.0% | cargo-mutants 1, rustc 2 | 0123 |"
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
